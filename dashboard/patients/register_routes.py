"""Registering a patient: once, however often it is sent, with a second look at a lookalike."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.drafts.offer import offer, settle
from dashboard.patients import banner, registering
from dashboard.patients.areas import me, patients
from dashboard.patients.details_forms import RegisterForm, billable
from dashboard.patients.models import Patient
from dashboard.patients.record_numbers import NoNumberLeft, NumberTaken


@patients.route("/patients/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def register() -> ResponseReturnValue:
    """Register a patient."""
    form = RegisterForm()
    form.concern()
    if not form.is_submitted():
        form.time_zone.data = formats.zone().key
    alike: Sequence[Patient] = ()
    if form.was_sent():
        alike = registering.lookalikes(form.details())
        if (not alike or _is_another(form)) and (patient := _registered(form)):
            settle(form)
            location = url_for("chart.overview", patient_ref=patient.ref)
            form.commit(location)
            flash("Patient registered. You are on the care team.", "ok")
            return redirect(location, 303)
    form.why_another.flags.required = bool(alike)
    return render_template(
        "patients/register.html", form=form, draft=offer(form), diagnoses=billable(),
        alike=[banner.banner(patient) for patient in alike],
    ), form.status if form.errors or not alike else 409  # fmt: skip


def _is_another(form: RegisterForm) -> bool:
    """Whether somebody says, with a reason, that this is not the patient who is here already."""
    if not form.register_anyway.data:
        return False
    if not form.why_another.data:
        form.why_another.errors = ["Say why this is another person, for example: twin sister."]
    return not form.errors


def _registered(form: RegisterForm) -> Patient | None:
    """Return the new patient, or say at the number what is wrong with it."""
    try:
        return registering.register(
            form.details(), by_id=me().id, reason=form.why_another.data or ""
        )
    except (NumberTaken, NoNumberLeft) as refusal:
        form.mrn.errors = [str(refusal)]
        return None
