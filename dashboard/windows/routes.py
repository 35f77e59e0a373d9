"""Pages of one patient's windows: which were used, and asking for an appointment inside one."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.windows import EVIDENCE, LABEL, OVERLAP
from dashboard.clock import now
from dashboard.drafts.offer import offer, settle
from dashboard.windows import appointment_routes, asking, page, reading
from dashboard.windows.area import area
from dashboard.windows.forms import WroteForm

__all__ = ["appointment_routes", "area"]


@area.get("/windows", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the windows, newest first, with the contacts in them, and all appointments."""
    return render_template(
        "windows/index.html", **page.page(g.patient.id, at=now()), label=LABEL, evidence=EVIDENCE,
        overlap=OVERLAP,
    )  # fmt: skip


@area.route("/windows/<ref:window_ref>/ask", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def ask(window_ref: str) -> ResponseReturnValue:
    """Show the letter to copy to the therapist, and keep in sight that it was written."""
    start = reading.start_named(g.patient.id, window_ref) or abort(404)
    form = WroteForm()
    if not form.is_submitted():
        form.to.data = reading.seen_last(g.patient.id)
    is_over = asking.is_over(start, g.patient.id)
    if form.was_sent() and not is_over:
        asking.wrote(start, g.patient.id, to=form.to.data or "", by=_me())
        settle(form)
        location = url_for("windows.index", patient_ref=g.patient.ref)
        form.commit(location)
        flash(
            "A task waits for the answer. Booking an appointment inside the window ends it.", "ok"
        )
        return redirect(location, 303)
    return _letter(start, form, is_over=is_over)


def _letter(start: reading.Start, form: WroteForm, *, is_over: bool) -> ResponseReturnValue:
    window, draft = reading.window_of(g.patient.id, start), offer(form)
    to = form.to.data or ""
    shown = render_template(
        "windows/ask.html",
        form=form,
        draft=draft,
        to=to,
        ref=start.ref,
        opens=formats.moment(window.opens_at),
        closes=formats.moment(window.closes_at),
        is_over=is_over,
        letter=asking.letter(
            to=to,
            initials=f"{g.patient.given_name[:1]}. {g.patient.family_name[:1]}.",
            window=window,
            practice=g.practice.name,
            by=current_actor().name,
        ),
    )
    return shown, 409 if is_over and form.is_submitted() else form.status


def _me() -> tuple[uuid.UUID, str]:
    actor = current_actor()
    return actor.id or abort(403), actor.name
