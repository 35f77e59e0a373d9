"""The door to findings: pages under /patients/<ref>/findings, and what each of them asks first."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, g, url_for

from dashboard import audit, formats
from dashboard.actor import Person, current_person
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import SignInNeeded
from dashboard.findings.actions import By
from dashboard.findings.models import Finding, FindingSet
from dashboard.patients.area import PatientArea

area = PatientArea("findings", __name__)
SHOWN = "finding_weights_shown"


@area.context_processor
def _clearance() -> dict[str, str]:
    """Give every page the address of the patient's clearance."""
    return {"clearance_url": url_for("clearance.index", patient_ref=g.patient_ref)}


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def by_me() -> By:
    """Say that this physician enters now, on the practice's day."""
    person = me()
    return By(
        id=person.id, name=person.name, at=now(), today=formats.today(), zone=formats.zone().key
    )


def one(finding_ref: str) -> Finding:
    """Return a finding of this page's patient, or answer 404."""
    return db.session.scalar(
        sa.select(Finding).where(Finding.ref == finding_ref, Finding.patient_id == g.patient.id)
    ) or abort(404)


def one_set(set_ref: str) -> FindingSet:
    """Return an act of entry of this page's patient, or answer 404."""
    return db.session.scalar(
        sa.select(FindingSet).where(
            FindingSet.ref == set_ref, FindingSet.patient_id == g.patient.id
        )
    ) or abort(404)


def tell_of_weights() -> None:
    """Tell the trail that somebody asked to see the weights of this page."""
    audit.record(
        db.session, audit.Action.SHOW_WEIGHT, subject="patient", subject_id=str(g.patient.id),
        patient_id=g.patient.id,
    )  # fmt: skip
    db.session.commit()
