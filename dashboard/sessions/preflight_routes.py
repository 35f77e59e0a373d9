"""Pages before a session: beginning the pre-flight, answering it, starting with the dose."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clearance.gate import GateClosed
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.sessions import (
    answering,
    counting,
    planned,
    preflight_views,
    readying,
    running,
    starting,
)
from dashboard.sessions.answering import AnsweredMeanwhile
from dashboard.sessions.area import area
from dashboard.sessions.found import acting, address, found, found_in, page_of
from dashboard.sessions.models import Part, Route, SessionState, TreatmentSession
from dashboard.sessions.preflight_forms import PreflightForm, preflight_form
from dashboard.sessions.readying import Readiness
from dashboard.sessions.start_forms import StartForm
from dashboard.sessions.steps import ReasonMissing

REFUSED = (
    GateClosed, ReasonMissing, running.AboveThePlan, running.InTheFuture, running.NoActivePlan,
    running.NotReady, running.AnotherRuns,
)  # fmt: skip


@area.post("/sessions/<ref:session_ref>/preflight/begin", allow=Allow.PHYSICIAN)
def begin(session_ref: str) -> ResponseReturnValue:
    """Begin the pre-flight of a planned session; one that has begun is shown."""
    session = found(session_ref)
    if session.state is not SessionState.PREFLIGHT:
        running.begin_preflight(session, by=acting())
        db.session.commit()
    return redirect(address("sessions.preflight", session), 303)


@area.route("/sessions/<ref:session_ref>/preflight", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def preflight(session_ref: str) -> ResponseReturnValue:
    """Show the pre-flight, and write down what was answered; part of it is fine."""
    session = found_in(session_ref, SessionState.PREFLIGHT)
    judged = readying.ask(g.patient, session, dose_at=now())
    held = answering.newest(session, Part.PREFLIGHT)
    form = preflight_form(judged.preflight.version)()
    form.asked = preflight_views.asked(judged.preflight)
    if not form.is_submitted():
        form.show(held)
    if form.was_sent():
        try:
            return _answered(session, form)
        except AnsweredMeanwhile as refused:
            theirs = preflight_views.differences(form, refused.others)
            db.session.rollback()
            form.renew()
            return _page(session, form, judged, theirs=theirs), 409
    return _page(session, form, judged), form.status


@area.route("/sessions/<ref:session_ref>/start", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def start(session_ref: str) -> ResponseReturnValue:
    """Start a session with its dose; gate, plan and pre-flight are asked on the server."""
    session, form = found_in(session_ref, SessionState.PREFLIGHT), StartForm()
    if not form.is_submitted():
        form.dose_mg.data = session.dose_mg
        form.route.data = "" if session.route is Route.NOT_SAID else session.route.value
    if form.was_sent():
        try:
            return _started(session, form)
        except REFUSED as refused:
            db.session.rollback()
            form.form_errors = [f"{refused.heading}. {refused.told} {refused.advice}"]
            return _start_page(session, form), refused.status
    return _start_page(session, form), form.status


def _answered(session: TreatmentSession, form: PreflightForm) -> ResponseReturnValue:
    seen = answering.as_of(session, Part.PREFLIGHT, form.seen)
    shown = {key: one.value for key, one in seen.items()}
    answers, again = form.answers(shown), form.asked_again(shown)
    starting.answer_preflight(
        session, answers, by=acting(), answered_at=now(), seen_at=form.seen, asked_again=again
    )
    settle(form)
    location = address("sessions.preflight", session)
    form.commit(location)
    count = len(answers) + len(again)
    flash(f"{count} answer{'' if count == 1 else 's'} saved.", "ok")
    return redirect(location, 303)


def _started(session: TreatmentSession, form: StartForm) -> ResponseReturnValue:
    starting.start(
        g.patient, session, dose_mg=form.dose, route=Route(form.route.data),
        given_at=form.at or now(), by=acting(), zone=formats.zone().key,
        reason=form.reason.data or "",
    )  # fmt: skip
    settle(form)
    form.commit(page_of(session))
    flash("The session has started. Contacts for the next day and 72 hours are in the tasks.", "ok")
    return redirect(page_of(session), 303)


def _page(
    session: TreatmentSession,
    form: PreflightForm,
    judged: Readiness,
    theirs: list[preflight_views.Difference] | None = None,
) -> str:
    held = answering.newest(session, Part.PREFLIGHT)
    return render_template(
        "sessions/preflight.html",
        form=form, draft=offer(form), one=planned.row(session, at=now()),
        course=counting.words(session),
        items=preflight_views.items(form, held, judged.preflight),
        summary=preflight_views.summary(judged), theirs=theirs or [],
    )  # fmt: skip


def _start_page(session: TreatmentSession, form: StartForm) -> str:
    judged = readying.ask(g.patient, session, dose_at=form.at or now())
    return render_template(
        "sessions/start.html",
        form=form, draft=offer(form), one=planned.row(session, at=now()),
        course=counting.words(session), summary=preflight_views.summary(judged),
    )  # fmt: skip
