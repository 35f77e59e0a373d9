"""A patient's scores as a chart needs them: one narrow query, grouped by instrument."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.clinical.instruments import Instrument
from dashboard.db import db
from dashboard.scores.models import Attention, Mode, Response, ScoreValue, Standing
from dashboard.scores.readings import Taken


class ScorePoint(NamedTuple):
    """One score of one response, corrected ones included; `ref` is the response's public id."""

    instrument: str
    score: str
    response_id: uuid.UUID
    taken_at: dt.datetime
    value: Fraction | None
    lo: Fraction
    hi: Fraction
    n_answered: int
    n_items: int
    prorated: bool
    band: str | None
    version: str
    mode: Mode
    standing: Standing
    attention: Attention | None
    safety_answers: str
    ref: str

    @property
    def counts(self) -> bool:
        """Whether nothing has corrected it."""
        return self.standing is Standing.COUNTS

    @property
    def has_items(self) -> bool:
        """Whether single answers stand behind the score; else only the total was written down."""
        return self.value is None or self.n_answered > 0

    @property
    def taken(self) -> Taken:
        """The score as changes are judged."""
        return Taken(self.taken_at, self.value, self.lo, self.hi, self.version, self.prorated)

    @property
    def safety(self) -> Mapping[str, int | None]:
        """The answers to the items that can tell of a danger."""
        given: dict[str, int | None] = json.loads(self.safety_answers)
        return given


COLUMNS = (*(getattr(ScoreValue, name) for name in ScorePoint._fields[:-1]), Response.ref)


def points(
    patient_id: uuid.UUID, instruments: Sequence[Instrument]
) -> Mapping[str, Sequence[ScorePoint]]:
    """Return instrument id -> its primary scores, oldest first, without those entered in error."""
    rows = db.session.execute(
        _selected().where(
            ScoreValue.patient_id == patient_id,
            ScoreValue.instrument.in_([one.id for one in instruments]),
            ScoreValue.score.in_({one.primary.id for one in instruments if one.has_primary}),
            ScoreValue.standing != Standing.IN_ERROR,
        )
    )
    found = sorted((ScorePoint(*row) for row in rows), key=lambda p: (p.taken_at, p.response_id))
    return {
        one.id: [p for p in found if one.has_primary and p.instrument == one.id]
        for one in instruments
    }


def all_points(patient_id: uuid.UUID) -> Sequence[ScorePoint]:
    """Return every score of a patient, oldest first, without those entered in error."""
    rows = db.session.execute(
        _selected().where(
            ScoreValue.patient_id == patient_id, ScoreValue.standing != Standing.IN_ERROR
        )
    )
    return sorted((ScorePoint(*row) for row in rows), key=_in_time)


def _selected() -> sa.Select[Any]:
    return sa.select(*COLUMNS).join(Response, Response.id == ScoreValue.response_id)


def _in_time(one: ScorePoint) -> tuple[dt.datetime, uuid.UUID, str]:
    return one.taken_at, one.response_id, one.score
