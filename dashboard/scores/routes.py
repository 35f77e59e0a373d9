"""Scores pages."""

from __future__ import annotations

from dashboard.patients.area import PatientArea
from dashboard.scores import recent  # noqa: F401

area = PatientArea("scores", __name__)
