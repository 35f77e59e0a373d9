"""One patient's alerts, each with its history, and what can be done about one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.alerts import actions, owners, reading, views
from dashboard.alerts.area import patient_area as area
from dashboard.alerts.forms import AlertForm, CloseForm, HandOverForm, NoteForm, TakeForm
from dashboard.alerts.models import Alert, Outcome
from dashboard.alerts.reading import Line
from dashboard.drafts.offer import offer, settle

__all__ = ["area"]

Do = Callable[[Alert, uuid.UUID], object]


@dataclass(frozen=True)
class Act:
    """One thing that can be done about an alert, as its page says it."""

    heading: str
    words: str
    hint: str
    button: str
    done: str


TAKE = Act(
    "Take this alert",
    "It is yours then and the clock stands still. It stays open until somebody closes it.",
    "For example: I call her now; if I do not reach her by 15:00, her emergency contact",
    "Take the alert",
    "The alert is yours.",
)
HAND_OVER = Act(
    "Hand this alert over",
    "Your colleague has to take it; until then the clock runs. Tell them yourself as well.",
    "What you know, what you did, what is still to do",
    "Hand the alert over",
    "Handed over. It waits to be taken.",
)
NOTE = Act(
    "Add a note",
    "Your name and the time are kept with it. It cannot be changed afterwards.",
    "Whom you tried to reach, when, with what result",
    "Add the note",
    "Your note is on the alert.",
)
CLOSE = Act(
    "Close this alert",
    "A closed alert never changes. The same answer given again raises a new one.",
    "Whom you spoke to, when, what you found and what was agreed",
    "Close the alert",
    "The alert is closed. Your note stays with it.",
)


@area.get("/alerts", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List the patient's alerts: what is open first."""
    closed = reading.closed_of(g.patient.id)
    return render_template(
        "alerts/index.html",
        waiting=views.views(reading.open_of(g.patient.id)),
        closed=views.views(closed[: reading.HISTORY]),
        most=reading.HISTORY if len(closed) > reading.HISTORY else 0,
        asks_again=views.asks_again(g.patient.ref),
    )


@area.get("/alerts/<ref:alert_ref>", allow=Allow.PHYSICIAN)
def show(alert_ref: str) -> ResponseReturnValue:
    """Show one alert and everything that happened to it."""
    line = _found(alert_ref)
    return render_template(
        "alerts/show.html",
        one=views.view(line),
        steps=views.step_views(reading.steps(line.alert.id)),
        asks_again=views.asks_again(g.patient.ref),
    )


@area.route("/alerts/<ref:alert_ref>/take", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def take(alert_ref: str) -> ResponseReturnValue:
    """Take an alert: say what you will do."""
    form = TakeForm()
    return _page(
        alert_ref, form, TAKE,
        lambda alert, me: actions.acknowledge(
            alert.id, note=form.note.data or "", by=me, seen=form.seen_at
        ),
    )  # fmt: skip


@area.route("/alerts/<ref:alert_ref>/hand-over", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def hand_over(alert_ref: str) -> ResponseReturnValue:
    """Hand an alert over to a physician of the care team."""
    form = HandOverForm()
    form.offers(owners.colleagues(g.patient.id))
    return _page(
        alert_ref, form, HAND_OVER,
        lambda alert, me: actions.hand_over(
            alert.id, to=uuid.UUID(form.to.data), note=form.note.data or "", by=me,
            seen=form.seen_at,
        ),
    )  # fmt: skip


@area.route("/alerts/<ref:alert_ref>/note", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def note(alert_ref: str) -> ResponseReturnValue:
    """Add a note to an alert."""
    form = NoteForm()
    return _page(
        alert_ref, form, NOTE,
        lambda alert, me: actions.note(alert.id, note=form.note.data or "", by=me),
    )  # fmt: skip


@area.route("/alerts/<ref:alert_ref>/close", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def close(alert_ref: str) -> ResponseReturnValue:
    """Close an alert: what it came to, and what was done."""
    form = CloseForm()
    return _page(
        alert_ref, form, CLOSE,
        lambda alert, me: actions.close(
            alert.id, outcome=Outcome(form.outcome.data), note=form.note.data or "", by=me,
            seen=form.seen_at,
        ),
    )  # fmt: skip


def _page(alert_ref: str, form: AlertForm, act: Act, do: Do) -> ResponseReturnValue:
    """Show the form of one act, or do it; a newer answer is shown before anything is done."""
    line = _found(alert_ref)
    location = url_for("patient_alerts.show", patient_ref=g.patient.ref, alert_ref=alert_ref)
    if form.was_sent():
        try:
            do(line.alert, current_actor().id or abort(403))
        except actions.AnsweredAgain as newer:
            return _form(_found(alert_ref), form, act, newer=newer.told), newer.status
        settle(form)
        form.commit(location)
        flash(act.done, "ok")
        return redirect(location, 303)
    if line.alert.closed_at is not None:
        raise actions.ClosedAlready
    return _form(line, form, act), form.status


def _form(line: Line, form: AlertForm, act: Act, *, newer: str = "") -> str:
    draft = offer(form)
    if newer or not form.is_submitted():
        form.shows_answer_of(line.alert.last_raised_at)
    return render_template(
        "alerts/act.html", one=views.view(line), form=form, draft=draft, act=act, newer=newer
    )


def _found(alert_ref: str) -> Line:
    return reading.one(g.patient.id, alert_ref) or abort(404)
