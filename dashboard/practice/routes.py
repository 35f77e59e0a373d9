"""Practice pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("practice", __name__)
