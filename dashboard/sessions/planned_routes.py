"""Pages of planned sessions: planning one, cancelling one."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clock import now
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.sessions import planned, planning
from dashboard.sessions.area import area
from dashboard.sessions.models import Route, SessionState, Setting
from dashboard.sessions.planned_forms import BY_WEIGHT, CancelForm, PlanForm


@area.route("/sessions/plan", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def plan() -> ResponseReturnValue:
    """Plan a session: the clearance is judged for its day from then on."""
    form = PlanForm()
    if not form.is_submitted():
        form.location_state.data = g.patient.state
    if form.was_sent():
        planning.plan(
            g.patient.id, planned_at=form.planned_at, zone=formats.zone().key,
            dose_mg=form.dose_mg.data, route=Route(form.route.data),
            dose_is_by_weight=form.counted.data == BY_WEIGHT,
            setting=Setting(form.setting.data), location_state=form.location_state.data,
            by=current_actor().id or abort(403),
        )  # fmt: skip
        return _done(form, "The session is planned. The clearance is judged for its day.")
    return render_template("sessions/plan.html", form=form, draft=offer(form)), form.status


@area.route("/sessions/<ref:session_ref>/cancel", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def cancel(session_ref: str) -> ResponseReturnValue:
    """Cancel a planned session, with the reason."""
    found, form = planned.of(g.patient.id, session_ref) or abort(404), CancelForm()
    if form.was_sent():
        planning.cancel(found, by=current_actor().id or abort(403), reason=form.reason.data or "")
        return _done(form, "The session is cancelled.")
    if found.state is not SessionState.PLANNED:
        raise planning.EndedSession
    page = {"form": form, "draft": offer(form), "one": planned.row(found, at=now())}
    return render_template("sessions/cancel.html", **page), form.status


def _done(form: PageForm, words: str) -> ResponseReturnValue:
    settle(form)
    location = url_for("sessions.index", patient_ref=g.patient.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)
