"""The two doors of this area: pages of the whole caseload, and pages of one patient's details."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

patients = Area("patients", __name__)
patient = PatientArea("patient", __name__)
