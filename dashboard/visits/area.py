"""The door to visits: pages under /patients/<ref>/, and what each of them asks first."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from flask import abort, g

from dashboard import formats
from dashboard.actor import Person, current_person
from dashboard.db import db
from dashboard.errors import SignInNeeded
from dashboard.patients.area import PatientArea
from dashboard.visits.models import Visit

area = PatientArea("visits", __name__)


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def one(visit_ref: str) -> Visit:
    """Return a visit of this page's patient, or answer 404."""
    visit = db.session.scalar(
        sa.select(Visit).where(Visit.ref == visit_ref, Visit.patient_id == g.patient.id)
    )
    return visit or abort(404)


def zones(*others: str) -> dict[str, str]:
    """Return the zones a visit's time may be given in: the practice's first, then the patient's."""
    offered = {formats.zone().key: "Practice", g.patient.time_zone: "Patient"}
    offered = {name: offered.get(name, "As recorded") for name in (*offered, *others)}
    return {
        name: f"{whose}, {formats.zone_label(zone_name=name)}"
        for name, whose in offered.items()
        if _is_zone(name)
    }


def _is_zone(name: str) -> bool:
    try:
        return bool(name and ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
