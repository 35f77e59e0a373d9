"""Admin pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("admin", __name__)
