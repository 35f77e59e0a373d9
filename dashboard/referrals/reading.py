"""Reading referrals back: those that wait, those decided about, and one with all that was written.

A referral nobody accepted is open to every physician of the practice; an accepted one is part of
what is known of a patient, and only those who see the patient see it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.patients.scope import sees
from dashboard.referrals.models import FreeAssessment, Referral, State

MOST = 100  # waiting ones on one page; the page says when there are more
PAGE = 50  # decided ones on one page


class Line(NamedTuple):
    """One referral of a list: who wrote, from where, and who decided."""

    referral: Referral
    given_name: str
    family_name: str
    place: str
    decided_by: str | None

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given_name} {self.family_name}"


Query: TypeAlias = "sa.Select[Referral, str, str, str, str | None]"


@dataclass(frozen=True)
class Whole:
    """One referral with everything that was written, oldest first."""

    referral: Referral
    sent: Sequence[FreeAssessment]
    decided_by: str
    patient_ref: str

    @property
    def name(self) -> str:
        """The name as people say it, as it was written last."""
        return f"{self.sent[-1].given_name} {self.sent[-1].family_name}"


def seen() -> sa.ColumnElement[bool]:
    """Return the condition that the acting physician may open a referral."""
    accepted_as = cast("sa.ColumnElement[uuid.UUID]", Referral.patient_id)
    return sa.or_(Referral.patient_id.is_(None), sees(accepted_as))


def waiting() -> Sequence[Line]:
    """Return the new referrals, longest waiting first, and one more than a page shows."""
    new = _lines().where(Referral.state == State.NEW)
    return _read(new.order_by(Referral.received_at, Referral.id).limit(MOST + 1))


def decided(before_ref: str = "") -> Sequence[Line]:
    """Return decided referrals, latest first, and one more than a page shows.

    `before_ref` names the last of the page before; one that is gone leads to the first page.
    """
    earlier = aliased(Referral)
    query = _lines().where(Referral.decided_at.is_not(None))
    place = db.session.execute(
        sa.select(earlier.decided_at, earlier.id).where(earlier.ref == before_ref)
    ).first() if before_ref else None  # fmt: skip
    if place is not None:
        at, key = place
        query = query.where(sa.tuple_(Referral.decided_at, Referral.id) < sa.tuple_(at, key))
    return _read(query.order_by(Referral.decided_at.desc(), Referral.id.desc()).limit(PAGE + 1))


def whole(ref: str) -> Whole | None:
    """Return one referral with all that was written; None when it is not the reader's to see."""
    found = db.session.execute(
        sa.select(Referral, User.name, Patient.ref)
        .outerjoin(User, User.id == Referral.decided_by_id)
        .outerjoin(Patient, Patient.id == Referral.patient_id)
        .where(Referral.ref == ref, seen())
    ).first()
    if found is None:
        return None
    referral, decider, patient_ref = found
    return Whole(referral, _sent(referral.id), decider or "", patient_ref or "")


def held(ref: str) -> Referral | None:
    """Return one referral to decide about; whoever else decides about it waits."""
    mine = sa.select(Referral).where(Referral.ref == ref, seen())
    return db.session.scalar(mine.with_for_update(of=Referral))


def _lines() -> Query:
    first = sa.and_(FreeAssessment.referral_id == Referral.id, FreeAssessment.number == 1)
    return (
        sa.select(
            Referral, FreeAssessment.given_name, FreeAssessment.family_name,
            FreeAssessment.place, User.name,
        )
        .join(FreeAssessment, first)
        .outerjoin(User, User.id == Referral.decided_by_id)
        .where(seen())
    )  # fmt: skip


def _read(query: Query) -> Sequence[Line]:
    return [Line(*row) for row in db.session.execute(query)]


def _sent(referral_id: uuid.UUID) -> Sequence[FreeAssessment]:
    written = sa.select(FreeAssessment).where(FreeAssessment.referral_id == referral_id)
    return db.session.scalars(written.order_by(FreeAssessment.number)).all()
