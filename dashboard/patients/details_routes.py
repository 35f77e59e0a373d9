"""A patient's details, gathered: importing this module registers all of their pages."""

from __future__ import annotations

from dashboard.patients import edit_routes, read_routes, status_routes, team_routes
from dashboard.patients.areas import patient as area

__all__ = ["area", "edit_routes", "read_routes", "status_routes", "team_routes"]
