"""The two doors to sessions: one patient's, under /patients/<ref>/, and those of all one treats."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

area = PatientArea("sessions", __name__)
practice_area = Area("sessions_board", __name__)
