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
from dashboard.scores import baselines
from dashboard.scores.models import LatestScore, ScoreValue, Standing
from dashboard.scores.readings import kept, kept_baseline, taken

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
    if not names:  # a screen without scores, such as the ASQ
        return
    found = _newest(patient_id, instrument, names)
    hung_on, zone = baselines.anchors(patient_id), baselines.local_zone()
    may_be = baselines.candidates(patient_id, [instrument], hung_on=hung_on)
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
        row.baseline = kept_baseline(
            baselines.among(may_be, instrument, name, hung_on=hung_on, zone=zone)
        )
        for column in FILLED:  # rows written with the same columns go to the database together
            flag_modified(row, column)


def _fill(row: LatestScore, mine: Sequence[ScoreValue]) -> None:
    """Take the newest score into the row, with the newest twelve."""
    ordered = sorted(mine, key=lambda one: (one.taken_at, one.response_id))
    newest = ordered[-1]
    row.response_id, row.taken_at = newest.response_id, newest.taken_at
    row.value, row.band = newest.value, newest.band
    row.thousandths = None if newest.value is None else floor(newest.value * 1000)
    row.attention, row.safety_answers = newest.attention, newest.safety_answers
    row.recent = kept(taken(one) for one in ordered[-NEWEST:])


def _newest(patient_id: uuid.UUID, instrument: str, scores: Sequence[str]) -> list[ScoreValue]:
    """Return each score's newest twelve, in one statement."""
    pieces = []
    for name in scores:
        newest = (
            sa.select(ScoreValue.id)
            .where(
                ScoreValue.patient_id == patient_id,
                ScoreValue.instrument == instrument,
                ScoreValue.score == name,
                ScoreValue.standing == Standing.COUNTS,
            )
            .order_by(ScoreValue.taken_at.desc(), ScoreValue.response_id.desc())
            .limit(NEWEST)
        )
        pieces.append(sa.select(newest.subquery().c.id))
    wanted = sa.union(*pieces).subquery()
    return list(
        db.session.scalars(sa.select(ScoreValue).where(ScoreValue.id.in_(sa.select(wanted))))
    )
