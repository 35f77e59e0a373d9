"""Where CI=true, a skipped or expectedly failing test counts as failed: nothing may be left out.

A pytest plugin; tests/conftest.py loads it.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test's skip, and every outcome excused by xfail, into a failure."""
    report = yield
    excused = hasattr(report, "wasxfail")
    if is_ci() and (report.skipped or excused):
        report.longrepr = refusal(report.longrepr)
        report.outcome = "failed"
        if excused:
            del report.wasxfail
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a collection error."""
    report = yield
    if is_ci() and report.skipped:
        report.longrepr = refusal(report.longrepr)
        report.outcome = "failed"
    return report


def is_ci() -> bool:
    """Say whether this run decides about a change."""
    return os.environ.get("CI") == "true"


def refusal(reason: object) -> str:
    """Word the failure; pytest gives a skip's reason as (file, line, text)."""
    text = reason[2] if isinstance(reason, tuple) else reason
    return f"Nothing may be skipped or expected to fail where CI=true. {text or ''}"
