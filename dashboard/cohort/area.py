"""The door of the cohort: figures over all patients one treats."""

from __future__ import annotations

from dashboard.access import Area

area = Area("cohort", __name__)
