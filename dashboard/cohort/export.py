"""The cohort page as CSV: whose it is, when it was taken, then one row for every figure."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

from dashboard import formats
from dashboard.chart.export import safe
from dashboard.cohort.figures import Group, Line, Unit
from dashboard.cohort.page import DEPENDENT, METHODS, OBSERVATION, Cohort, headline

HEADINGS = (
    "section", "group", "figure", "n", "of", "of what", "patients", "value", "interval from",
    "interval to", "unit", "remark",
)  # fmt: skip
UNITS = {Unit.SHARE: "percent", Unit.RATE: Unit.RATE.value}


def text(shown: Cohort, *, by: str, at: dt.datetime) -> str:
    """Return the file: figures and remarks, no patient's name."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    about = (
        f"Cohort of {by}", headline(shown), shown.asked.period.label, shown.asked.diagnosis_words,
        f"taken {formats.moment(at)}", OBSERVATION, METHODS, DEPENDENT,
    )  # fmt: skip
    writer.writerow([safe(one) for one in about])
    writer.writerow([])
    writer.writerow(HEADINGS)
    writer.writerows([safe(cell) for cell in row] for row in rows(shown))
    return held.getvalue()


def rows(shown: Cohort) -> Iterator[tuple[str, ...]]:
    """Return a row for every figure and every remark of the page."""
    for section in shown.every_section:
        for group in section.groups:
            for line in group.lines:
                yield (section.title, group.title, *_cells(line, group))
            for note in group.notes:
                yield _remark(section.title, group.title, note)
        for note in section.notes:
            yield _remark(section.title, "", note)


def _cells(line: Line, group: Group) -> tuple[str, ...]:
    is_told = line.estimate is not None
    return (
        line.label, _number(line.n), _number(line.of), group.words if is_told else "",
        _number(None if line.n is None or line.patients is None else len(line.patients)),
        line.value, line.low, line.high, UNITS[line.unit] if is_told else "",
        group.withheld if line.of is not None and not is_told else "",
    )  # fmt: skip


def _remark(section: str, group: str, note: str) -> tuple[str, ...]:
    return (section, group, *[""] * (len(HEADINGS) - 3), note)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
