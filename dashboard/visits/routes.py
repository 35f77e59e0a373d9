"""The pages of visits, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.visits import (
    act_routes,
    commands,
    list_routes,
    note_routes,
    page_routes,
    sign_routes,
)
from dashboard.visits.area import area

__all__ = [
    "act_routes",
    "area",
    "commands",
    "list_routes",
    "note_routes",
    "page_routes",
    "sign_routes",
]
