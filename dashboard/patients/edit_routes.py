"""Editing a patient's details; of two who save, the second sees both texts."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.drafts.offer import offer, settle
from dashboard.patients import conflicts, registering
from dashboard.patients.areas import me, patient
from dashboard.patients.conflicts import Conflict
from dashboard.patients.details import Details
from dashboard.patients.details_forms import EditForm, billable
from dashboard.patients.record_numbers import NoNumberLeft, NumberTaken


@patient.route("/details/edit", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def edit() -> ResponseReturnValue:
    """Edit a patient's details."""
    form = EditForm()
    form.concern(g.patient.time_zone)
    if not form.is_submitted():
        form.show(Details.of(g.patient))
        form.on_version(g.patient.version)
    if form.was_sent():
        if not form.shows(g.patient.version):
            form.on_version(g.patient.version)
            typed, stored = form.details().written(), Details.of(g.patient).written()
            return _page(form, conflicts.found(g.patient.id, stored, typed)), 409
        if _is_saved(form):
            settle(form)
            location = url_for("patient.details", patient_ref=g.patient.ref)
            form.commit(location)
            flash("Details saved.", "ok")
            return redirect(location, 303)
    return _page(form, None), form.status


def _is_saved(form: EditForm) -> bool:
    """Save the details, or say at the number what is wrong with it."""
    try:
        registering.edit(g.patient, form.details(), by_id=me().id, reason=form.reason.data or "")
    except (NumberTaken, NoNumberLeft) as refusal:
        form.mrn.errors = [str(refusal)]
        return False
    return True


def _page(form: EditForm, conflict: Conflict | None) -> str:
    return render_template(
        "patient/edit.html", form=form, draft=offer(form), conflict_found=conflict,
        diagnoses=billable(),
    )  # fmt: skip
