"""The pages of treatment plans, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.plans import draft_routes, page_routes, sign_routes, step_routes
from dashboard.plans.area import area

__all__ = ["area", "draft_routes", "page_routes", "sign_routes", "step_routes"]
