"""The pages of a patient's clearance, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.clearance import check_routes, override_routes, patient_routes
from dashboard.clearance.area import area

__all__ = ["area", "check_routes", "override_routes", "patient_routes"]
