"""Doses as the chart shows them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.sessions.models import Dose, Route


@dataclass(frozen=True)
class DoseRow:
    """One dose in the list; `error` says why it does not count."""

    ref: str
    given: str
    dose: str
    route: str
    recorded: str
    error: str


def rows(patient_id: uuid.UUID) -> Sequence[DoseRow]:
    """Return every dose, newest first, those entered in error as well."""
    found = db.session.execute(
        sa.select(Dose, User.name)
        .join(User, User.id == Dose.recorded_by_id)
        .where(Dose.patient_id == patient_id)
        .order_by(Dose.given_at.desc(), Dose.id.desc())
    )
    return [_row(dose, name) for dose, name in found]


def of(patient_id: uuid.UUID, ref: str) -> Dose | None:
    """Return one dose of a patient."""
    return db.session.scalar(sa.select(Dose).where(Dose.ref == ref, Dose.patient_id == patient_id))


def given_between(
    patient_id: uuid.UUID, start: dt.datetime, end: dt.datetime
) -> Sequence[dt.datetime]:
    """Return when doses were given from `start` to before `end`."""
    return db.session.scalars(
        sa.select(Dose.given_at)
        .where(
            Dose.patient_id == patient_id,
            Dose.entered_in_error_at.is_(None),
            Dose.given_at >= start,
            Dose.given_at < end,
        )
        .order_by(Dose.given_at)
    ).all()


def one_row(dose: Dose) -> DoseRow:
    """Return one dose for the page that is about it."""
    return _row(dose, "")


def _row(dose: Dose, name: str) -> DoseRow:
    return DoseRow(
        ref=dose.ref,
        given=formats.moment(dose.given_at),
        dose="not written down" if dose.dose_mg is None else f"{dose.dose_mg:f} mg",
        route="–" if dose.route is Route.NOT_SAID else dose.route.value,
        recorded=f"{name}, {formats.moment(dose.recorded_at)}",
        error=dose.entered_in_error_reason,
    )
