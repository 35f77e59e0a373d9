"""Judging patients anew in rounds: after the rules changed, and each day as time passes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.clearance import policy, readiness
from dashboard.clearance.models import Readiness
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
        return Round(len(waiting), left=how_many_wait(today=today))


def how_many_wait(*, today: dt.date) -> int:
    """Return how many of the patients in sight have to be judged anew."""
    judged = sa.select(Readiness.patient_id).where(
        Readiness.judged_for >= today, Readiness.ruleset == policy.mark().text
    )
    query = sa.select(sa.func.count()).select_from(Patient)
    return (
        db.session.scalar(
            query.where(Patient.status.in_(readiness.IN_TREATMENT), Patient.id.not_in(judged))
        )
        or 0
    )
