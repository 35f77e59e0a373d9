"""Two charts that were opened in an emergency: one opening reviewed, the other still to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard import audit
from dashboard.db import db
from dashboard.demo.course import working_day
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.patients import reviewing
from dashboard.patients.models import EmergencyAccess, Patient

LASTS = dt.timedelta(minutes=60)
NEXT_MORNING = dt.timedelta(hours=16)


@dataclass(frozen=True)
class Opening:
    """Who opened whose chart, how long ago, why, and what the review says ("" when it is due)."""

    mrn: str
    by: str
    days_ago: int
    reason: str
    review: str = ""


OPENINGS = (
    Opening(
        "004722", "okafor", 34,
        "Patient called the practice faint and short of breath; Dr Lindholm is on a flight.",
        "Checked with Dr Lindholm: agreed, and told the same evening.",
    ),
    Opening(
        "004731", "lindholm", 2,
        "Pharmacy asks about an allergy today; Dr Okafor is in clinic until the evening.",
    ),
)  # fmt: skip


def write(patients: Mapping[str, Patient], people: Mapping[str, Member], *, today: dt.date) -> None:
    """Add the openings of those charts that are there (`patients` by record number)."""
    for opening in OPENINGS:
        if opening.mrn in patients:
            _open(opening, patients[opening.mrn], people, today=today)


def _open(
    opening: Opening, patient: Patient, people: Mapping[str, Member], *, today: dt.date
) -> None:
    day = working_day(today - dt.timedelta(days=opening.days_ago))
    began_at = dt.datetime.combine(day, dt.time(17, 20), ZoneInfo(TIME_ZONE))
    access = EmergencyAccess(
        patient_id=patient.id, user_id=people[opening.by].id, reason=opening.reason,
        began_at=began_at, ends_at=began_at + LASTS,
    )  # fmt: skip
    db.session.add(access)
    db.session.flush()
    audit.record(
        db.session, audit.Action.EMERGENCY, subject="patient", subject_id=str(patient.id),
        patient_id=patient.id, detail={"access": access.ref, "ends_at": access.ends_at.isoformat()},
    )  # fmt: skip
    if opening.review:
        reviewing.review(access.id, note=opening.review, by_id=people["admin"].id)
        access.reviewed_at = began_at + NEXT_MORNING
