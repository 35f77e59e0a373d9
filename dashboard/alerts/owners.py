"""Who treats a patient and can sign in: whose an alert is, to whom it may go, who is told."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.actor import Role
from dashboard.alerts.models import Alert
from dashboard.db import db
from dashboard.patients.models import CareTeamMember


def present(patient_id: uuid.UUID, owner_id: uuid.UUID | None = None) -> uuid.UUID | None:
    """Return the owner while they treat the patient; else who has treated them longest, if any."""
    is_another = sa.case((CareTeamMember.user_id == owner_id, 0), else_=1)
    return db.session.scalar(
        sa.select(CareTeamMember.user_id)
        .join(User, User.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id == patient_id, *_treats())
        .order_by(is_another, CareTeamMember.since, CareTeamMember.id)
        .limit(1)
    )


def is_left() -> sa.ColumnElement[bool]:
    """Return the condition that an alert's owner does not treat its patient, or that it has none.

    Only where somebody else does: an alert of a patient whom nobody treats stays as it is.
    """
    treating = (
        sa.select(CareTeamMember.user_id)
        .join(User, User.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id == Alert.patient_id, *_treats())
    )
    is_owners = treating.where(CareTeamMember.user_id == Alert.owner_id)
    return sa.and_(sa.not_(is_owners.exists()), treating.exists())


def colleagues(patient_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Return key and name of the physicians who treat a patient and can sign in."""
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .join(CareTeamMember, CareTeamMember.user_id == User.id)
        .where(CareTeamMember.patient_id == patient_id, *_treats())
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def addresses(patient_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """Return patient -> the addresses of the physicians who treat them."""
    rows = db.session.execute(
        sa.select(CareTeamMember.patient_id, User.email)
        .join(User, User.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id.in_(patient_ids), *_treats())
    )
    found: dict[uuid.UUID, set[str]] = {}
    for patient_id, email in rows:
        found.setdefault(patient_id, set()).add(email)
    return found


def _treats() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        CareTeamMember.until.is_(None),
        User.role == Role.PHYSICIAN,
        User.joined_at.is_not(None),
        User.disabled_at.is_(None),
    )
