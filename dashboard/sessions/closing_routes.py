"""Pages that end a session: its release, by which it is signed, and giving it up."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.sessions import answering, closing, counting, live_page, planned, running
from dashboard.sessions.area import area
from dashboard.sessions.found import acting, address, found_in
from dashboard.sessions.models import Part, SessionState, TreatmentSession
from dashboard.sessions.reading import record_of
from dashboard.sessions.session_forms import ClosingForm, EndForm, closing_form


@area.route("/sessions/<ref:session_ref>/close", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def close(session_ref: str) -> ResponseReturnValue:
    """Answer the criteria of the release; when all of them hold the session is signed."""
    session = found_in(session_ref, SessionState.STARTED)
    form = closing_form()()
    form.started_at = session.started_at or now()
    if not form.is_submitted():
        record = record_of(session)
        form.show_all(record.held(Part.EFFECT), record.held(Part.RELEASE))
    if form.was_sent():
        try:
            return _closed(session, form)
        except answering.AnsweredMeanwhile as refused:
            db.session.rollback()
            form.renew()
            form.form_errors = [live_page.theirs(one) for one in refused.others]
            return _page(session, form), refused.status
    return _page(session, form), form.status


@area.route("/sessions/<ref:session_ref>/abandon", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def abandon(session_ref: str) -> ResponseReturnValue:
    """End a session without release, with the reason; it is signed as it stands."""
    session, form = found_in(session_ref, SessionState.STARTED), EndForm()
    if form.was_sent():
        running.abandon(session, by=acting(), reason=form.reason.data or "")
        settle(form)
        form.commit(address("sessions.record", session))
        flash("The session is abandoned and signed as it stands.", "ok")
        return redirect(address("sessions.record", session), 303)
    page = {"form": form, "draft": offer(form), "one": planned.row(session, at=now())}
    return render_template("sessions/abandon.html", **page), form.status


def _closed(session: TreatmentSession, form: ClosingForm) -> ResponseReturnValue:
    """Keep the answers; sign where every criterion holds, else say which one does not."""
    closing.answer(session, form, by=acting())
    try:
        running.release(session, by=acting())
    except running.NotReleasable as refused:
        db.session.commit()  # what was answered is kept, whatever it says
        form.renew()
        judged = running.judge_release(session, at=now())
        form.form_errors = [
            f"{refused.heading}. Your answers are kept; the session goes on.",
            *(f"{one.label}: {one.why}" for one in judged.open),
        ]
        return _page(session, form), refused.status
    settle(form)
    form.commit(address("sessions.record", session))
    flash("The session is closed and signed.", "ok")
    return redirect(address("sessions.record", session), 303)


def _page(session: TreatmentSession, form: ClosingForm) -> str:
    record = record_of(session)
    return render_template(
        "sessions/close.html", form=form, draft=offer(form), one=planned.row(session, at=now()),
        course=counting.words(session), live=live_page.page(record, at=now()),
        judged=closing.criteria(session, at=now()), told=closing.told(),
    )  # fmt: skip
