"""The pages of accounts, gathered: importing this module registers them all."""

from __future__ import annotations

from dashboard.accounts import (
    admin_act_routes,
    admin_routes,
    commands,
    door_routes,
    join_routes,
    lock_routes,
    own_routes,
    second_factor_routes,
)
from dashboard.accounts.area import area

__all__ = [
    "admin_act_routes",
    "admin_routes",
    "area",
    "commands",
    "door_routes",
    "join_routes",
    "lock_routes",
    "own_routes",
    "second_factor_routes",
]
