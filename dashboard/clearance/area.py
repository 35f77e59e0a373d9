"""The door to a patient's clearance: pages under /patients/<ref>/, and what each of them asks."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, g

from dashboard.actor import Person, current_person
from dashboard.alerts import owners
from dashboard.clearance.models import ClearanceCheck, Override
from dashboard.db import db
from dashboard.errors import Refusal, SignInNeeded
from dashboard.patients.area import PatientArea

area = PatientArea("clearance", __name__)


class NotTreating(Refusal):
    """Only a physician on the care team decides to go ahead. Nothing was changed."""

    status = 403
    heading = "A physician who treats this patient has to decide"
    advice = "Ask somebody on the care team. What you see can be recorded all the same."


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def only_treating() -> None:
    """Raise `NotTreating` for who opened the chart without treating the patient."""
    if me().id not in {id for id, _ in owners.colleagues(g.patient.id)}:
        raise NotTreating


def check_named(check_ref: str) -> ClearanceCheck:
    """Return a check of this page's patient, or answer 404."""
    query = sa.select(ClearanceCheck).where(
        ClearanceCheck.ref == check_ref, ClearanceCheck.patient_id == g.patient.id
    )
    return db.session.scalar(query) or abort(404)


def override_named(override_ref: str) -> Override:
    """Return an override of this page's patient, or answer 404."""
    query = sa.select(Override).where(
        Override.ref == override_ref, Override.patient_id == g.patient.id
    )
    return db.session.scalar(query) or abort(404)
