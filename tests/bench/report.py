"""The report: one table for the terminal and for docs/performance.md, written anew by each run."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.goals import Found, goals
from tests.bench.pages import BARE

HOW_TO_READ = """\
`make bench` writes this page anew; `make bench ARGS=--quick` is a quick look at small practices.

Everything is asked in one process and in turn, one thing after another in each round, so that what
else the machine does falls on all of them alike. "Cpu" is the processor time of the page itself
(5th percentile), which other work hardly moves; the ratios of C2 to C5 compare it. A single median
on the clock is good to a factor of about two on a busy machine. "Bare" is a Flask route that only
answers "ok", in the same process and run: a page of 30 costs as much as thirty of those.

Times are of the program without the network: reading the sign-in, access, scope and trail are in
them, and each opened chart's row in the trail is on the disk before the page is made. Statements
are those sent to the database, with the ones for sign-in, access and trail; they are the same on
every machine.

"Drawn anew" is the first look after a new value: no drawing is kept anywhere. "Drawn by another
worker" takes the drawings out of the database. "Unchanged" is answered by 304 to a browser that has
the page; its row in the trail is written all the same.
"""


@dataclass(frozen=True)
class Setting:
    """Where and how it was measured; no names of machines or places."""

    database: str
    loads: tuple[float, float]
    seconds: float
    patients: tuple[int, int]


def markdown(found: Found, setting: Setting, *, day: dt.date) -> str:
    """Return the whole page."""
    parts = [
        "# Performance",
        HOW_TO_READ.strip(),
        _machine(setting, day),
        "## Goals",
        _goals(found, setting.patients),
        "## Figures",
        _figures(found),
        "## Server",
        _server(found),
        LIMITS.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _machine(setting: Setting, day: dt.date) -> str:
    low, high = setting.loads
    busy = " The machine was busy with other work: read the ratios." if low > 1 else ""
    return (
        f"Measured {day:%d-%b-%Y}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{setting.database}, practices of {setting.patients[0]:,} and {setting.patients[1]:,} "
        f"patients, {setting.seconds:.0f} s in all, load {low:.1f} to {high:.1f}.{busy}"
    )


def _goals(found: Found, patients: tuple[int, int]) -> str:
    rows = []
    for goal in goals(*patients):
        figure, is_met = goal.judged(found)
        word = "at least" if goal.at_least else "at most"
        limit = f"{word} {goal.limit:g} {goal.unit}".strip()
        rows.append((goal.id, goal.asks, limit, _short(figure, goal.unit), _yes(figure, is_met)))
    return _table(("", "goal", "limit", "found", "met"), rows)


def _figures(found: Found) -> str:
    bare = found.cost(BARE)
    rows = [
        (
            name,
            str(found.statements.get(name, "")),
            str(one.n),
            f"{one.least:.2f}",
            f"{one.median:.2f}",
            f"{one.p95:.2f}",
            f"{one.cpu:.2f}",
            f"{found.cost(name) / bare:.0f}",
            _size(found.sizes.get(name)),
        )
        for name, one in found.figures.items()
    ]
    heads = (
        "milliseconds",
        "statements",
        "n",
        "min",
        "median",
        "p95",
        "cpu",
        "bare",
        "KiB, compressed",
    )
    return _table(heads, rows)


def _server(found: Found) -> str:
    starts = ", ".join(f"{one:.2f}" for one in found.starts)
    rows = [
        ("start: from the command to the first answer (waitress, as `make run` serves), s", starts),
        ("walking the trail (`verify-trail`), rows/s",
         f"{found.trail_rows / found.trail_seconds:,.0f} ({found.trail_rows:,} rows)"),
    ]  # fmt: skip
    rows.append(
        ("scoring 100,000 PHQ-9 forms (`flask score`, one core; start not counted), s",
         f"{found.scoring_seconds:.1f}")
    )  # fmt: skip
    if found.memory:
        fresh, used = found.memory
        rows.append(("memory (PSS) of gunicorn and two workers, fresh, MiB", f"{fresh:.0f}"))
        rows.append(("the same after every page was opened in both, MiB", f"{used:.0f}"))
    return _table(("", "found"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = [":---" if number == 0 else "---:" for number in range(len(heads))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rule, *rows))


def _short(figure: float, unit: str) -> str:
    return f"{figure:.{0 if figure >= 100 or not unit else 1}f} {unit}".strip()


def _yes(figure: float, is_met: bool) -> str:
    if figure != figure:
        return "not measured"
    return "yes" if is_met else "**no**"


def _size(sizes: tuple[int, int] | None) -> str:
    return f"{sizes[0] / 1024:.0f}, {sizes[1] / 1024:.0f}" if sizes else ""


LIMITS = """\
What a warm chart spends its time on, by a profile of 24-Nov-2026: nothing of it on drawings, about
a fifth on the sign-in with its four counts, a quarter on opening the chart and putting that into
the trail, a quarter on filling in the page, the rest on alerts, tasks and what lies between. Of a
chart of two years drawn anew, more than half is matplotlib and the cleaning of its SVG (compare
"drawn by another worker"), most of the rest puts scores, course and table together. Saving a score
judges the clearance anew in the same transaction, which is most of its statements.

Not measured here: painting in the browser, TLS, a database on another machine, disks that take
milliseconds to flush. C6 (no plan of a page reads a whole table) is not a figure: it is the test
`tests/shape/test_plans.py`.
"""
