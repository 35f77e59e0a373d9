"""Reading alerts back: one patient's, one's own and one's patients' others, the steps of one."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cache
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.accounts.models import User
from dashboard.alerts.models import Alert, AlertStep, State
from dashboard.alerts.raising import URGENCY
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.scores.models import Response

MOST = 200  # alerts of a worklist; the page says when there are more
HISTORY = 50  # closed alerts of a patient

_LATER = aliased(Response)
_CLOSER = aliased(User)
_BASIS = (
    Alert,
    User.name,
    Response.ref,
    Response.taken_at,
    Response.taken_zone,
    Response.entered_in_error_at.is_not(None),
    _LATER.id.is_not(None),
    _CLOSER.name,
)
Query: TypeAlias = "sa.Select[Alert, str, str, dt.datetime, str, bool, bool, str]"


class Line(NamedTuple):
    """One alert with who has it, who closed it, and what became of the response behind it."""

    alert: Alert
    owner: str | None
    response_ref: str | None
    taken_at: dt.datetime | None
    taken_zone: str | None
    is_in_error: bool
    is_corrected: bool
    closed_by: str | None


class Waiting(NamedTuple):
    """One alert of a worklist, with whose it is."""

    line: Line
    patient: Patient


class Step(NamedTuple):
    """One step of an alert with who took it, and the response it came with."""

    step: AlertStep
    name: str | None
    response_ref: str | None


def open_of(patient_id: uuid.UUID) -> list[Line]:
    """Return a patient's alerts that nobody has closed, those first that nobody took."""
    rows = db.session.execute(_open_of(), {"whose": patient_id})
    lines = [_line(row) for row in rows]
    return sorted(lines, key=_most_urgent)


def closed_of(patient_id: uuid.UUID) -> list[Line]:
    """Return a patient's newest closed alerts, and one more than are shown."""
    closed = _query().where(Alert.patient_id == patient_id, Alert.closed_at.is_not(None))
    newest = closed.order_by(Alert.closed_at.desc(), Alert.id.desc()).limit(HISTORY + 1)
    return [_line(row) for row in db.session.execute(newest)]


def one(patient_id: uuid.UUID, ref: str) -> Line | None:
    """Return one alert of a patient; None when this patient has none of that name."""
    row = db.session.execute(
        _query().where(Alert.patient_id == patient_id, Alert.ref == ref)
    ).first()
    return _line(row) if row else None


def of_response(response_id: uuid.UUID) -> list[Line]:
    """Return the alerts that a response raised, repeated or was tied to."""
    tied = sa.select(AlertStep.alert_id).where(AlertStep.response_id == response_id)
    lines = [_line(row) for row in db.session.execute(_query().where(Alert.id.in_(tied)))]
    return sorted(lines, key=_most_urgent)


def steps(alert_id: uuid.UUID) -> list[Step]:
    """Return everything that happened to an alert, oldest first."""
    rows = db.session.execute(
        sa.select(AlertStep, User.name, Response.ref)
        .outerjoin(User, User.id == AlertStep.by_id)
        .outerjoin(Response, Response.id == AlertStep.response_id)
        .where(AlertStep.alert_id == alert_id)
        .order_by(AlertStep.at, AlertStep.id)
    )
    return [Step(*row) for row in rows]


def waiting() -> list[Waiting]:
    """Return every alert not closed of the patients one sees: by due time, those taken last."""
    rows = db.session.execute(
        _query()
        .add_columns(Patient)
        .join(Patient, Patient.id == Alert.patient_id)
        .where(Alert.closed_at.is_(None))
        .order_by(Alert.state == State.ACKNOWLEDGED, Alert.due_at, Alert.id)
        .limit(MOST + 1)
    )
    return [Waiting(_line(row), row[-1]) for row in rows]


@cache
def _open_of() -> Query:
    """Select the alerts of one patient that nobody has closed; made once."""
    whose = sa.bindparam("whose", type_=Alert.patient_id.type)
    return _query().where(Alert.patient_id == whose, Alert.closed_at.is_(None))


def _query() -> Query:
    return (
        sa.select(*_BASIS)
        .outerjoin(User, User.id == Alert.owner_id)
        .outerjoin(_CLOSER, _CLOSER.id == Alert.closed_by_id)
        .outerjoin(Response, Response.id == Alert.response_id)
        .outerjoin(
            _LATER,
            sa.and_(_LATER.supersedes_id == Response.id, _LATER.entered_in_error_at.is_(None)),
        )
    )


def _line(row: sa.Row[Alert, str, str, dt.datetime, str, bool, bool, str]) -> Line:
    return Line._make(row[:8])


def _most_urgent(line: Line) -> tuple[bool, int, bool, float]:
    """Order alerts: not taken, most urgent, told by an answer, newest; each first."""
    alert = line.alert
    is_taken = alert.state is not State.OPEN
    newest = -alert.last_raised_at.timestamp()
    return is_taken, URGENCY.index(alert.level), not alert.is_danger, newest
