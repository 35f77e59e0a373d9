"""Changing where a patient stands with the practice, with a reason."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.drafts.offer import offer, settle
from dashboard.patients import conflicts, registering
from dashboard.patients.areas import me, patient
from dashboard.patients.conflicts import Conflict
from dashboard.patients.forms import StatusForm
from dashboard.patients.models import Status


@patient.route("/details/status", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def status() -> ResponseReturnValue:
    """Change the status; one changed by somebody else meanwhile is shown first."""
    form = StatusForm()
    if not form.is_submitted():
        form.standing.data = g.patient.status.value
        form.on_version(g.patient.version)
    if form.was_sent():
        if not form.shows(g.patient.version):
            form.on_version(g.patient.version)
            typed, stored = {"status": form.standing.data}, {"status": g.patient.status.value}
            return _page(form, conflicts.found(g.patient.id, stored, typed)), 409
        return _save(form)
    return _page(form, None), form.status


def _save(form: StatusForm) -> ResponseReturnValue:
    chosen, reason = Status(form.standing.data), form.reason.data or ""
    registering.set_status(g.patient, chosen, by_id=me().id, reason=reason)
    settle(form)
    location = url_for("patient.details", patient_ref=g.patient.ref)
    form.commit(location)
    flash(f"The status is {chosen.value}.", "ok")
    return redirect(location, 303)


def _page(form: StatusForm, conflict: Conflict | None) -> str:
    return render_template(
        "patient/status.html", form=form, draft=offer(form), conflict_found=conflict
    )
