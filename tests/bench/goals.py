"""The goals that were set before the program was written, and whether the figures meet them.

C1 to C6 are counts and ratios within one run, which hold on any machine; those in milliseconds are
for people, on an ordinary clinic computer that does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench import pages
from tests.bench.pages import BARE, COLD, WARM, among, overview
from tests.bench.timing import Figures

SIGN_IN, PATIENT, OPENED, TOLD, ONCE = 1, 1, 3, 4, 2  # what access and trail need: statements
CHART = overview(52, WARM)


@dataclass(frozen=True)
class Found:
    """Everything that a run found out."""

    figures: Mapping[str, Figures]
    statements: Mapping[str, int]
    sizes: Mapping[str, tuple[int, int]]  # bytes of a page, plain and compressed
    starts: tuple[float, ...]
    memory: tuple[float, float] | None
    trail_rows: int
    trail_seconds: float
    scoring_seconds: float  # of the processor, for 100,000 forms
    is_embedded: bool

    def cost(self, name: str) -> float:
        """Return the milliseconds that ratios compare: of the processor where it does all the work.

        PostgreSQL works in a process of its own, so there it is the least time on the clock.
        """
        figures = self.figures[name]
        return figures.cpu if self.is_embedded else figures.least


@dataclass(frozen=True)
class Goal:
    """One goal: what it asks, the limit, and the figure that was found (the lower the better)."""

    id: str
    asks: str
    limit: float
    found: Callable[[Found], float]
    unit: str = ""
    at_least: bool = False

    def judged(self, found: Found) -> tuple[float, bool]:
        """Return the figure and whether it meets the goal."""
        figure = self.found(found)
        return figure, figure >= self.limit if self.at_least else figure <= self.limit


def statements(name: str) -> Callable[[Found], float]:
    """Return the statements of a page."""
    return lambda found: found.statements[name]


def times_bare(name: str) -> Callable[[Found], float]:
    """Return a page's processor time in bare Flask routes of the same run."""
    return quotient(name, BARE)


def median(name: str) -> Callable[[Found], float]:
    """Return a page's median in milliseconds."""
    return lambda found: found.figures[name].median


def quotient(upper: str, lower: str) -> Callable[[Found], float]:
    """Return how many times more one measure costs than another."""
    return lambda found: found.cost(upper) / found.cost(lower)


def goals(small: int, large: int) -> tuple[Goal, ...]:
    """Return every goal for practices of these sizes."""
    return (
        *_counts(small), *_growth(small, large), *_ratios(small), *_course(),
        *_absolute(small, large),
    )  # fmt: skip


def _counts(small: int) -> tuple[Goal, ...]:
    saving = 7 + SIGN_IN + PATIENT + TOLD + ONCE
    return (
        Goal("C1", "statements of the list (4, sign-in)", 4 + SIGN_IN,
             statements(among(small, pages.FIRST_PAGE))),
        Goal("C1", "statements of a patient page (8, sign-in, patient, trail)",
             8 + SIGN_IN + PATIENT + OPENED, statements(among(small, pages.DETAILS))),
        Goal("C1", "statements of the overview (9, sign-in, patient, trail)",
             9 + SIGN_IN + PATIENT + OPENED, statements(CHART)),
        Goal("C1", "statements of saving a visit (7, sign-in, patient, trail, sent once)",
             saving, statements(among(small, pages.VISIT))),
        Goal("C1", "statements of saving a score (the same)",
             saving, statements(among(small, pages.SCORE))),
        Goal("C1", "statements more at 520 scores than at 12, overview", 0,
             lambda f: f.statements[overview(520, WARM)] - f.statements[overview(12, WARM)]),
    )  # fmt: skip


def _course() -> tuple[Goal, ...]:
    """Return the goals of the largest chart: 4 x 104 answers, 40 doses, 60 panels."""
    warm, bare = pages.course(WARM), pages.course(pages.NO_CHARTS)
    return (
        Goal("C1", "statements of a chart of two years (9, sign-in, patient, trail)",
             9 + SIGN_IN + PATIENT + OPENED, statements(warm)),
        Goal("C4", "chart of two years, warm, in bare routes", 60, times_bare(warm), "x"),
        Goal("C4", "chart of two years, warm, against itself without drawings", 3,
             quotient(warm, bare), "x"),
        Goal("time", "chart of two years, warm", 300, median(warm), "ms"),
        Goal("time", "chart of two years, drawn anew", 1500, median(pages.course(COLD)), "ms"),
        Goal("size", "chart of two years, compressed", 60, lambda f: f.sizes[warm][1] / 1024,
             "KiB"),
    )  # fmt: skip


def _growth(small: int, large: int) -> tuple[Goal, ...]:
    reading = (
        pages.FIRST_PAGE, pages.MIDDLE_PAGE, pages.FEW_PATIENTS, pages.SEARCH, pages.SUGGEST,
        pages.DETAILS, pages.CHART,
    )  # fmt: skip
    limits = dict.fromkeys(reading, 1.2) | dict.fromkeys((pages.VISIT, pages.SCORE), 1.5)
    return tuple(
        Goal("C2", f"growth from {small:,} to {large:,} patients: {what}", limit,
             quotient(among(large, what), among(small, what)), "x")
        for what, limit in limits.items()
    )  # fmt: skip


def _ratios(small: int) -> tuple[Goal, ...]:
    return (
        Goal("C3", "growth from 12 to 520 scores: overview, warm", 5,
             quotient(overview(520, WARM), overview(12, WARM)), "x"),
        Goal("C4", "patient details, in bare routes", 35,
             times_bare(among(small, pages.DETAILS)), "x"),
        Goal("C4", "overview of 52 scores, warm, in bare routes", 60, times_bare(CHART), "x"),
        Goal("C4", "list, in bare routes", 35, times_bare(among(small, pages.FIRST_PAGE)), "x"),
        Goal("C5", "overview warm, faster than drawn anew", 50,
             quotient(overview(52, COLD), CHART), "x", at_least=True),
    )  # fmt: skip


def _absolute(small: int, large: int) -> tuple[Goal, ...]:
    return (
        Goal("time", "overview drawn anew after a new value", 250, median(overview(52, COLD)),
             "ms"),
        Goal("time", "overview of 52 scores, warm", 15, median(CHART), "ms"),
        Goal("time", "list", 10, median(among(small, pages.FIRST_PAGE)), "ms"),
        Goal("time", f"name search among {large:,}", 10, median(among(large, pages.SEARCH)), "ms"),
        Goal("time", "saving a visit", 12, median(among(small, pages.VISIT)), "ms"),
        Goal("time", "scoring 100,000 PHQ-9 forms by the command, one core", 60,
             lambda f: f.scoring_seconds, "s"),
        Goal("size", "overview of 52 scores, plain", 60, lambda f: f.sizes[CHART][0] / 1024,
             "KiB"),
        Goal("size", "overview of 52 scores, compressed", 10,
             lambda f: f.sizes[CHART][1] / 1024, "KiB"),
        Goal("S7", "from the command to the first answer", 2, lambda f: min(f.starts), "s"),
        Goal("S7", "memory of two workers after all pages", 200,
             lambda f: f.memory[1] if f.memory else float("nan"), "MiB"),
    )  # fmt: skip
