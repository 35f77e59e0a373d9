"""The two areas of patients: the caseload's pages, and the pages of one patient's details."""

from __future__ import annotations

from flask import abort

from dashboard.access import Area
from dashboard.actor import Person, current_person
from dashboard.patients.area import PatientArea

patients = Area("patients", __name__)
patient = PatientArea("patient", __name__)


def me() -> Person:
    """Return the physician or admin whose request this is; the access rule let somebody in."""
    return current_person() or abort(401)
