"""Tasks as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.patients.banner import Flag
from dashboard.tasks.models import State, TaskStep
from dashboard.tasks.reading import Line, Waiting

STATES = {
    State.OPEN: Flag("info", "Open"), State.DONE: Flag("ok", "Done"),
    State.DROPPED: Flag("none", "Dropped"),
}  # fmt: skip


@dataclass(frozen=True)
class TaskView:
    """One task; `due` is a word with its kind, and late ones say by how many days."""

    ref: str
    words: str
    origin: str
    owner: str
    owner_left: bool
    due: Flag
    due_on: str
    state: Flag
    is_open: bool
    times: str
    raised: str
    closed: str


@dataclass(frozen=True)
class Row:
    """One line of the worklist."""

    patient_ref: str
    patient: str
    born: str
    task: TaskView


@dataclass(frozen=True)
class StepView:
    """One thing that happened to a task."""

    what: str
    at: str
    who: str
    note: str
    whose: str


def view(line: Line, *, today: dt.date) -> TaskView:
    """Return one task in words."""
    task = line.task
    return TaskView(
        ref=task.ref,
        words=task.words,
        origin=task.origin.value,
        owner=line.owner,
        owner_left=not line.owner_treats,
        due=due(task.due_on, today=today),
        due_on=formats.day(task.due_on),
        state=STATES[task.state],
        is_open=task.state is State.OPEN,
        times=f"{task.times} times" if task.times > 1 else "",
        raised=formats.moment(task.raised_at),
        closed=formats.moment(task.closed_at) if task.closed_at else "",
    )


def due(on: dt.date, *, today: dt.date) -> Flag:
    """Say when something is due: late and today stand out."""
    days = (on - today).days
    if days < 0:
        return Flag("stop", "1 day late" if days == -1 else f"{-days} days late")
    if days == 0:
        return Flag("due", "Today")
    return Flag("none", "Tomorrow" if days == 1 else f"In {days} days")


def rows(found: Iterable[Waiting], *, today: dt.date) -> tuple[Row, ...]:
    """Return the lines of a worklist."""
    return tuple(
        Row(
            one.patient.ref,
            f"{one.patient.family_name.upper()}, {one.patient.given_name}",
            formats.day(one.patient.born_on),
            view(one.line, today=today),
        )
        for one in found
    )


def step_views(steps: Sequence[tuple[TaskStep, str]]) -> tuple[StepView, ...]:
    """Return what happened; what nobody did was done by the program."""
    return tuple(
        StepView(
            what=step.kind.value.capitalize(),
            at=formats.moment(step.at),
            who=step.by_name or "Casement",
            note=step.note,
            whose=f"{owner}, due {formats.day(step.due_on)}",
        )
        for step, owner in steps
    )
