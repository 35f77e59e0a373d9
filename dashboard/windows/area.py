"""The two doors of windows: one patient's, and those of all patients one treats."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

area = PatientArea("windows", __name__)
practice_area = Area("windows_board", __name__)
