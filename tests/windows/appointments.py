"""Doses and appointments for the tests of windows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.clinical.windows import ContactKind
from dashboard.db import db, new_id
from dashboard.sessions.models import Dose, Route
from dashboard.windows.models import Appointment, AppointmentState, Way

ET = "America/New_York"


def dose(patient_id: uuid.UUID, given_at: dt.datetime, *, by: uuid.UUID) -> Dose:
    """Return a dose of 200 mg."""
    return Dose(
        id=new_id(), patient_id=patient_id, given_at=given_at, zone_name=ET,
        dose_mg=Decimal(200), route=Route.SUBLINGUAL, recorded_by_id=by,
    )  # fmt: skip


def appointment(
    patient_id: uuid.UUID,
    starts_at: dt.datetime,
    *,
    by: uuid.UUID,
    state: AppointmentState = AppointmentState.BOOKED,
    kind: ContactKind = ContactKind.THERAPY,
    with_whom: str = "Dr Lindqvist",
) -> Appointment:
    """Return an appointment with the therapist."""
    return Appointment(
        patient_id=patient_id, kind=kind, starts_at=starts_at, zone_name=ET, with_whom=with_whom,
        way=Way.VIDEO, state=state, recorded_by_id=by, changed_by_id=by,
        reason="Fever" if state is AppointmentState.CANCELLED else "",
    )  # fmt: skip


def write(app: Flask, records: Iterable[object]) -> None:
    """Put records into the database."""
    with app.app_context(), acting_as_job("test data"):
        db.session.add_all(records)
        db.session.commit()
        db.session.remove()
