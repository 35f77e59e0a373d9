"""Recording doses, and reading back which ones were given."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.patients.models import Patient
from dashboard.sessions.models import Dose, Route


def record(
    patient: Patient,
    *,
    given_at: dt.datetime,
    zone: str,
    dose_mg: Decimal | None,
    route: Route,
    by: uuid.UUID,
    session_id: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> Dose:
    """Add a dose that was given; `at` is when it was written down, now if not said."""
    dose = Dose(
        id=new_id(),
        patient_id=patient.id,
        given_at=given_at,
        zone_name=zone,
        dose_mg=dose_mg,
        route=route,
        session_id=session_id,
        recorded_by_id=by,
        recorded_at=at or now(),
    )
    db.session.add(dose)
    return dose


def mark_in_error(dose: Dose, *, reason: str, by: uuid.UUID) -> None:
    """Mark a dose as entered in error: kept, shown struck, counted no more."""
    if dose.entered_in_error_at is None:
        dose.entered_in_error_at, dose.entered_in_error_by_id = now(), by
        dose.entered_in_error_reason = reason


def doses(patient_id: uuid.UUID) -> Sequence[Dose]:
    """Return the doses that were given, oldest first, without those entered in error."""
    return db.session.scalars(
        sa.select(Dose)
        .where(Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None))
        .order_by(Dose.given_at, Dose.id)
    ).all()


def first_dose_at(patient_id: uuid.UUID) -> dt.datetime | None:
    """Return when the first dose was given, if any was."""
    return db.session.scalar(
        sa.select(sa.func.min(Dose.given_at)).where(
            Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None)
        )
    )
