"""Handing a caseload over: when a physician leaves, somebody else takes the patients."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from dashboard import audit
from dashboard.actor import current_actor, seeing_every_patient
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember

HANDED_OVER = "handed over: the physician left"


def hand_over(*, from_id: uuid.UUID, to_id: uuid.UUID) -> int:
    """Give a leaving physician's patients to another one; return how many changed hands.

    Each open place on a care team is ended with its reason; the receiver is added where not on the
    team yet. Doing it again finds nothing left to do. Adds and changes rows, never commits.
    """
    if from_id == to_id:
        raise ValueError("a caseload is handed over to somebody else")
    by = current_actor().id or to_id  # a job has no account: the receiver stands for it
    with seeing_every_patient():
        leaving, there = _open_places(from_id), {p.patient_id for p in _open_places(to_id)}
        for place in leaving:
            place.until, place.removed_by_id, place.removed_reason = now(), by, HANDED_OVER
        db.session.add_all(
            CareTeamMember(
                patient_id=place.patient_id, user_id=to_id, added_by_id=by, added_reason=HANDED_OVER
            )
            for place in leaving
            if place.patient_id not in there
        )
        if leaving:
            detail = {"to": str(to_id), "patients": len(leaving)}
            audit.record(
                db.session, audit.Action.HAND_OVER, subject="account", subject_id=str(from_id),
                detail=detail,
            )  # fmt: skip
        db.session.flush()
    return len(leaving)


def _open_places(user_id: uuid.UUID) -> list[CareTeamMember]:
    return list(
        db.session.scalars(
            sa.select(CareTeamMember)
            .where(CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None))
            .order_by(CareTeamMember.id)
        )
    )
