"""A visit's content as one value: what a form gives, what is stored, what is sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.visits import vitals
from dashboard.visits.models import Visit, VisitKind, VitalSign
from dashboard.visits.vitals import Vital

TEXTS = ("subjective", "objective", "assessment", "plan")


@dataclass(frozen=True)
class Note:
    """What a physician noted at one visit; `typed_time` is the local time as it was typed."""

    kind: VisitKind
    began_at: dt.datetime
    zone_name: str
    typed_time: str
    subjective: str = ""
    objective: str = ""
    assessment: str = ""
    plan: str = ""
    vitals: tuple[Vital, ...] = ()

    @property
    def words(self) -> int:
        """How many words were typed."""
        return sum(len(getattr(self, name).split()) for name in TEXTS)


def of(visit: Visit, signs: Iterable[VitalSign]) -> Note:
    """Return the content of a stored visit."""
    return Note(
        kind=visit.kind,
        began_at=visit.began_at,
        zone_name=visit.zone_name,
        typed_time=visit.typed_time,
        subjective=visit.subjective,
        objective=visit.objective,
        assessment=visit.assessment,
        plan=visit.plan,
        vitals=vitals.of(signs),
    )
