"""The last scores of many patients at once, for lists, and what was scored since a moment."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import aliased

from dashboard import formats
from dashboard.alerts.models import Alert, State
from dashboard.charts.spark import Spark, sparkline
from dashboard.clinical.change import judge
from dashboard.clinical.instruments import Direction, Instrument, ScoreRule, catalogue
from dashboard.db import Instant, db
from dashboard.scores.models import (
    Attention,
    LatestScore,
    ScoreValue,
    Standing,
)
from dashboard.scores.readings import Taken, read, read_baseline, written, written_bounds
from dashboard.scores.shelf import charted
from dashboard.scores.words import Tone, tone_of

UNSEEN = {State.OPEN: "Not followed up", State.ACKNOWLEDGED: "Alert not closed"}
ByInstrument: TypeAlias = Mapping[str, "Recent"]
Newest: TypeAlias = (
    "sa.Row[str, dt.datetime, Fraction | None, Fraction, Fraction, str | None,"
    " Attention | None, str]"
)


@dataclass(frozen=True)
class Recent:
    """One instrument's last scores, the size of a table cell; never "ok" beside a danger."""

    spark: Markup
    value: str
    kind: str
    icon: str
    change: str


@dataclass(frozen=True)
class ScoreLine:
    """One questionnaire answered since a moment: `previous` is empty when it is the first."""

    instrument: str
    name: str
    taken_at: dt.datetime
    value: str
    previous: str
    band: str
    danger: str

    @property
    def text(self) -> str:
        """Say it in one line: PHQ-9 10 to 9, mild, 16-Nov-2026."""
        move = f"{self.previous} to {self.value}" if self.previous else self.value
        pieces = [f"{self.name} {move}", self.band.lower(), self.danger]
        return ", ".join(piece for piece in (*pieces, formats.day(self.taken_at)) if piece)


def recent(patient_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, ByInstrument]:
    """Return patient -> instrument id -> its last scores; patients without scores are left out."""
    instruments = catalogue()
    rows = db.session.execute(
        sa.select(
            LatestScore.patient_id,
            LatestScore.instrument,
            LatestScore.attention,
            LatestScore.safety_answers,
            LatestScore.baseline,
            LatestScore.recent,
        ).where(
            LatestScore.patient_id.in_(patient_ids),
            _is_primary(LatestScore.instrument, LatestScore.score),
        )
    ).all()
    unseen = _unseen_dangers(patient_ids)
    zone = formats.zone()
    found: dict[uuid.UUID, dict[str, Recent]] = {}
    for row in rows:
        cell = _recent(
            instruments[row.instrument],
            baseline=row.baseline,
            last=row.recent,
            danger=_danger_words(row.attention, row.safety_answers)
            or unseen.get((row.patient_id, row.instrument), ""),
            zone=zone,
        )
        found.setdefault(row.patient_id, {})[row.instrument] = cell
    return found


def since(patient_id: uuid.UUID, moment: dt.datetime) -> Sequence[ScoreLine]:
    """Return what was scored after a moment, one line an instrument, newest value of each."""
    rows = db.session.execute(_both_sides(), {"patient": patient_id, "moment": moment}).all()
    lines = []
    for instrument in charted():
        mine = [row for row in rows if row.instrument == instrument.id]
        after = next((row for row in mine if row.taken_at > moment), None)
        before = next((row for row in mine if row.taken_at <= moment), None)
        if after is not None:
            lines.append(_line(instrument, after, before))
    return lines


@lru_cache(maxsize=1)
def _both_sides() -> sa.Select[
    str, dt.datetime, Fraction | None, Fraction, Fraction, str | None, Attention | None, str
]:
    """Return the statement for the newest score on either side of a moment: made once, slow.

    It looks at the questionnaires the patient ever answered, not at all that there are.
    """
    moment = sa.bindparam("moment", type_=Instant())
    found = aliased(ScoreValue)
    sides = [
        _newest_id(when) for when in (ScoreValue.taken_at > moment, ScoreValue.taken_at <= moment)
    ]
    return (
        sa.select(
            found.instrument, found.taken_at, found.value, found.lo, found.hi, found.band,
            found.attention, found.safety_answers,
        )
        .select_from(LatestScore)
        .join(found, found.id.in_(sides))
        .where(
            LatestScore.patient_id == sa.bindparam("patient", type_=sa.Uuid()),
            _is_primary(LatestScore.instrument, LatestScore.score),
        )
    )  # fmt: skip


def _is_primary(
    instrument: sa.orm.InstrumentedAttribute[str], score: sa.orm.InstrumentedAttribute[str]
) -> sa.ColumnElement[bool]:
    pairs = ((one.id, one.primary.id) for one in charted())
    return sa.or_(*(sa.and_(instrument == name, score == primary) for name, primary in pairs))


def _newest_id(when: sa.ColumnElement[bool]) -> sa.ScalarSelect[uuid.UUID]:
    """Return the key of the newest score on one side of a moment, of a row of `LatestScore`."""
    return (
        sa.select(ScoreValue.id)
        .where(
            ScoreValue.patient_id == LatestScore.patient_id,
            ScoreValue.instrument == LatestScore.instrument,
            ScoreValue.score == LatestScore.score,
            ScoreValue.standing == Standing.COUNTS,
            when,
        )
        .order_by(ScoreValue.taken_at.desc(), ScoreValue.response_id.desc())
        .limit(1)
        .correlate(LatestScore)
        .scalar_subquery()
    )


def _line(instrument: Instrument, after: Newest, before: Newest | None) -> ScoreLine:
    score = instrument.primary.id
    band = next((b.label for b in instrument.primary.bands if b.id == after.band), "")
    return ScoreLine(
        instrument=instrument.id,
        name=instrument.short,
        taken_at=after.taken_at,
        value=_value(instrument, score, after),
        previous=_value(instrument, score, before) if before else "",
        band=band,
        danger=_danger_words(after.attention, after.safety_answers),
    )


def _value(instrument: Instrument, score: str, row: Newest) -> str:
    if row.value is None:
        return f"incomplete ({written_bounds(instrument, score, row.lo, row.hi)})"
    return written(instrument, score, row.value)


def _unseen_dangers(patient_ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, str], str]:
    """Return the words of alerts, old or new, that nobody has closed."""
    rows = db.session.execute(
        sa.select(Alert.patient_id, Alert.instrument, Alert.state)
        .where(Alert.patient_id.in_(patient_ids), Alert.closed_at.is_(None))
        .order_by(Alert.state == State.OPEN)
    )
    return {(row.patient_id, row.instrument): UNSEEN[row.state] for row in rows}


def _danger_words(attention: Attention | None, answers: str) -> str:
    """Say which item told of a danger, or was left blank: Item 9: 2."""
    if attention is None:
        return ""
    given = json.loads(answers)
    return ", ".join(
        f"Item {item}: {'not answered' if answer is None else answer}"
        for item, answer in given.items()
        if answer is None or answer > 0
    )


def forget() -> None:
    """Let every cell be made anew."""
    _recent.cache_clear()


@lru_cache(maxsize=2048)
def _recent(
    instrument: Instrument, *, baseline: str, last: str, danger: str, zone: ZoneInfo
) -> Recent:
    """Judge and draw one cell; equal scores give equal cells, so it is done once a process."""
    rule, taken = instrument.primary, read(last)
    newest = taken[-1]
    counted_from = read_baseline(baseline).reading
    change = judge(
        instrument,
        baseline=counted_from.reading(zone) if counted_from else None,
        latest=newest.reading(zone),
    )
    tone = tone_of(change)
    if danger:
        tone = Tone("stop", "stop", danger)
    value = written(instrument, rule.id, newest.value) or written_bounds(
        instrument, rule.id, newest.lo, newest.hi
    )
    return Recent(_spark(rule, taken), value, tone.kind, tone.icon, tone.words)


def _spark(rule: ScoreRule, last: tuple[Taken, ...]) -> Markup:
    readings = [(one.at, one.value) for one in last if one.value is not None]
    return sparkline(
        readings,
        Spark(
            rule.lowest,
            rule.highest,
            normal=_healthy(rule),
            max_gap_days=rule.chart.max_gap_days,
        ),
    )


def _healthy(rule: ScoreRule) -> tuple[Fraction, Fraction] | None:
    """Return the range outside the clinical one, where the definition gives its limit."""
    if rule.change is None or rule.change.c is None:
        return None
    if rule.direction is Direction.HIGHER_WORSE:
        return rule.lowest, rule.change.c
    return rule.change.c, rule.highest
