"""Judging patients anew in rounds: after the rules changed, and each day as time passes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.clearance import readiness
from dashboard.db import db
from dashboard.patients.models import Patient

AT_ONCE = 40  # patients of one round: about two seconds


@dataclass(frozen=True)
class Round:
    """How many patients were judged now, and how many still wait."""

    judged: int
    left: int


def judge_some(*, today: dt.date, most: int = AT_ONCE) -> Round:
    """Judge patients whose kept judgement no longer holds, within the caller's transaction."""
    with seeing_every_patient():
        db.session.flush()
        waiting = readiness.due(today=today, limit=most)
        for patient in db.session.scalars(sa.select(Patient).where(Patient.id.in_(waiting))):
            readiness.judge_anew(patient)
        db.session.flush()
        return Round(len(waiting), left=readiness.how_many_due(today=today))
