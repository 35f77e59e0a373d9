"""The doors of consents: the chart's pages, the patient's pages, the evidence."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

area = PatientArea("consents", __name__)
patient_area = Area("consent", __name__)
evidence_area = Area("evidence", __name__)
