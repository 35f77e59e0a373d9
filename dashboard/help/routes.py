"""Help pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("help", __name__)
