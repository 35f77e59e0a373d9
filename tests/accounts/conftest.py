"""A demonstration practice for tests: the same program without the second factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from dashboard.settings import Mode
from tests.cast import Cast


@pytest.fixture
def demo(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The program with a demonstration's settings."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, mode=Mode.DEMO)
    yield app
    app.extensions["settings"] = before
