"""Pages of a session that ran: its record, what is added to it afterwards."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clock import now
from dashboard.drafts.offer import offer, settle
from dashboard.sessions import (
    answering,
    closing,
    counting,
    effects,
    live_page,
    planned,
    preflight_views,
    sealing,
    under,
)
from dashboard.sessions.answering import Given
from dashboard.sessions.area import area
from dashboard.sessions.found import acting, address, found_in
from dashboard.sessions.models import Part, SessionState
from dashboard.sessions.reading import record_of
from dashboard.sessions.session_forms import AddendumForm

OVER = (SessionState.RELEASED, SessionState.ABANDONED)


@area.get("/sessions/<ref:session_ref>/record", allow=Allow.PHYSICIAN)
def record(session_ref: str) -> ResponseReturnValue:
    """Show everything of a session that is signed, as it was signed."""
    session = found_in(session_ref, *OVER)
    read = record_of(session)
    ended = session.ended_at or abort(404)
    return render_template(
        "sessions/record.html",
        one=planned.row(session, at=now()), course=counting.words(session),
        live=live_page.page(read, at=ended, is_over=True),
        preflight=preflight_views.said(read.held(Part.PREFLIGHT)),
        judged=closing.criteria(session, at=ended), until=closing.until_words(session),
        addenda=[live_page.added(one) for one in read.answers if one.part is Part.ADDENDUM],
        ended=formats.moment(ended), signed=session.signed_name, seal=session.seal,
        is_intact=sealing.is_intact(session), under=under.check_of(session),
    )  # fmt: skip


@area.route("/sessions/<ref:session_ref>/addendum", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def add(session_ref: str) -> ResponseReturnValue:
    """Add words to a session that is signed; what was signed is never changed."""
    session, form = found_in(session_ref, *OVER), AddendumForm()
    if form.was_sent():
        words = Given(effects.ADDENDUM, form.words.data or "")
        answering.record(session, Part.ADDENDUM, [words], by=acting(), answered_at=now())
        settle(form)
        form.commit(address("sessions.record", session))
        flash("Addendum added.", "ok")
        return redirect(address("sessions.record", session), 303)
    page = {"form": form, "draft": offer(form), "one": planned.row(session, at=now())}
    return render_template("sessions/addendum.html", **page), form.status
