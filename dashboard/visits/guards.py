"""Rules the database keeps about visits."""

from __future__ import annotations

from dashboard.guards import Guard

GUARDS: tuple[Guard, ...] = ()
