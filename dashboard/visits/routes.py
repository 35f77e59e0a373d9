"""Visits pages."""

from __future__ import annotations

from dashboard.patients.area import PatientArea

area = PatientArea("visits", __name__)
