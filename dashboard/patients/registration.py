"""The page that registers a patient: empty, or begun from what another area knows of somebody.

`page` is this area's open door: who comes with a referral hands over what is `Known`, and `also`,
which is done in the transaction that registers the patient, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.drafts.offer import offer, settle
from dashboard.patients import banner, registering
from dashboard.patients.areas import me
from dashboard.patients.details_forms import RegisterForm, billable
from dashboard.patients.models import Patient
from dashboard.patients.record_numbers import NoNumberLeft, NumberTaken


@dataclass(frozen=True)
class Known:
    """What somebody said of themselves: the fields are filled with it, and can be changed."""

    family_name: str
    given_name: str
    email: str
    telephone: str
    state: str


def page(
    known: Known | None = None,
    *,
    also: Callable[[Patient], None] = lambda _: None,
    then: str = "chart.overview",
) -> ResponseReturnValue:
    """Show the form, or register the patient it describes: once, however often it is sent.

    `then` is the chart's page that comes next.
    """
    form = _form(known)
    alike: Sequence[Patient] = ()
    if form.was_sent():
        alike = registering.lookalikes(form.details())
        if (not alike or _is_another(form)) and (patient := _registered(form)):
            also(patient)
            settle(form)
            location = url_for(then, patient_ref=patient.ref)
            form.commit(location)
            flash("Patient registered. You are on the care team.", "ok")
            return redirect(location, 303)
    form.why_another.flags.required = bool(alike)
    return render_template(
        "patients/register.html", form=form, draft=offer(form), diagnoses=billable(),
        alike=[banner.banner(patient) for patient in alike], is_begun=known is not None,
    ), form.status if form.errors or not alike else 409  # fmt: skip


def _form(known: Known | None) -> RegisterForm:
    form = RegisterForm(data=asdict(known) if known else None)
    form.concern()
    if not form.is_submitted():
        form.time_zone.data = formats.zone().key
    return form


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
