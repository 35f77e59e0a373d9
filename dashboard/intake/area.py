"""The door to intakes: pages under /patients/<ref>/, and what each of them asks first."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, g, request

from dashboard import audit, formats
from dashboard.access import SAFE
from dashboard.actor import Person, current_person
from dashboard.db import db
from dashboard.errors import SignInNeeded
from dashboard.intake.definition import Section
from dashboard.intake.findings import Person as Subject
from dashboard.intake.known import SEXES
from dashboard.intake.models import Evaluation
from dashboard.intake.sections import BY_KEY
from dashboard.intake.typed import Bounds
from dashboard.patients import allergy_list
from dashboard.patients.area import PatientArea
from dashboard.practice.models import Practice

area = PatientArea("intake", __name__)


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def one(evaluation_ref: str) -> Evaluation:
    """Return an intake of this page's patient, or answer 404.

    Who writes holds it until the commit: nothing is written into an intake while it is signed.
    """
    query = sa.select(Evaluation).where(
        Evaluation.ref == evaluation_ref, Evaluation.patient_id == g.patient.id
    )
    if request.method not in SAFE:
        query = query.with_for_update(of=Evaluation).execution_options(populate_existing=True)
    return db.session.scalar(query) or abort(404)


def section_named(key: str) -> Section:
    """Return a section, or answer 404."""
    return BY_KEY.get(key) or abort(404)


def bounds() -> Bounds:
    """Return what limits the dates of this page's patient."""
    return Bounds(g.patient.born_on, formats.today(), formats.read_day)


def subject() -> Subject:
    """Return what the chart says of this page's patient."""
    return Subject(
        born_on=g.patient.born_on,
        sex=SEXES.get(g.patient.sex_for_ranges),
        home_state=g.patient.state,
        codes=tuple(g.patient.diagnosis_codes.replace(",", " ").split()),
        allergies=tuple(one.substance for one in allergy_list.read(g.patient.allergies_text)),
        served=tuple(str(db.session.scalar(sa.select(Practice.states_served)) or "").split()),
    )


def tell(evaluation: Evaluation, action: audit.Action) -> None:
    """Tell the trail of an act that changes nothing."""
    audit.record(
        db.session, action, subject="evaluation", subject_id=str(evaluation.id),
        patient_id=evaluation.patient_id,
    )  # fmt: skip
    db.session.commit()
