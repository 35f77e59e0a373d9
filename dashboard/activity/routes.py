"""Activity pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("activity", __name__)
