"""What open check-ins ask of a patient at a moment."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import sqlalchemy as sa

from dashboard.checkins.models import CheckIn
from dashboard.db import db


def is_open() -> sa.ColumnElement[bool]:
    """Return the condition that a check-in was not finished, ended or cancelled."""
    return sa.and_(
        CheckIn.finished_at.is_(None), CheckIn.ended_at.is_(None), CheckIn.cancelled_at.is_(None)
    )


def instruments(patient_id: uuid.UUID, *, at: dt.datetime) -> dict[str, dt.datetime]:
    """Return what open check-ins ask of a patient, and until when each takes answers."""
    rows = db.session.execute(
        sa.select(CheckIn.questionnaires, CheckIn.closes_at).where(
            CheckIn.patient_id == patient_id, CheckIn.closes_at > at, is_open()
        )
    )
    return {name: row.closes_at for row in rows for name, _ in asks(row.questionnaires)}


def asks(questionnaires: str) -> tuple[tuple[str, str], ...]:
    """Read which questionnaires a check-in asks: (instrument id, version) in their order."""
    return tuple((name, version) for name, version in json.loads(questionnaires))
