"""Keeping `LatestScore` equal to what the scores say, in the transaction of every change to them.

It is always written anew from the scores, never counted on: late entries, corrections and errors
take the same way as an ordinary one. What is read is bounded, however long the history.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from math import floor

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from dashboard.db import db
from dashboard.scores.models import LatestScore, ScoreValue, Standing
from dashboard.scores.readings import Taken, kept

NEWEST = 12  # scores that a list draws
FILLED = (
    "response_id", "taken_at", "value", "thousandths", "band", "attention", "safety_answers",
    "baseline", "recent",
)  # fmt: skip


def held(patient_id: uuid.UUID, instrument: str) -> Mapping[str, LatestScore]:
    """Return score id -> its present row, locked: two savings for one patient take turns."""
    rows = db.session.scalars(
        sa.select(LatestScore)
        .where(LatestScore.patient_id == patient_id, LatestScore.instrument == instrument)
        .with_for_update()
    )
    return {row.score: row for row in rows}


def renew(
    patient_id: uuid.UUID,
    instrument: str,
    *,
    present: Mapping[str, LatestScore],
    scores: Sequence[str],
) -> None:
    """Write the latest score of each kind anew; one that has no score left is removed."""
    db.session.flush()
    names = sorted({*present, *scores})
    found = _ends(patient_id, instrument, names)
    for name in names:
        mine = [row for row in found if row.score == name]
        row = present.get(name)
        if not mine:
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = LatestScore(patient_id=patient_id, instrument=instrument, score=name)
            db.session.add(row)
        _fill(row, mine)


def _fill(row: LatestScore, mine: Sequence[ScoreValue]) -> None:
    """Take the newest score into the row, with the baseline and the newest twelve."""
    ordered = sorted(mine, key=lambda one: (one.taken_at, one.response_id))
    newest = ordered[-1]
    first = next((one for one in ordered if one.value is not None), None)
    row.response_id, row.taken_at = newest.response_id, newest.taken_at
    row.value, row.band = newest.value, newest.band
    row.thousandths = None if newest.value is None else floor(newest.value * 1000)
    row.attention, row.safety_answers = newest.attention, newest.safety_answers
    row.baseline = kept([taken(first)] if first else [])
    row.recent = kept(taken(one) for one in ordered[-NEWEST:])
    for name in FILLED:  # rows written with the same columns go to the database together
        flag_modified(row, name)


def taken(row: ScoreValue) -> Taken:
    """Return a stored score as a plain value."""
    return Taken(row.taken_at, row.value, row.lo, row.hi, row.version, row.prorated)


def _ends(patient_id: uuid.UUID, instrument: str, scores: Sequence[str]) -> list[ScoreValue]:
    """Return each score's first one with a value and its newest twelve, in one statement."""
    pieces = []
    for name in scores:
        counting = sa.select(ScoreValue.id).where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument == instrument,
            ScoreValue.score == name,
            ScoreValue.standing == Standing.COUNTS,
        )
        newest = counting.order_by(ScoreValue.taken_at.desc(), ScoreValue.response_id.desc()).limit(
            NEWEST
        )
        first = (
            counting.where(ScoreValue.value.is_not(None))
            .order_by(ScoreValue.taken_at, ScoreValue.response_id)
            .limit(1)
        )
        pieces += [sa.select(part.subquery().c.id) for part in (newest, first)]
    wanted = sa.union(*pieces).subquery()
    return list(
        db.session.scalars(sa.select(ScoreValue).where(ScoreValue.id.in_(sa.select(wanted))))
    )
