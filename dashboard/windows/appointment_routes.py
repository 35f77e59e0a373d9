"""Pages of appointments: booking, logging and changing one, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.windows import ContactKind, Window
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.windows import actions, asking, comparing, reading, views
from dashboard.windows.area import area
from dashboard.windows.forms import AppointmentForm, BookForm, CancelForm, InErrorForm, LogForm
from dashboard.windows.models import Appointment
from dashboard.windows.reading import Line

OUTSIDE = "It lies outside every window."


@dataclass(frozen=True)
class Page:
    """What the page of one form says."""

    heading: str
    words: str
    button: str


BOOK = Page("Book an appointment", "It uses a window once it took place.", "Book it")
LOG = Page("Log a contact", "One that took place already.", "Log it")
CHANGE = Page("Change an appointment", "Another time, another person or another way.", "Save it")
CANCEL = Page("Cancel an appointment", "It stays on the chart and uses no window.", "Cancel it")
IN_ERROR = Page(
    "Mark as entered in error", "It is kept, shown struck, and counts no more.", "Mark in error"
)


@area.route("/windows/appointments/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def book() -> ResponseReturnValue:
    """Book an appointment with somebody of the care team."""
    form = BookForm()
    if not form.is_submitted():
        _propose(form)
    if form.was_sent():
        booked = actions.book(g.patient.id, form.terms(), by=_me())
        return _done(form, f"The appointment is booked. {_where(booked)}")
    return _form(form, BOOK)


@area.route("/windows/appointments/log", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def log() -> ResponseReturnValue:
    """Log a contact that took place already."""
    form = LogForm()
    form.born_on = g.patient.born_on
    if not form.is_submitted():
        form.with_whom.data = reading.seen_last(g.patient.id)
    if form.was_sent():
        logged = actions.log(g.patient.id, form.terms(), by=_me())
        return _done(form, f"The contact is logged. {_where(logged)}")
    return _form(form, LOG)


@area.route(
    "/windows/appointments/<ref:appointment_ref>/change", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def change(appointment_ref: str) -> ResponseReturnValue:
    """Change a booked appointment; of two who save, the second sees both."""
    line, form = _found(appointment_ref), BookForm()
    one = line.appointment
    if not form.is_submitted():
        actions.refuse_closed(one)
        form.shows_terms(one)
        form.on_version(one.version)
    is_closed = not views.appointment(line, at=now()).is_booked
    if form.was_sent():
        if is_closed or not form.shows(one.version):
            return _conflict(form, line, is_closed=is_closed)
        actions.change(one, form.terms(), by=_me())
        return _done(form, f"The appointment is changed. {_where(one)}")
    return _form(form, CHANGE)


@area.post("/windows/appointments/<ref:appointment_ref>/held", allow=Allow.PHYSICIAN)
def held(appointment_ref: str) -> ResponseReturnValue:
    """Say that an appointment took place."""
    actions.held(_found(appointment_ref).appointment, by=_me())
    return _said("The appointment took place.")


@area.post("/windows/appointments/<ref:appointment_ref>/missed", allow=Allow.PHYSICIAN)
def missed(appointment_ref: str) -> ResponseReturnValue:
    """Say that an appointment was missed."""
    actions.missed(_found(appointment_ref).appointment, by=_me())
    return _said("The appointment was missed.")


@area.route(
    "/windows/appointments/<ref:appointment_ref>/cancel", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def cancel(appointment_ref: str) -> ResponseReturnValue:
    """Cancel an appointment, with the reason."""
    line, form = _found(appointment_ref), CancelForm()
    if form.was_sent():
        actions.cancel(line.appointment, by=_me(), reason=form.reason.data or "")
        return _done(form, "The appointment is cancelled.")
    actions.refuse_closed(line.appointment)
    return _reason(form, CANCEL, line)


@area.route(
    "/windows/appointments/<ref:appointment_ref>/in-error", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def mark_in_error(appointment_ref: str) -> ResponseReturnValue:
    """Mark an appointment as entered in error."""
    line, form = _found(appointment_ref), InErrorForm()
    if form.was_sent():
        actions.mark_in_error(line.appointment, by=_me(), reason=form.reason.data or "")
        return _done(form, "Marked as entered in error. It is kept and no longer counts.")
    return _reason(form, IN_ERROR, line)


def _propose(form: AppointmentForm) -> None:
    """Fill in what can be known: who saw the patient last, and the day the window opens."""
    form.kind.data = ContactKind.THERAPY.value
    form.with_whom.data = reading.seen_last(g.patient.id)
    if (window := _asked_for()) is not None:
        form.starts_on.data = max(formats.today(window.opens_at), formats.today())


def _asked_for() -> Window | None:
    """Return the window that the address names, if it names one of this patient."""
    start = reading.start_named(g.patient.id, request.args.get("in", "")[:26])
    return reading.window_of(g.patient.id, start) if start else None


def _where(appointment: Appointment) -> str:
    """Say whether an appointment lies in a window; what was asked for it is answered then."""
    return "It lies inside a window." if asking.answered(appointment) else OUTSIDE


def _form(form: AppointmentForm, page: Page) -> ResponseReturnValue:
    return _rendered(form, page, ()), form.status


def _conflict(form: AppointmentForm, line: Line, *, is_closed: bool) -> ResponseReturnValue:
    """Answer to a change that came too late: both texts, and what was typed stays in the form."""
    one = line.appointment
    form.on_version(one.version)
    found = comparing.differences(one, form.terms(), is_closed=is_closed)
    return _rendered(form, CHANGE, found, line, is_closed=is_closed), 409


def _rendered(
    form: AppointmentForm,
    page: Page,
    differences: tuple[comparing.Difference, ...],
    line: Line | None = None,
    *,
    is_closed: bool = False,
) -> str:
    draft, window = offer(form), _asked_for()
    return render_template(
        "windows/appointment.html", form=form, draft=draft, page=page, differences=differences,
        saved_by=line.changed_by if line else "",
        saved_at=formats.moment(line.appointment.changed_at) if line else "",
        is_closed=is_closed,
        opens=formats.moment(window.opens_at) if window else "",
        closes=formats.moment(window.closes_at) if window else "",
    )  # fmt: skip


def _reason(form: CancelForm | InErrorForm, page: Page, line: Line) -> ResponseReturnValue:
    one = views.appointment(line, at=now())
    found = render_template("windows/reason.html", form=form, draft=offer(form), page=page, one=one)
    return found, form.status


def _done(form: PageForm, words: str) -> ResponseReturnValue:
    settle(form)
    location = url_for("windows.index", patient_ref=g.patient.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _said(words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for("windows.index", patient_ref=g.patient.ref), 303)


def _found(ref: str) -> Line:
    return reading.one(g.patient.id, ref) or abort(404)


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
