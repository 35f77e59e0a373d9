"""The page of a session that does not run: what is planned, and what became of it."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clinical.courses import SessionState
from dashboard.clock import now
from dashboard.drafts.offer import offer, settle
from dashboard.sessions import counting, planned, running
from dashboard.sessions.area import area
from dashboard.sessions.found import PAGE_OF, acting, found, found_in, page_of
from dashboard.sessions.session_forms import EndForm


@area.get("/sessions/<ref:session_ref>", allow=Allow.PHYSICIAN)
def show(session_ref: str) -> ResponseReturnValue:
    """Show a session that is planned or over; one under way has a page of its own."""
    session = found(session_ref)
    if session.state in PAGE_OF:
        return redirect(page_of(session), 303)
    return render_template(
        "sessions/show.html", one=planned.row(session, at=now()), course=counting.words(session)
    )


@area.route("/sessions/<ref:session_ref>/not-done", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def not_do(session_ref: str) -> ResponseReturnValue:
    """Record that a session does not take place, with the reason."""
    session = found_in(session_ref, SessionState.PLANNED, SessionState.PREFLIGHT)
    form = EndForm()
    if form.was_sent():
        running.not_do(session, by=acting(), reason=form.reason.data or "")
        settle(form)
        form.commit(page_of(session))
        flash("Recorded as not done. Its answers are kept.", "ok")
        return redirect(page_of(session), 303)
    page = {"form": form, "draft": offer(form), "one": planned.row(session, at=now())}
    return render_template("sessions/not_do.html", **page), form.status
