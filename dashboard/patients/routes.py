"""The pages of the caseload, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.patients import caseload_routes, emergency_routes, register_routes
from dashboard.patients.areas import patients as area

__all__ = ["area", "caseload_routes", "emergency_routes", "register_routes"]
