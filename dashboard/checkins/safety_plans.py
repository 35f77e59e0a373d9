"""Safety plans: a new version each time, the newest one holds, all are kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.checkins.models import SafetyPlan
from dashboard.db import db
from dashboard.patients.models import Patient


def versions(patient_id: uuid.UUID) -> Sequence[tuple[SafetyPlan, str]]:
    """Return every version with its author's name, the one that holds first."""
    rows = db.session.execute(
        sa.select(SafetyPlan, User.name)
        .join(User, User.id == SafetyPlan.written_by_id)
        .where(SafetyPlan.patient_id == patient_id)
        .order_by(SafetyPlan.written_at.desc(), SafetyPlan.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def write(patient: Patient, *, text: str, by: uuid.UUID) -> SafetyPlan:
    """Add a version; what was agreed before is kept."""
    plan = SafetyPlan(patient_id=patient.id, text=text, written_by_id=by)
    db.session.add(plan)
    return plan


def present(patient_id: uuid.UUID) -> SafetyPlan | None:
    """Return the plan that holds, if one was written."""
    return db.session.scalar(
        sa.select(SafetyPlan)
        .where(SafetyPlan.patient_id == patient_id)
        .order_by(SafetyPlan.written_at.desc(), SafetyPlan.id.desc())
        .limit(1)
    )
