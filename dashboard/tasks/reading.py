"""Reading tasks back: those of the patients in sight, one patient's, the steps of one."""

from __future__ import annotations

import uuid
from functools import cache
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.tasks.models import State, Task, TaskStep

MOST = 200  # tasks of a worklist; the page says when there are more
HISTORY = 50  # closed tasks of a patient

_PLACE = aliased(CareTeamMember)
_TREATS = (
    sa.exists()
    .where(
        _PLACE.patient_id == Task.patient_id, _PLACE.user_id == Task.owner_id,
        _PLACE.until.is_(None), User.disabled_at.is_(None),
    )
    .correlate(Task, User)
)  # fmt: skip
Query: TypeAlias = "sa.Select[Task, str, bool]"


class Line(NamedTuple):
    """One task with whose it is, and whether they still treat the patient."""

    task: Task
    owner: str
    owner_treats: bool


class Waiting(NamedTuple):
    """One task of a worklist, with whose it is and whom it is about."""

    line: Line
    patient: Patient


def waiting() -> list[Waiting]:
    """Return the open tasks of the patients one sees, the first due first, one more than shown."""
    rows = db.session.execute(
        _query()
        .add_columns(Patient)
        .join(Patient, Patient.id == Task.patient_id)
        .where(Task.state == State.OPEN)
        .order_by(Task.due_on, Task.id)
        .limit(MOST + 1)
    )
    return [Waiting(Line(*row[:3]), row[3]) for row in rows]


def open_of(patient_id: uuid.UUID) -> list[Line]:
    """Return a patient's open tasks, the first due first."""
    return [Line(*row) for row in db.session.execute(_open_of(), {"whose": patient_id})]


def closed_of(patient_id: uuid.UUID) -> list[Line]:
    """Return a patient's newest closed tasks, and one more than are shown."""
    query = _query().where(Task.patient_id == patient_id, Task.state != State.OPEN)
    newest = query.order_by(Task.closed_at.desc(), Task.id.desc()).limit(HISTORY + 1)
    return [Line(*row) for row in db.session.execute(newest)]


def one(patient_id: uuid.UUID, ref: str) -> Line | None:
    """Return one task of a patient; None when this patient has none of that name."""
    query = _query().where(Task.patient_id == patient_id, Task.ref == ref)
    row = db.session.execute(query).first()
    return Line(*row) if row else None


def steps(task_id: uuid.UUID) -> list[tuple[TaskStep, str]]:
    """Return everything that happened to a task with whose it was then, newest first."""
    rows = db.session.execute(
        sa.select(TaskStep, User.name)
        .join(User, User.id == TaskStep.owner_id)
        .where(TaskStep.task_id == task_id)
        .order_by(TaskStep.at.desc(), TaskStep.id.desc())
    )
    return [(step, name) for step, name in rows]


@cache
def _open_of() -> Query:
    """Select the open tasks of one patient, the first due first; made once."""
    whose = sa.bindparam("whose", type_=Task.patient_id.type)
    query = _query().where(Task.patient_id == whose, Task.state == State.OPEN)
    return query.order_by(Task.due_on, Task.id)


def _query() -> Query:
    return sa.select(Task, User.name, _TREATS).join(User, User.id == Task.owner_id)
