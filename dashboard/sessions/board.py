"""The sessions of all patients one treats: running, waiting to be recorded, coming this week."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard import formats
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.sessions import planned
from dashboard.sessions.models import UPCOMING, SessionState, TreatmentSession
from dashboard.sessions.planned import SessionRow

AHEAD = dt.timedelta(days=7)
OPEN = (*UPCOMING, SessionState.STARTED)


class Who(NamedTuple):
    """Whose session it is."""

    ref: str
    family_name: str
    given_name: str
    born_on: dt.date


@dataclass(frozen=True)
class Line:
    """One session in the lists; `is_due` says that its day has come or passed."""

    patient_ref: str
    patient: str
    born: str
    session: SessionRow
    is_running: bool
    is_due: bool

    @property
    def to_record(self) -> bool:
        """Whether something of it can be written down now."""
        return self.is_running or self.is_due


@dataclass(frozen=True)
class Board:
    """The sessions of a physician's patients, each in the list that says what to do."""

    lines: Sequence[Line]

    @property
    def running(self) -> list[Line]:
        """Sessions that have started and not ended."""
        return [one for one in self.lines if one.is_running]

    @property
    def due(self) -> list[Line]:
        """Sessions of today, and of earlier days of which nobody said what became."""
        return [one for one in self.lines if one.is_due]

    @property
    def coming(self) -> list[Line]:
        """Sessions planned for a later day."""
        return [one for one in self.lines if not one.to_record]


def of_physician(user_id: uuid.UUID, *, at: dt.datetime) -> Board:
    """Return the open sessions of the patients one treats, a week ahead; one statement."""
    treated = sa.select(CareTeamMember.patient_id).where(
        CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None)
    )
    return Board(_lines(TreatmentSession.patient_id.in_(treated), at=at, until=at + AHEAD))


def of_patients(patient_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> Board:
    """Return every open session of some patients; one statement."""
    return Board(_lines(TreatmentSession.patient_id.in_(patient_ids), at=at, until=None))


def _lines(
    whose: sa.ColumnElement[bool], *, at: dt.datetime, until: dt.datetime | None
) -> Sequence[Line]:
    who = (Patient.ref, Patient.family_name, Patient.given_name, Patient.born_on)
    query = (
        sa.select(TreatmentSession, *who)
        .join(Patient, Patient.id == TreatmentSession.patient_id)
        .where(TreatmentSession.state.in_(OPEN), whose)
        .order_by(TreatmentSession.planned_at, TreatmentSession.id)
    )
    if until is not None:
        is_near = TreatmentSession.planned_at <= until
        query = query.where(sa.or_(is_near, TreatmentSession.state == SessionState.STARTED))
    rows: Sequence[Any] = db.session.execute(query).all()
    return [_line(one, Who(*rest), at=at) for one, *rest in rows]


def _line(one: TreatmentSession, who: Who, *, at: dt.datetime) -> Line:
    is_running = one.state is SessionState.STARTED
    return Line(
        patient_ref=who.ref,
        patient=f"{who.family_name.upper()}, {who.given_name}",
        born=formats.day(who.born_on),
        session=planned.row(one, at=at),
        is_running=is_running,
        is_due=not is_running and formats.today(one.planned_at) <= formats.today(at),
    )
