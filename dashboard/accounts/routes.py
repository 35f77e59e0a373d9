"""Accounts pages."""

from __future__ import annotations

from dashboard.access import Area

area = Area("accounts", __name__)
