"""The two doors of tasks: one's worklist, and one patient's tasks."""

from __future__ import annotations

from dashboard.access import Area
from dashboard.patients.area import PatientArea

area = Area("tasks", __name__)
patient_area = PatientArea("patient_tasks", __name__)
