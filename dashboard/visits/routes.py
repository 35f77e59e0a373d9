"""Visits pages."""

from __future__ import annotations

from dashboard.patients.area import PatientArea
from dashboard.visits import models as models

area = PatientArea("visits", __name__)
