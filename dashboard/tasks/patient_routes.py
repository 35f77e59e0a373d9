"""One patient's tasks, each with its history, and what can become of one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.alerts import owners
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.tasks import actions, reading, views
from dashboard.tasks.area import patient_area as area
from dashboard.tasks.forms import (
    DoneForm,
    DropForm,
    NewTaskForm,
    PostponeForm,
    ReassignForm,
    ReopenForm,
)
from dashboard.tasks.models import Origin, State, Task
from dashboard.tasks.reading import Line

__all__ = ["area"]

By = tuple[uuid.UUID, str]
Do = Callable[[Task, By], object]


@dataclass(frozen=True)
class Act:
    """One thing that can become of a task, as its page says it."""

    heading: str
    words: str
    button: str
    done: str
    needs_open: bool = True


DONE = Act(
    "Task done", "It leaves the lists and stays in the history.", "Done", "The task is done."
)
DROP = Act(
    "Drop a task", "It leaves the lists undone. The reason stays with it.", "Drop the task",
    "The task is dropped. It stays in the history.",
)  # fmt: skip
REASSIGN = Act(
    "Give a task to somebody else", "Tell them yourself as well.", "Give the task away",
    "The task has another owner.",
)  # fmt: skip
POSTPONE = Act(
    "Give a task another day", "The former day stays in the history.", "Give it another day",
    "The task has another day.",
)  # fmt: skip
REOPEN = Act(
    "Reopen a task", "It comes back to the list of whoever it belongs to.", "Reopen the task",
    "The task is open again.", needs_open=False,
)  # fmt: skip
CHANGED = "Somebody changed this task after you opened it. Look at it above, then send this again."


@area.get("/tasks", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List the patient's tasks: what is open first, then what became of the others."""
    today, closed = formats.today(), reading.closed_of(g.patient.id)
    return render_template(
        "tasks/index.html",
        waiting=[views.view(one, today=today) for one in reading.open_of(g.patient.id)],
        closed=[views.view(one, today=today) for one in closed[: reading.HISTORY]],
        most=reading.HISTORY if len(closed) > reading.HISTORY else 0,
    )


@area.route("/tasks/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Raise a task about the patient."""
    form = NewTaskForm()
    form.offers(owners.colleagues(g.patient.id))
    if form.was_sent():
        actions.raise_task(
            g.patient.id, words=form.words.data or "", owner_id=uuid.UUID(form.to.data),
            due_on=form.due_on.data, origin=Origin.PERSON, by=_me(),
        )  # fmt: skip
        return _done(form, "The task is on the list.")
    return render_template("tasks/new.html", form=form, draft=offer(form)), form.status


@area.get("/tasks/<ref:task_ref>", allow=Allow.PHYSICIAN)
def show(task_ref: str) -> ResponseReturnValue:
    """Show one task and everything that happened to it."""
    line = _found(task_ref)
    return render_template(
        "tasks/show.html", one=views.view(line, today=formats.today()),
        steps=views.step_views(reading.steps(line.task.id)),
    )  # fmt: skip


@area.route("/tasks/<ref:task_ref>/done", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def done(task_ref: str) -> ResponseReturnValue:
    """Close a task as done."""
    form = DoneForm()
    return _page(
        task_ref, form, DONE,
        lambda task, me: actions.finish(task, by=me, note=form.note.data or ""),
    )  # fmt: skip


@area.route("/tasks/<ref:task_ref>/drop", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def drop(task_ref: str) -> ResponseReturnValue:
    """Close a task that nobody has to do any more."""
    form = DropForm()
    return _page(
        task_ref, form, DROP,
        lambda task, me: actions.drop(task, by=me, reason=form.note.data or ""),
    )  # fmt: skip


@area.route("/tasks/<ref:task_ref>/reassign", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def reassign(task_ref: str) -> ResponseReturnValue:
    """Give a task to somebody else who treats the patient."""
    form = ReassignForm()
    form.offers(owners.colleagues(g.patient.id))
    return _page(
        task_ref, form, REASSIGN,
        lambda task, me: actions.reassign(
            task, to=uuid.UUID(form.to.data), by=me, note=form.note.data or ""
        ),
    )  # fmt: skip


@area.route("/tasks/<ref:task_ref>/postpone", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def postpone(task_ref: str) -> ResponseReturnValue:
    """Give a task another day."""
    form = PostponeForm()
    return _page(
        task_ref, form, POSTPONE,
        lambda task, me: actions.postpone(
            task, to=form.due_on.data, by=me, reason=form.note.data or ""
        ),
    )  # fmt: skip


@area.route("/tasks/<ref:task_ref>/reopen", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def reopen(task_ref: str) -> ResponseReturnValue:
    """Open a closed task again."""
    form = ReopenForm()
    return _page(
        task_ref, form, REOPEN,
        lambda task, me: actions.reopen(task, by=me, reason=form.note.data or ""),
    )  # fmt: skip


def _page(task_ref: str, form: PageForm, act: Act, do: Do) -> ResponseReturnValue:
    """Show the form of one act, or do it on the version of the task that was on the page."""
    line = _found(task_ref)
    is_changed = form.is_submitted() and not form.shows(line.task.version)
    if form.was_sent() and not is_changed:
        do(line.task, _me())
        return _done(form, act.done)
    if act.needs_open and line.task.state is not State.OPEN:
        raise actions.ClosedTask
    draft = offer(form)
    form.on_version(line.task.version)
    page = render_template(
        "tasks/act.html", one=views.view(line, today=formats.today()), form=form, draft=draft,
        act=act, changed=CHANGED if is_changed else "",
    )  # fmt: skip
    return page, 409 if is_changed else form.status


def _done(form: PageForm, words: str) -> ResponseReturnValue:
    settle(form)
    location = url_for("patient_tasks.index", patient_ref=g.patient.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _found(task_ref: str) -> Line:
    return reading.one(g.patient.id, task_ref) or abort(404)


def _me() -> By:
    actor = current_actor()
    return actor.id or abort(403), actor.name
