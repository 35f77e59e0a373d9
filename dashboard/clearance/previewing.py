"""What other days would change: the patients in sight judged twice, with and without them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.clearance import gathering, policy
from dashboard.clearance.models import Readiness, Status
from dashboard.clearance.policy import Days
from dashboard.clearance.readiness import IN_TREATMENT
from dashboard.clearance.standing import stand
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient

MOST = 60  # patients that are judged for a preview, those with the next sessions first


@dataclass(frozen=True)
class Changed:
    """One patient whose readiness would be another."""

    patient_ref: str
    name: str
    now: Status
    then: Status


@dataclass(frozen=True)
class Preview:
    """What would change, of how many judged; `left_out` patients were not judged."""

    changed: tuple[Changed, ...]
    judged: int
    left_out: int


def preview(days: Days, *, user_id: uuid.UUID, at: dt.datetime | None = None) -> Preview:
    """Judge the patients whom a physician treats with other days; nothing is kept of it."""
    moment = at or now()
    mine = _mine(user_id)
    with db.session.no_autoflush:
        judged = [_twice(patient, kept, days, at=moment) for patient, kept in mine[:MOST]]
    return Preview(
        tuple(one for one in judged if one.now is not one.then),
        judged=len(judged), left_out=len(mine) - len(judged),
    )  # fmt: skip


def _mine(user_id: uuid.UUID) -> Sequence[sa.Row[Patient, Readiness]]:
    return db.session.execute(
        sa.select(Patient, Readiness)
        .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
        .outerjoin(Readiness, Readiness.patient_id == Patient.id)
        .where(
            CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None),
            Patient.status.in_(IN_TREATMENT),
        )
        .order_by(
            Readiness.next_session_on.is_(None), Readiness.next_session_on, Patient.name_key,
            Patient.id,
        )
    ).all()  # fmt: skip


def _twice(patient: Patient, kept: Readiness | None, days: Days, *, at: dt.datetime) -> Changed:
    present, other = policy.rules(), policy.rules(days)
    case = gathering.case_of(patient, rules=present, at=at)
    closed_at = kept.closed_at if kept else None
    found = [
        stand(patient, rules=rules, case=case, closed_at=closed_at).status
        for rules in (present, other)
    ]
    name = f"{patient.family_name.upper()}, {patient.given_name}"
    return Changed(patient.ref, name, *found)
