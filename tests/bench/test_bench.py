"""The measurement itself runs, from filling a practice to its report, so that it cannot rot."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dashboard.settings import ROOT
from tests.bench.timing import Figures, Measure, Taken, interleave

pytestmark = pytest.mark.slow


def test_the_least_look_measures_every_goal_and_names_no_place(tmp_path):
    page = tmp_path / "performance.md"
    least = (sys.executable, "-m", "tests.bench", "--least", "--to", str(page))
    done = subprocess.run(least, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    text = page.read_text()
    for goal in ("C1", "C2", "C3", "C4", "C5", "S7"):
        assert f"| {goal} |" in text
    assert "not measured |" not in text
    assert str(ROOT) not in text
    assert str(tmp_path) not in text


def test_figures_are_the_least_the_middle_and_the_slow_end():
    taken = [Taken(passed=ms / 1000, cpu=ms / 2000) for ms in range(100, 0, -1)]

    figures = Figures.of(taken)

    assert (figures.n, round(figures.least, 3), round(figures.median, 3)) == (100, 1, 50.5)
    assert (round(figures.p95, 3), round(figures.cpu, 3)) == (96, 3)


def test_acts_are_done_in_turn_and_the_rare_ones_rarely():
    done = []
    often = Measure("often", lambda: lambda: done.append("often"))
    rare = Measure("rare", lambda: lambda: done.append("rare"), every=4)

    figures = interleave([often, rare], rounds=8, until=float("inf"))

    assert (figures["often"].n, figures["rare"].n) == (8, 2)
    assert done.count("often") == 1 + 8
