"""The accounts area: the door, one's own account, and the admin's pages, in one blueprint."""

from __future__ import annotations

from dashboard.access import Area

area = Area("accounts", __name__, cli_group=None)
