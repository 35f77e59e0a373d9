"""The pages of findings, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.findings import (
    correcting_routes,
    entry_routes,
    import_routes,
    list_routes,
    review_routes,
)
from dashboard.findings.area import area

__all__ = [
    "area", "correcting_routes", "entry_routes", "import_routes", "list_routes", "review_routes",
]  # fmt: skip
