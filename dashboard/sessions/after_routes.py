"""The page of a session entered after the fact: gate, plan and pre-flight as of its dose."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clearance.gate import GateClosed
from dashboard.clinical.clearance import Rejected
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.errors import Refusal
from dashboard.sessions import (
    after,
    answering,
    closing,
    counting,
    measuring,
    planned,
    readying,
    running,
)
from dashboard.sessions import preflight_views as views
from dashboard.sessions.after_forms import AfterForm, after_form
from dashboard.sessions.answering import AnsweredMeanwhile
from dashboard.sessions.area import area
from dashboard.sessions.found import acting, address, found_in
from dashboard.sessions.models import Part, Route, SessionState, TreatmentSession
from dashboard.sessions.steps import ReasonMissing

REFUSED = (
    GateClosed, ReasonMissing, running.AboveThePlan, running.InTheFuture, running.NoActivePlan,
    running.NotReady, running.AnotherRuns, measuring.BeforeTheStart,
)  # fmt: skip
GO_ON = "go on"
NOTHING = "Nothing was saved; what you typed stands below."


@area.route("/sessions/<ref:session_ref>/after", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def enter_after(session_ref: str) -> ResponseReturnValue:
    """Record a whole session that took place, under the rules of a live one; all or nothing."""
    session = found_in(session_ref, SessionState.PLANNED, SessionState.PREFLIGHT)
    form, judged = _form_of(session)
    if form.was_sent():
        try:
            return _entered(session, form)
        except AnsweredMeanwhile as refused:
            theirs = views.differences(form, refused.others)
            db.session.rollback()
            form.renew()
            return _page(session, form, judged, theirs=theirs), 409
        except Rejected as refused:
            db.session.rollback()
            form.form_errors = [f"{str(refused)[:1].upper()}{str(refused)[1:]}. {NOTHING}"]
    return _page(session, form, judged), form.status


def _form_of(session: TreatmentSession) -> tuple[AfterForm, readying.Readiness]:
    judged = readying.ask(g.patient, session, dose_at=min(session.planned_at, now()))
    held = answering.newest(session, Part.PREFLIGHT)
    form = after_form(judged.preflight.version)()
    form.asked = views.asked(judged.preflight)
    form.day = formats.today(min(session.planned_at, now()))
    form.is_to_close = request.form.get("act") != GO_ON
    if not form.is_submitted():
        form.show(held)
        form.dose_mg.data = session.dose_mg
        form.route.data = "" if session.route is Route.NOT_SAID else session.route.value
    seen = answering.as_of(session, Part.PREFLIGHT, form.seen)
    form.shown = {key: one.value for key, one in seen.items()}
    return form, judged


def _entered(session: TreatmentSession, form: AfterForm) -> ResponseReturnValue:
    entry, by = form.entry(), acting()
    after.prepare(session, entry, by=by)
    judged = readying.ask(g.patient, session, dose_at=entry.given_at)
    try:
        after.record(g.patient, session, entry, by=by)
        is_signed = form.is_to_close and not after.calls_for_something(session)
        if is_signed:
            running.release(session, by=by)
    except running.NotReleasable as refused:
        open_now = running.judge_release(session, at=now()).open
        why = [f"{one.label}: {one.why}" for one in open_now]
        return _refused(session, form, judged, refused, why)
    except REFUSED as refused:
        return _refused(session, form, judged, refused, [*judged.blocks, *judged.reasons_asked])
    settle(form)
    location = address("sessions.record" if is_signed else "sessions.live", session)
    form.commit(location)
    if is_signed:
        flash("The session is recorded, closed and signed.", "ok")
    elif form.is_to_close:
        flash("The session is recorded and not signed: a reading calls for a look first.", "due")
    else:
        flash("The session is recorded. It goes on until it is released or abandoned.", "ok")
    return redirect(location, 303)


def _refused(
    session: TreatmentSession,
    form: AfterForm,
    judged: readying.Readiness,
    refused: Refusal,
    why: list[str],
) -> ResponseReturnValue:
    """Take everything back, and say what stood in the way; what was typed stays."""
    db.session.rollback()
    form.form_errors = [f"{refused.heading}. {refused.told} {refused.advice} {NOTHING}", *why]
    return _page(session, form, judged), refused.status


def _page(
    session: TreatmentSession,
    form: AfterForm,
    judged: readying.Readiness,
    theirs: list[views.Difference] | None = None,
) -> str:
    held = answering.newest(session, Part.PREFLIGHT)
    return render_template(
        "sessions/after.html",
        form=form, draft=offer(form), one=planned.row(session, at=now()),
        course=counting.words(session), items=views.items(form, held, None),
        blocks=judged.blocks_of_chart, theirs=theirs or [], told=closing.told(),
        asks_reason=bool(judged.reasons_asked), go_on=GO_ON,
    )  # fmt: skip
