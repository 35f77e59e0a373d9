"""Raising tasks, and what becomes of them: done, dropped, given to another, given another day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.tasks.models import Origin, State, StepKind, Task, TaskStep


class ClosedTask(Refusal):
    """This task is closed. Nothing was changed."""

    status = 409
    heading = "The task is closed"
    advice = "Reopen it, or make a new one."


def raise_task(
    patient_id: uuid.UUID,
    *,
    words: str,
    owner_id: uuid.UUID,
    due_on: dt.date,
    origin: Origin,
    key: str = "",
    by: tuple[uuid.UUID, str] | None = None,
    at: dt.datetime | None = None,
) -> Task:
    """Raise a task, or say again what an open one of the same key says; `by` None is the program.

    Raised again, a task takes the new words and never a later day.
    """
    moment = at or now()
    task = _open_of(patient_id, key) if key else None
    if task is not None and (task.words, task.due_on) == (words, min(task.due_on, due_on)):
        return task
    if task is None:
        task = Task(
            id=new_id(), patient_id=patient_id, key=key, origin=origin, words=words,
            owner_id=owner_id, due_on=due_on, raised_at=moment,
        )  # fmt: skip
        db.session.add(task)
        kind = StepKind.RAISED
    else:
        task.words, task.due_on = words, min(task.due_on, due_on)
        task.times, kind = task.times + 1, StepKind.REPEATED
    _step(task, kind, by=by, note=words, at=moment)
    return task


def finish(task: Task, *, by: tuple[uuid.UUID, str] | None, note: str = "") -> None:
    """Close a task as done; raise `ClosedTask`."""
    _close(task, State.DONE, StepKind.DONE, by=by, note=note)


def drop(task: Task, *, by: tuple[uuid.UUID, str], reason: str) -> None:
    """Close a task that nobody has to do any more, with the reason; raise `ClosedTask`."""
    _close(task, State.DROPPED, StepKind.DROPPED, by=by, note=reason)


def reopen(task: Task, *, by: tuple[uuid.UUID, str], reason: str) -> None:
    """Open a closed task again."""
    if task.state is not State.OPEN:
        task.state, task.closed_at = State.OPEN, None
        _step(task, StepKind.REOPENED, by=by, note=reason, at=now())


def reassign(task: Task, *, to: uuid.UUID, by: tuple[uuid.UUID, str], note: str = "") -> None:
    """Give a task to somebody else; raise `ClosedTask`."""
    _refuse_closed(task)
    task.owner_id = to
    _step(task, StepKind.REASSIGNED, by=by, note=note, at=now())


def postpone(task: Task, *, to: dt.date, by: tuple[uuid.UUID, str], reason: str) -> None:
    """Give a task another day, with the reason; raise `ClosedTask`."""
    _refuse_closed(task)
    task.due_on = to
    _step(task, StepKind.POSTPONED, by=by, note=reason, at=now())


def finish_of_key(patient_id: uuid.UUID, key: str, *, note: str) -> None:
    """Close the open task of a key, if there is one: what it asked for has come about by itself."""
    task = _open_of(patient_id, key)
    if task is not None:
        finish(task, by=None, note=note)


def open_of(patient_id: uuid.UUID) -> Sequence[Task]:
    """Return a patient's open tasks, the first due first."""
    query = sa.select(Task).where(Task.patient_id == patient_id, Task.state == State.OPEN)
    return db.session.scalars(query.order_by(Task.due_on, Task.id)).all()


def _open_of(patient_id: uuid.UUID, key: str) -> Task | None:
    return db.session.scalar(
        sa.select(Task).where(
            Task.patient_id == patient_id, Task.key == key, Task.state == State.OPEN
        )
    )


def _close(
    task: Task, state: State, kind: StepKind, *, by: tuple[uuid.UUID, str] | None, note: str
) -> None:
    _refuse_closed(task)
    task.state, task.closed_at = state, now()
    _step(task, kind, by=by, note=note, at=task.closed_at)


def _refuse_closed(task: Task) -> None:
    if task.state is not State.OPEN:
        raise ClosedTask


def _step(
    task: Task, kind: StepKind, *, by: tuple[uuid.UUID, str] | None, note: str, at: dt.datetime
) -> None:
    db.session.flush()
    db.session.add(
        TaskStep(
            patient_id=task.patient_id, task_id=task.id, kind=kind, at=at,
            by_id=by[0] if by else None, by_name=by[1] if by else "", owner_id=task.owner_id,
            due_on=task.due_on, note=note,
        )
    )  # fmt: skip
