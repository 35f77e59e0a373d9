"""Somebody saved first: who, when, and what differs from what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.patients import history
from dashboard.patients.details import Difference, differences


@dataclass(frozen=True)
class Conflict:
    """Two texts of one patient's details."""

    who: str
    when: str
    differences: tuple[Difference, ...]


def found(patient_id: uuid.UUID, stored: Mapping[str, str], typed: Mapping[str, str]) -> Conflict:
    """Return what a person needs to bring two texts together."""
    last = history.last(patient_id)
    who, when = (last.who, last.when) if last else ("Somebody else", "an unknown time")
    return Conflict(who, when, differences(stored, typed))
