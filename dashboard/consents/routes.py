"""The pages of consents, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.consents import (
    chart_routes,
    commands,
    evidence_routes,
    patient_routes,
    signing_routes,
    teach_back_routes,
)
from dashboard.consents.area import area, evidence_area, patient_area

__all__ = [
    "area",
    "chart_routes",
    "commands",
    "evidence_area",
    "evidence_routes",
    "patient_area",
    "patient_routes",
    "signing_routes",
    "teach_back_routes",
]
