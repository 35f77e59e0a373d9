"""Scores as they are read back: plain frozen values, and the JSON that keeps a few together."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dashboard.clinical.baseline import Baseline, Basis
from dashboard.clinical.change import Reading
from dashboard.clinical.instruments import Instrument, exact_text, half_up
from dashboard.scores.models import ScoreValue

Row: TypeAlias = tuple[str, str | None, str, str, str, bool]


@dataclass(frozen=True)
class Taken:
    """One score at one instant, with its bounds and the definition version that made it."""

    at: dt.datetime
    value: Fraction | None
    lo: Fraction
    hi: Fraction
    version: str
    prorated: bool

    def reading(self, zone: ZoneInfo) -> Reading:
        """Return the score on its local day, as changes are judged."""
        day = self.at.astimezone(zone).date()
        return Reading(day, self.value, self.lo, self.hi, self.version, self.prorated)


def taken(row: ScoreValue) -> Taken:
    """Return a stored score as a plain value."""
    return Taken(row.taken_at, row.value, row.lo, row.hi, row.version, row.prorated)


def kept(several: Iterable[Taken]) -> str:
    """Write scores as JSON that `read` gives back without loss."""
    return json.dumps([_plain(one) for one in several], separators=(",", ":"))


def read(text: str) -> tuple[Taken, ...]:
    """Read scores that `kept` wrote."""
    return tuple(_read(row) for row in json.loads(text))


def kept_baseline(found: Baseline[Taken]) -> str:
    """Write a baseline as JSON that `read_baseline` gives back without loss."""
    reading = None if found.reading is None else _plain(found.reading)
    return json.dumps([reading, found.basis.value, found.words], separators=(",", ":"))


def read_baseline(text: str) -> Baseline[Taken]:
    """Read a baseline that `kept_baseline` wrote."""
    reading, basis, words = json.loads(text)
    return Baseline(None if reading is None else _read(reading), Basis(basis), words)


def written(instrument: Instrument, score_id: str, value: Fraction | None) -> str:
    """Write a score for people; empty when there is none. A prorated part is never rounded away."""
    if value is None:
        return ""
    decimals = instrument.score_rule(score_id).decimals
    return half_up(value, decimals or int(value.denominator != 1))


def written_bounds(instrument: Instrument, score_id: str, lo: Fraction, hi: Fraction) -> str:
    """Write the bounds of a score: 14 to 20."""
    return f"{written(instrument, score_id, lo)} to {written(instrument, score_id, hi)}"


def _plain(one: Taken) -> Row:
    return (
        one.at.astimezone(dt.UTC).isoformat(),
        None if one.value is None else exact_text(one.value),
        exact_text(one.lo),
        exact_text(one.hi),
        one.version,
        one.prorated,
    )


def _read(row: Row) -> Taken:
    at, value, lo, hi, version, prorated = row
    return Taken(
        dt.datetime.fromisoformat(at),
        None if value is None else Fraction(value),
        Fraction(lo),
        Fraction(hi),
        version,
        prorated,
    )
