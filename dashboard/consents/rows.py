"""Rows of consents as pages need them, each read in one statement."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TypeVar

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.consents.models import (
    Consent,
    ConsentAnswer,
    ConsentCopy,
    ConsentInitial,
    ConsentWithdrawal,
    TeachBack,
)
from dashboard.db import db

Owned = TypeVar("Owned", Consent, ConsentWithdrawal, TeachBack)
Part = TypeVar("Part", ConsentInitial, ConsentAnswer, ConsentCopy, TeachBack)
Names = Mapping[uuid.UUID | None, str]


def of_patient(kind: type[Owned], patient_id: uuid.UUID) -> list[Owned]:
    """Return a patient's rows of one kind, oldest first."""
    found = sa.select(kind).where(kind.patient_id == patient_id).order_by(kind.id)
    return list(db.session.scalars(found))


def of_consent(kind: type[Part], consent: Consent) -> list[Part]:
    """Return one consent's rows of one kind, oldest first."""
    found = sa.select(kind).where(kind.consent_id == consent.id).order_by(kind.id)
    return list(db.session.scalars(found))


def names(ids: Iterable[uuid.UUID | None]) -> Names:
    """Return the names of staff by key."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}
