"""Every score as a row: the table under the charts and the file to take away, from one source."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dashboard import formats
from dashboard.clinical.instruments import exact_text
from dashboard.scores.importing import Line
from dashboard.scores.models import Mode, Standing
from dashboard.scores.points import ScorePoint
from dashboard.scores.readings import written
from dashboard.scores.shelf import scored_with
from dashboard.scores.totals import NO_ITEMS

HOW = {
    Mode.INTERVIEW: "interview",
    Mode.PAPER: "paper",
    Mode.PHONE: "phone, by the patient",
    Mode.IMPORTED: "imported",
}
HEADINGS = (
    "taken at (UTC)", "taken at (local)", "instrument", "version", "score", "value", "lowest",
    "highest", "answered", "items", "prorated", "band", "mode", "standing",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One score of one response."""

    at: str
    name: str
    value: str
    bounds: str
    answered: str
    band: str
    mode: str
    version: str
    remark: str
    is_struck: bool


def rows(points: Iterable[ScorePoint]) -> tuple[Row, ...]:
    """Return the scores as the table lists them."""
    return tuple(_row(one) for one in points)


def text(points: Sequence[ScorePoint]) -> str:
    """Return the scores as CSV: exact numbers, a part that is no decimal as a fraction ('8/3)."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(one) for one in points)
    return held.getvalue()


@dataclass(frozen=True)
class Planned:
    """One row of a file as it would be stored."""

    row: int
    name: str
    taken: str
    scores: str


def planned(lines: Iterable[Line]) -> tuple[Planned, ...]:
    """Return the rows of a file as they would be stored."""
    return tuple(
        Planned(
            one.row,
            f"{one.result.instrument.short} {one.result.instrument.version}",
            formats.moment(one.taken_at),
            ", ".join(
                f"{score.label} {score.shown or 'no score'}" for score in one.result.scores.values()
            ),
        )
        for one in lines
    )


def _row(one: ScorePoint) -> Row:
    instrument = scored_with(one.instrument, one.version)
    if instrument is None:
        name, value = f"{one.instrument} {one.score}", _exact(one.value)
        bounds, band = f"{_exact(one.lo)} to {_exact(one.hi)}", one.band or ""
    else:
        rule = instrument.score_rule(one.score)
        name = instrument.short if rule.is_primary else f"{instrument.short} {rule.label}"
        value = written(instrument, rule.id, one.value)
        low, high = (written(instrument, rule.id, end) for end in (one.lo, one.hi))
        bounds = f"{low} to {high}"
        band = next((band.label for band in rule.bands if band.id == one.band), "")
    remarks = (
        "" if one.counts else "corrected later",
        "prorated" if one.prorated else "",
        "" if one.has_items else NO_ITEMS.lower(),
        "" if one.value is not None else "incomplete",
    )
    return Row(
        at=formats.moment(one.taken_at),
        name=name,
        value=value or "No score",
        bounds=bounds if one.lo != one.hi else "",
        answered=f"{one.n_answered} of {one.n_items}" if one.has_items else "–",
        band=band,
        mode=HOW[one.mode],
        version=one.version,
        remark=", ".join(filter(None, remarks)),
        is_struck=one.standing is not Standing.COUNTS,
    )


def _cells(one: ScorePoint) -> tuple[str, ...]:
    return (
        one.taken_at.isoformat(),
        formats.moment(one.taken_at),
        one.instrument,
        one.version,
        one.score,
        _exact(one.value),
        _exact(one.lo),
        _exact(one.hi),
        str(one.n_answered) if one.has_items else "",
        str(one.n_items),
        "yes" if one.prorated else "no",
        one.band or "",
        one.mode.value,
        one.standing.value if one.has_items else f"{one.standing.value}, {NO_ITEMS.lower()}",
    )


def _exact(value: Fraction | None) -> str:
    """Write a number so that no spreadsheet takes it for a day or a formula: 8/3 as '8/3."""
    if value is None:
        return ""
    told = exact_text(value)
    return f"'{told}" if "/" in told or told.startswith("-") else told
