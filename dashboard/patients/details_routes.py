"""Patient pages."""

from __future__ import annotations

from dashboard.patients.area import PatientArea

area = PatientArea("patient", __name__)
