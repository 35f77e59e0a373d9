"""Appointments and the windows of one patient, read back for pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.clinical.windows import ContactKind, Window
from dashboard.db import db
from dashboard.sessions.models import UPCOMING, Dose, TreatmentSession
from dashboard.windows import using
from dashboard.windows.models import Appointment, AppointmentState


class Line(NamedTuple):
    """One appointment with the name of who touched it last."""

    appointment: Appointment
    changed_by: str


@dataclass(frozen=True)
class Start:
    """What a window counts from: a dose that was given, or a session that is planned."""

    ref: str
    at: dt.datetime
    dose_mg: Decimal | None
    is_planned: bool


def appointments(patient_id: uuid.UUID) -> list[Line]:
    """Return a patient's appointments, the newest first, those entered in error as well."""
    rows = db.session.execute(
        _lines()
        .where(Appointment.patient_id == patient_id)
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    )
    return [Line(*row) for row in rows]


def one(patient_id: uuid.UUID, ref: str) -> Line | None:
    """Return one appointment of a patient."""
    query = _lines().where(Appointment.patient_id == patient_id, Appointment.ref == ref)
    row = db.session.execute(query).first()
    return Line(*row) if row else None


def seen_last(patient_id: uuid.UUID, kind: ContactKind = ContactKind.THERAPY) -> str:
    """Return who was to see the patient last for this kind of contact; empty if nobody ever."""
    newest = (
        sa.select(Appointment.with_whom)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.kind == kind,
            Appointment.entered_in_error_at.is_(None),
        )
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    )
    return db.session.scalar(newest.limit(1)) or ""


def starts(patient_id: uuid.UUID) -> Sequence[Start]:
    """Return the doses given, oldest first, and then the sessions planned."""
    doses = db.session.execute(
        sa.select(Dose.ref, Dose.given_at, Dose.dose_mg)
        .where(Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None))
        .order_by(Dose.given_at, Dose.id)
    )
    planned = db.session.execute(
        sa.select(TreatmentSession.ref, TreatmentSession.planned_at, TreatmentSession.dose_mg)
        .where(
            TreatmentSession.patient_id == patient_id,
            TreatmentSession.state.in_(UPCOMING),
        )
        .order_by(TreatmentSession.planned_at, TreatmentSession.id)
    )
    given = [Start(*row, is_planned=False) for row in doses]
    return [*given, *(Start(*row, is_planned=True) for row in planned)]


def start_named(patient_id: uuid.UUID, ref: str) -> Start | None:
    """Return the dose or the planned session of this name."""
    return next((one for one in starts(patient_id) if one.ref == ref), None)


def window_of(patient_id: uuid.UUID, start: Start) -> Window:
    """Return the window after a dose, or after a session if it goes ahead as planned."""
    return using.hours_of(patient_id).after(start.at)


def is_open_question(appointment: Appointment, *, at: dt.datetime) -> bool:
    """Whether its time has passed and nobody said what became of it."""
    is_booked = appointment.state is AppointmentState.BOOKED
    return is_booked and appointment.entered_in_error_at is None and appointment.starts_at <= at


def _lines() -> sa.Select[Appointment, str]:
    return sa.select(Appointment, User.name).join(User, User.id == Appointment.changed_by_id)
