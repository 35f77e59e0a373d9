"""Pages of a session that runs: its readings, a correction, what is said of the effect."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clinical.clearance import Rejected
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.sessions import answering, counting, live_page, live_views, measuring, planned
from dashboard.sessions.area import area
from dashboard.sessions.found import acting, address, found, found_in
from dashboard.sessions.models import Part, SessionReading, SessionState, TreatmentSession
from dashboard.sessions.reading import Record, record_of
from dashboard.sessions.session_forms import EffectForm, ReadingForm, given


@area.route("/sessions/<ref:session_ref>/live", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def live(session_ref: str) -> ResponseReturnValue:
    """Show a session that runs, with what is due next; add a reading."""
    session = found_in(session_ref, SessionState.STARTED)
    record = record_of(session)
    form = _form_of(record)
    if form.was_sent() and (row := _recorded(session, form, corrects=None)) is not None:
        settle(form)
        form.commit(address("sessions.live", session))
        flash(f"Reading saved: {live_views.values(row)}.", "ok")
        return redirect(address("sessions.live", session), 303)
    page = live_page.page(record, at=now())
    return render_template(
        "sessions/live.html", form=form, draft=offer(form), one=planned.row(session, at=now()),
        course=counting.words(session), live=page,
    ), form.status  # fmt: skip


@area.route(
    "/sessions/<ref:session_ref>/readings/<ref:reading_ref>", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def correct(session_ref: str, reading_ref: str) -> ResponseReturnValue:
    """Correct a reading; the one before is kept."""
    session = found_in(session_ref, SessionState.STARTED)
    record = record_of(session)
    wrong = next((one for one in record.readings if one.ref == reading_ref), None) or abort(404)
    form = _form_of(record, correcting=wrong)
    if form.was_sent() and _recorded(session, form, corrects=wrong) is not None:
        settle(form)
        form.commit(address("sessions.live", session))
        flash("Reading corrected. The one before is kept.", "ok")
        return redirect(address("sessions.live", session), 303)
    return render_template(
        "sessions/correct.html", form=form, draft=offer(form), one=planned.row(session, at=now()),
        was=live_views.values(wrong), who=live_views.who(wrong),
    ), form.status  # fmt: skip


@area.route("/sessions/<ref:session_ref>/effect", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def effects(session_ref: str) -> ResponseReturnValue:
    """Say how strong the effect was, the dissociation, and notes, while the session runs."""
    session, form = found_in(session_ref, SessionState.STARTED), EffectForm()
    record = record_of(session)
    if not form.is_submitted():
        form.show(record.held(Part.EFFECT))
    if form.was_sent():
        seen = answering.as_of(session, Part.EFFECT, form.seen)
        answers = given(form.effects(), {key: one.value for key, one in seen.items()})
        try:
            answering.record(
                session, Part.EFFECT, answers, by=acting(), answered_at=now(), seen_at=form.seen
            )
        except answering.AnsweredMeanwhile as refused:
            db.session.rollback()
            form.renew()
            form.form_errors = [live_page.theirs(one) for one in refused.others]
            return _effect_page(session, record, form), 409
        settle(form)
        form.commit(address("sessions.live", session))
        flash("Saved.", "ok")
        return redirect(address("sessions.live", session), 303)
    return _effect_page(session, record, form), form.status


@area.get("/sessions/<ref:session_ref>/pulse", allow=Allow.PHYSICIAN)
def pulse(session_ref: str) -> ResponseReturnValue:
    """Return a mark that changes with every entry of a session, for a page that is open."""
    session = found(session_ref)
    return {"mark": live_page.mark(record_of(session))}


def _effect_page(session: TreatmentSession, record: Record, form: EffectForm) -> str:
    return render_template(
        "sessions/effect.html", form=form, draft=offer(form), one=planned.row(session, at=now()),
        held=live_page.told(record.held(Part.EFFECT)),
    )  # fmt: skip


def _form_of(record: Record, *, correcting: SessionReading | None = None) -> ReadingForm:
    form = ReadingForm()
    form.started_at = record.session.started_at or now()
    form.offer(live_page.open_minutes(record))
    if correcting is not None:
        form.fill_in(correcting)
    return form


def _recorded(
    session: TreatmentSession, form: ReadingForm, *, corrects: SessionReading | None
) -> SessionReading | None:
    """Record the reading of a form; None when it was refused, with the words at its field."""
    try:
        read = form.read
        if read is None:
            return None
        row = measuring.record(
            session, read, typed=form.values.data or "", by=acting(), corrects=corrects,
            minute=corrects.minute if corrects else form.minute, is_confirmed=form.is_confirmed,
        )  # fmt: skip
        answering.record(
            session, Part.EFFECT, form.beside(row.ref), by=acting(), answered_at=read.at
        )
    except Rejected as refused:
        db.session.rollback()
        form.values.errors = [f"{str(refused)[:1].upper()}{str(refused)[1:]}."]
    except (measuring.BeforeTheStart, measuring.ReadingIsThere) as refused:
        db.session.rollback()
        form.refuse(f"{refused.heading}. {refused.advice}", status=refused.status)
    else:
        return row
    return None
