"""The door to sessions: those planned and the doses given, under /patients/<ref>/."""

from __future__ import annotations

from dashboard.patients.area import PatientArea

area = PatientArea("sessions", __name__)
