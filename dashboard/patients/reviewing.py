"""The admins' review of emergency accesses: who opened which chart, why, and how far they looked.

An admin sees no clinical row: a patient stands here by public id only.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard import audit, formats
from dashboard.accounts.models import User
from dashboard.actor import seeing_every_patient
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Stale
from dashboard.patients.models import EmergencyAccess, Patient

PAGE = 50


class ReviewedAlready(Stale):
    """Another admin has reviewed this access. Your note was not written over theirs."""


@dataclass(frozen=True)
class Reviewable:
    """One emergency access as an admin reads it."""

    id: uuid.UUID
    ref: str
    who: str
    began: str
    ends: str
    is_open: bool
    patient_ref: str
    reason: str
    pages_opened: int
    reviewer: str
    reviewed: str
    note: str


@dataclass(frozen=True)
class Page:
    """Some emergency accesses, newest first, and where the list goes on (public ids, or "")."""

    rows: Sequence[Reviewable]
    newer: str
    older: str


def page(*, only_unreviewed: bool, older: str = "", newer: str = "") -> Page:
    """Return a page of emergency accesses: the newest, or those beyond one of them."""
    ids = EmergencyAccess.id
    asked = sa.select(ids)
    if only_unreviewed:
        asked = asked.where(EmergencyAccess.reviewed_at.is_(None))
    edge = _id_of(newer or older)
    if edge is not None:
        asked = asked.where(ids > edge if newer else ids < edge)
    backwards = edge is not None and bool(newer)
    asked = asked.order_by(ids if backwards else ids.desc()).limit(PAGE + 1)
    found = list(db.session.scalars(asked))
    has_more, shown = len(found) > PAGE, found[:PAGE]
    rows = _read(shown)
    first, last = (rows[0].ref, rows[-1].ref) if rows else ("", "")
    has_newer = has_more if backwards else edge is not None
    has_older = backwards or has_more
    return Page(rows, first if has_newer else "", last if has_older else "")


def one(ref: str) -> Reviewable | None:
    """Return one emergency access by its public id."""
    key = _id_of(ref)
    return _read([key])[0] if key else None


def review(access_id: uuid.UUID, *, note: str, by_id: uuid.UUID) -> EmergencyAccess:
    """Mark an emergency access as reviewed, once; raises `ReviewedAlready`."""
    access = db.session.scalars(
        sa.select(EmergencyAccess)
        .where(EmergencyAccess.id == access_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if access.reviewed_at is not None:
        raise ReviewedAlready
    access.reviewed_at, access.reviewed_by_id, access.review_note = now(), by_id, note
    audit.record(
        db.session, audit.Action.REVIEW, subject="emergency_access", subject_id=str(access.id),
        patient_id=access.patient_id,
    )  # fmt: skip
    return access


def _id_of(ref: str) -> uuid.UUID | None:
    if not ref:
        return None
    return db.session.scalar(sa.select(EmergencyAccess.id).where(EmergencyAccess.ref == ref))


def _read(ids: Sequence[uuid.UUID]) -> Sequence[Reviewable]:
    reviewer = aliased(User)
    with seeing_every_patient():  # for the patient's public id and nothing else
        rows = db.session.execute(
            sa.select(EmergencyAccess, User.name, reviewer.name, Patient.ref, _pages_opened())
            .join(User, User.id == EmergencyAccess.user_id)
            .join(Patient, Patient.id == EmergencyAccess.patient_id)
            .outerjoin(reviewer, reviewer.id == EmergencyAccess.reviewed_by_id)
            .where(EmergencyAccess.id.in_(ids))
            .order_by(EmergencyAccess.id.desc())
        ).all()
    return [_reviewable(*row) for row in rows]


def _pages_opened() -> sa.ScalarSelect[int]:
    """Count the pages of the chart that the trail tells were opened while the access lasted."""
    trail = audit.AuditEvent
    opened = sa.select(sa.func.count(trail.seq)).where(
        trail.patient_id == EmergencyAccess.patient_id,
        trail.actor_id == EmergencyAccess.user_id,
        trail.action == audit.Action.OPEN.value,
        trail.at.between(EmergencyAccess.began_at, EmergencyAccess.ends_at),
    )
    return opened.correlate(EmergencyAccess).scalar_subquery()


def _reviewable(
    access: EmergencyAccess, who: str, reviewer: str | None, patient_ref: str, pages: int
) -> Reviewable:
    return Reviewable(
        id=access.id,
        ref=access.ref,
        who=who,
        began=formats.moment(access.began_at),
        ends=formats.moment(access.ends_at),
        is_open=access.ends_at > now(),
        patient_ref=patient_ref,
        reason=access.reason,
        pages_opened=pages,
        reviewer=reviewer or "",
        reviewed=formats.moment(access.reviewed_at) if access.reviewed_at else "",
        note=access.review_note,
    )
