"""Readings during a session: recorded as typed, corrected by a new one, never written over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import sqlalchemy as sa

from dashboard.clinical.clearance import Pressure, Rejected
from dashboard.clinical.courses import SessionState
from dashboard.clinical.home_session import SessionReading as Read
from dashboard.clinical.instants import minutes_after
from dashboard.clock import now
from dashboard.db import db, new_id, new_ref
from dashboard.errors import Refusal
from dashboard.sessions.models import SessionReading, TreatmentSession
from dashboard.sessions.steps import By, MovedOn


class BeforeTheStart(Refusal):
    """A reading during a session lies after its start. Nothing was recorded."""

    status = 422
    heading = "The reading is before the start"
    advice = "Correct its time; readings before the dose belong to the pre-flight."


class ReadingIsThere(Refusal):
    """Somebody recorded this reading meanwhile. Nothing was written over."""

    status = 409
    heading = "This reading is there already"
    advice = "Look at it; correct it if it is wrong, or record yours as one between."


def record(
    session: TreatmentSession,
    read: Read,
    *,
    typed: str,
    minute: int | None,
    by: By,
    corrects: SessionReading | None = None,
    is_confirmed: bool = False,
    at: dt.datetime | None = None,
) -> SessionReading:
    """Add a reading, of a slot of the schedule or (`minute` None) between.

    Raises `MovedOn`, `BeforeTheStart`, or `ReadingIsThere` for a slot that has one, or for a
    correction of a reading that was corrected already; `Rejected` for a value in parts.
    """
    db.session.flush()
    db.session.refresh(session, with_for_update=True)
    if session.state is not SessionState.STARTED or session.started_at is None:
        raise MovedOn
    if read.at < session.started_at:
        raise BeforeTheStart
    standing = standing_of(session)
    if corrects is not None:
        if corrects.id not in {one.id for one in standing}:
            raise ReadingIsThere
    elif minute is not None and any(one.minute == minute for one in standing):
        raise ReadingIsThere
    row = SessionReading(
        id=new_id(), ref=new_ref(), session_id=session.id, patient_id=session.patient_id,
        minute=minute, taken_at=read.at, typed=typed, is_confirmed=is_confirmed,
        systolic=whole(read.pressure.systolic if read.pressure else None),
        diastolic=whole(read.pressure.diastolic if read.pressure else None),
        rate=whole(read.rate), saturation=whole(read.saturation), breaths=whole(read.breaths),
        corrects_id=corrects.id if corrects else None, by_id=by.id, by_name=by.name,
        recorded_at=at or now(),
    )  # fmt: skip
    db.session.add(row)
    return row


def standing_of(session: TreatmentSession) -> Sequence[SessionReading]:
    """Return the readings that count, in the order they were taken."""
    rows = every(session)
    corrected = {one.corrects_id for one in rows}
    return [one for one in rows if one.id not in corrected]


def every(session: TreatmentSession) -> Sequence[SessionReading]:
    """Return every reading of a session, corrected ones too, in the order they were taken."""
    query = sa.select(SessionReading).where(SessionReading.session_id == session.id)
    return db.session.scalars(query.order_by(SessionReading.taken_at, SessionReading.id)).all()


def as_read(row: SessionReading) -> Read:
    """Return a stored reading as it is judged."""
    return Read(
        at=row.taken_at, pressure=pressure_of(row), rate=exact(row.rate),
        saturation=exact(row.saturation), breaths=exact(row.breaths),
    )  # fmt: skip


def pressure_of(row: SessionReading) -> Pressure | None:
    """Return the pressure of a reading in mmHg; None when it was not measured."""
    if row.systolic is None or row.diastolic is None:
        return None
    return Pressure(Fraction(row.systolic), Fraction(row.diastolic))


def minute_of(session: TreatmentSession, at: dt.datetime) -> int:
    """Return how many whole minutes after the dose an instant lies."""
    if session.started_at is None:
        raise MovedOn
    return minutes_after(session.started_at, at=at)


def whole(value: Fraction | None) -> int | None:
    """Return a value as it is measured; one in parts is refused, as rounding could make it good."""
    if value is not None and value.denominator != 1:
        raise Rejected(f"{float(value):g} is not a whole number")
    return None if value is None else int(value)


def exact(value: int | None) -> Fraction | None:
    """Return a stored value as it is judged."""
    return None if value is None else Fraction(value)
