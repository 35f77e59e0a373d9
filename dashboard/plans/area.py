"""The door to a patient's treatment plan: pages under /patients/<ref>/plan, and what each asks."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import abort, g

from dashboard import formats
from dashboard.actor import Person, current_person
from dashboard.alerts import owners
from dashboard.db import db
from dashboard.errors import Refusal, SignInNeeded
from dashboard.patients.area import PatientArea
from dashboard.plans.actions import By
from dashboard.plans.models import TreatmentPlan

area = PatientArea("plans", __name__)
SHOWN = "plan_weights_shown"  # in the session: whose numbers of body size the next page shows


class NotTreating(Refusal):
    """Only a physician on the care team orders treatment. Nothing was changed."""

    status = 403
    heading = "A physician who treats this patient has to decide"
    advice = "Ask somebody on the care team. Anybody who can see the plan can hold it."


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def by() -> By:
    """Return the physician as the one who takes a step."""
    person = me()
    return By(person.id, person.name, formats.zone().key)


def only_treating() -> None:
    """Raise `NotTreating` for who opened the chart without treating the patient."""
    if me().id not in {id for id, _ in owners.colleagues(g.patient.id)}:
        raise NotTreating


def one(plan_ref: str) -> TreatmentPlan:
    """Return a version of this page's patient, or answer 404."""
    query = sa.select(TreatmentPlan).where(
        TreatmentPlan.ref == plan_ref, TreatmentPlan.patient_id == g.patient.id
    )
    return db.session.scalar(query) or abort(404)


def versions() -> Sequence[TreatmentPlan]:
    """Return every version of this page's patient, the newest first."""
    query = sa.select(TreatmentPlan).where(TreatmentPlan.patient_id == g.patient.id)
    return db.session.scalars(query.order_by(TreatmentPlan.number.desc())).all()
