"""The area of check-ins: its pages lie under one patient, its commands under `checkins`."""

from __future__ import annotations

from dashboard.patients.area import PatientArea

area = PatientArea("checkins", __name__)
