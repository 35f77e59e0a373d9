"""Pages without a chart do not pay for matplotlib, and chart data needs no web framework."""

import subprocess
import sys

import pytest

ASK = """
import sys
import {module}
print(*({{"matplotlib", "numpy", "flask", "sqlalchemy"}} & set(sys.modules)))
"""


def loaded_by(module: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "trend",
        "span",
        "lanes",
        "summary",
        "spark",
        "svg",
        "instrument_strip",
        "marks",
        "rows",
        "value_strip",
    ],
)
def test_chart_data_and_sparklines_load_no_matplotlib(module):
    assert loaded_by(f"dashboard.charts.{module}") == set()


def test_drawing_does_load_it():
    assert "matplotlib" in loaded_by("dashboard.charts.figure")
