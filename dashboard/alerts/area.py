"""The two doors of alerts: the worklist and statistics, and one patient's alerts."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

area = Area("alerts", __name__)
patient_area = PatientArea("patient_alerts", __name__)
