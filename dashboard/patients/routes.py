"""Patients pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("patients", __name__)
