"""The pages of intakes, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.intake import (
    commands,
    diagnosis_routes,
    history_routes,
    list_routes,
    section_routes,
    sent_routes,
    sign_routes,
)
from dashboard.intake.area import area

__all__ = [
    "area",
    "commands",
    "diagnosis_routes",
    "history_routes",
    "list_routes",
    "section_routes",
    "sent_routes",
    "sign_routes",
]
