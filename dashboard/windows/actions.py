"""Booking and logging appointments, and what becomes of one: held, missed, cancelled, in error."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dashboard.clinical.windows import ContactKind
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.windows.models import Appointment, AppointmentState, Way


class ClosedAppointment(Refusal):
    """This appointment is closed. Nothing was changed."""

    status = 409
    heading = "The appointment is closed"
    advice = "If what it says is wrong, mark it as entered in error and log it anew."


class NotBegun(Refusal):
    """This appointment has not begun yet. Nothing was changed."""

    status = 409
    heading = "The appointment is still to come"
    advice = "Say afterwards whether it took place. One that will not take place is cancelled."


@dataclass(frozen=True)
class Terms:
    """What an appointment says: with whom, when, how; `minutes` is None where nobody said."""

    kind: ContactKind
    starts_at: dt.datetime
    zone_name: str
    with_whom: str
    way: Way
    minutes: int | None = None
    note: str = ""


def book(
    patient_id: uuid.UUID, terms: Terms, *, by: uuid.UUID, at: dt.datetime | None = None
) -> Appointment:
    """Add an appointment that is to come; `at` is when it was written down, now if not said."""
    return _add(patient_id, terms, AppointmentState.BOOKED, by=by, at=at or now())


def log(
    patient_id: uuid.UUID, terms: Terms, *, by: uuid.UUID, at: dt.datetime | None = None
) -> Appointment:
    """Add an appointment that took place already; `at` is when it was written down."""
    return _add(patient_id, terms, AppointmentState.HELD, by=by, at=at or now())


def change(appointment: Appointment, terms: Terms, *, by: uuid.UUID) -> None:
    """Give a booked appointment other terms; raise `ClosedAppointment`."""
    refuse_closed(appointment)
    appointment.kind, appointment.starts_at = terms.kind, terms.starts_at
    appointment.zone_name, appointment.with_whom = terms.zone_name, terms.with_whom
    appointment.way, appointment.minutes, appointment.note = terms.way, terms.minutes, terms.note
    appointment.changed_by_id, appointment.changed_at = by, now()


def held(appointment: Appointment, *, by: uuid.UUID) -> None:
    """Say that it took place; raise `ClosedAppointment` or `NotBegun`."""
    _close(appointment, AppointmentState.HELD, by=by)


def missed(appointment: Appointment, *, by: uuid.UUID) -> None:
    """Say that the patient or the clinician did not come; raise as `held` does."""
    _close(appointment, AppointmentState.MISSED, by=by)


def cancel(appointment: Appointment, *, by: uuid.UUID, reason: str) -> None:
    """Say that it does not take place, and why; raise `ClosedAppointment`."""
    refuse_closed(appointment)
    appointment.reason = reason
    _end(appointment, AppointmentState.CANCELLED, by=by)


def mark_in_error(appointment: Appointment, *, by: uuid.UUID, reason: str) -> None:
    """Mark it as entered in error: kept, shown struck, counted no more."""
    if appointment.entered_in_error_at is None:
        appointment.entered_in_error_at, appointment.entered_in_error_by_id = now(), by
        appointment.entered_in_error_reason = reason


def refuse_closed(appointment: Appointment) -> None:
    """Raise `ClosedAppointment` unless it is booked and counts."""
    is_in_error = appointment.entered_in_error_at is not None
    if is_in_error or appointment.state is not AppointmentState.BOOKED:
        raise ClosedAppointment


def _add(
    patient_id: uuid.UUID,
    terms: Terms,
    state: AppointmentState,
    *,
    by: uuid.UUID,
    at: dt.datetime,
) -> Appointment:
    appointment = Appointment(
        id=new_id(), patient_id=patient_id, kind=terms.kind, starts_at=terms.starts_at,
        zone_name=terms.zone_name, minutes=terms.minutes, with_whom=terms.with_whom,
        way=terms.way, note=terms.note, state=state, recorded_by_id=by, recorded_at=at,
        changed_by_id=by, changed_at=at,
    )  # fmt: skip
    db.session.add(appointment)
    return appointment


def _close(appointment: Appointment, state: AppointmentState, *, by: uuid.UUID) -> None:
    """Close it once; saying the same again changes nothing."""
    if appointment.state is state and appointment.entered_in_error_at is None:
        return
    refuse_closed(appointment)
    if appointment.starts_at > now():
        raise NotBegun
    _end(appointment, state, by=by)


def _end(appointment: Appointment, state: AppointmentState, *, by: uuid.UUID) -> None:
    appointment.state, appointment.changed_by_id, appointment.changed_at = state, by, now()
