"""Pages of adverse events: the list, recording one, what is known of it, amending, closing."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.adverse_events import event_list
from dashboard.drafts.offer import offer, settle
from dashboard.errors import Refusal
from dashboard.forms import PageForm
from dashboard.sessions import event_calls, event_reading, event_views, events, planned
from dashboard.sessions.area import area
from dashboard.sessions.event_forms import CloseForm, EventForm
from dashboard.sessions.event_reading import Chain
from dashboard.sessions.models import TreatmentSession
from dashboard.sessions.steps import By

HELD_STAYS = " The plan stays held until somebody resumes it by hand."


class EventIsClosed(Refusal):
    """This event is closed. Nothing was changed."""

    status = 409
    heading = "The event is closed"
    advice = "If more happened, record it as a new event."


@area.get("/events", endpoint="events", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List the adverse events, open ones first, and say which of them hold the plan."""
    rows = event_views.rows(g.patient.id)
    return render_template(
        "sessions/events.html", open=[one for one in rows if one.is_open],
        closed=[one for one in rows if not one.is_open], holding=event_views.holding(rows),
        plan=event_views.plan_flag(g.patient.id), hold_from=int(event_list().grading.hold_from),
    )  # fmt: skip


@area.route("/events/new", endpoint="event_new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Record an adverse event; one that is grave or not judged holds the plan at once."""
    session, form = _session_asked(), _form()
    if not form.is_submitted() and session is not None:
        form.dose.data = next(
            (one.ref for one in form.offered if one.session_id == session.id), None
        )
    if form.was_sent():
        row = events.record(
            g.patient.id, form.event, began_at=form.began_at, words=form.words.data or "",
            by=_me(), session=event_reading.session_of(g.patient.id, form.dose_given) or session,
        )  # fmt: skip
        return _recorded(form, Chain((row,)), "The event is recorded.")
    page = {"form": form, "draft": offer(form), "grading": event_list().grading.words}
    return render_template("sessions/event_new.html", **page), form.status


@area.get("/events/<ref:event_ref>", endpoint="event", allow=Allow.PHYSICIAN)
def show(event_ref: str) -> ResponseReturnValue:
    """Show an event: what it calls for, what is known, how that changed, how it was closed."""
    return render_template("sessions/event.html", **_page(_chain(event_ref)))


@area.route(
    "/events/<ref:event_ref>/amend", endpoint="event_amend", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def amend(event_ref: str) -> ResponseReturnValue:
    """Write down what is known of an event now; what was known before stays."""
    chain, form = _chain(event_ref), _form()
    known = event_reading.typed(chain.newest, event_reading.dose_of(chain.newest, form.offered))
    if not form.is_submitted():
        if chain.is_closed:
            raise EventIsClosed
        form.fill(known)
        form.on_version(chain.version)
    is_whole = form.was_sent()
    is_stale = form.is_submitted() and not form.shows(chain.version)
    if is_whole and not is_stale:
        row = events.record(
            g.patient.id, form.event, began_at=form.began_at, words=form.words.data or "",
            by=_me(), amends=chain.newest,
            session=event_reading.session_of(g.patient.id, form.dose_given),
        )  # fmt: skip
        return _recorded(form, Chain((*chain.entries, row)), "The event is amended.")
    page = {**_page(chain), "form": form, "draft": offer(form), "conflict": None}
    if not is_stale:
        return render_template("sessions/event_amend.html", **page), form.status
    form.on_version(chain.version)
    page["conflict"] = event_views.differences(known, form)
    return render_template("sessions/event_amend.html", **page), 409


@area.route(
    "/events/<ref:event_ref>/close", endpoint="event_close", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def close(event_ref: str) -> ResponseReturnValue:
    """Close an event whose grade and seriousness are said; the plan is resumed by hand."""
    chain, form = _chain(event_ref), CloseForm()
    if not form.is_submitted():
        if chain.is_closed:
            raise EventIsClosed
        if chain.newest.grade is None or chain.newest.seriousness is None:
            raise events.NotJudged
        form.on_version(chain.version)
    is_whole = form.was_sent()
    is_stale = form.is_submitted() and not form.shows(chain.version)
    if is_whole and not is_stale:
        events.close(chain.newest, by=_me(), words=form.decision.data or "")
        plan = event_views.plan_flag(g.patient.id)
        return _done(
            form, chain, f"The event is closed.{HELD_STAYS if plan and plan.kind == 'stop' else ''}"
        )
    page = {**_page(chain), "form": form, "draft": offer(form), "is_stale": is_stale}
    if is_stale:
        form.on_version(chain.version)
    return render_template("sessions/event_close.html", **page), 409 if is_stale else form.status


def _form() -> EventForm:
    form = EventForm()
    form.born_on = g.patient.born_on
    form.offers(event_reading.doses(g.patient.id))
    return form


def _page(chain: Chain) -> dict[str, object]:
    return {
        "one": event_views.row(chain), "facts": event_views.facts(chain.newest),
        "called": [] if chain.is_closed else event_views.called(chain.newest),
        "waiting": event_calls.waiting(g.patient.id, chain),
        "history": event_views.history(chain), "closing": event_views.closing(chain),
        "is_judged": chain.newest.grade is not None and chain.newest.seriousness is not None,
        "plan": event_views.plan_flag(g.patient.id), "grading": event_list().grading.words,
    }  # fmt: skip


def _recorded(form: EventForm, chain: Chain, words: str) -> ResponseReturnValue:
    event_calls.raise_tasks(chain, by=_me())
    row = event_views.row(chain)
    if row.holds:
        words = f"{words} It holds the plan until it is closed."
    return _done(form, chain, words, "stop" if row.holds else "ok")


def _done(form: PageForm, chain: Chain, words: str, kind: str = "ok") -> ResponseReturnValue:
    settle(form)
    location = url_for("sessions.event", patient_ref=g.patient.ref, event_ref=chain.first.ref)
    form.commit(location)
    flash(words, kind)
    return redirect(location, 303)


def _chain(ref: str) -> Chain:
    return event_reading.chain(g.patient.id, ref) or abort(404)


def _session_asked() -> TreatmentSession | None:
    """Return the session that the address names, if it names one."""
    ref = request.args.get("session", "")
    return (planned.of(g.patient.id, ref) or abort(404)) if ref else None


def _me() -> By:
    actor = current_actor()
    return By(actor.id or abort(403), actor.name)
