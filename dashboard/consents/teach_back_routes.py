"""What a physician does with a signed consent: teach-back, copies, and taking it back."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.consents import actions, showing, withdrawing
from dashboard.consents.area import area
from dashboard.consents.chart_routes import address_of, me, one
from dashboard.consents.forms import CopyForm, TeachBackForm, WithdrawForm, teach_back_form
from dashboard.consents.models import Channel, CopyKind
from dashboard.consents.texts import definition
from dashboard.drafts.offer import offer, settle

ALL_UNDERSTOOD = "Teach-back recorded. The consent counts from now on."
NOT_YET = (
    "Recorded. The consent does not count yet: explain again what was not understood, "
    "and record the teach-back once more."
)


@area.route(
    "/consents/<ref:consent_ref>/teach-back", methods=["GET", "POST"], allow=Allow.PHYSICIAN
)
def teach_back(consent_ref: str) -> ResponseReturnValue:
    """Record what the patient said back, in person, by phone or by video."""
    consent = one(consent_ref)
    if consent.signed_at is None:
        raise actions.NotSigned
    form = teach_back_form(definition(consent.text_name).questions)
    shown = showing.shown(consent, g.patient)
    if not form.is_submitted():
        _offer_written(form, shown)
    if form.was_sent():
        counts = actions.judge(
            one(consent_ref, locks=True), form.said(), channel=Channel(form.channel.data),
            by=me().id,
        )  # fmt: skip
        settle(form)
        form.commit(address_of(consent))
        flash(ALL_UNDERSTOOD if counts else NOT_YET, "ok" if counts else "warn")
        return redirect(address_of(consent), 303)
    page = {"form": form, "draft": offer(form), "one": shown}
    return render_template("consents/teach_back.html", **page), form.status


@area.route("/consents/<ref:consent_ref>/copy", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def copy(consent_ref: str) -> ResponseReturnValue:
    """Note that the patient was given a copy."""
    form, consent = CopyForm(), one(consent_ref)
    if consent.signed_at is None:
        raise actions.NotSigned
    if form.was_sent():
        actions.give_copy(consent, kind=CopyKind(form.kind.data), by=me().id)
        form.commit(address_of(consent))
        flash("Noted that the patient has a copy.", "ok")
        return redirect(address_of(consent), 303)
    shown = showing.shown(consent, g.patient)
    return render_template("consents/copy.html", form=form, one=shown), form.status


@area.route("/consents/withdraw", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def withdraw() -> ResponseReturnValue:
    """Take down that the patient took their consent back: it ends at once."""
    form = WithdrawForm()
    form.not_before = withdrawing.newest_signature(g.patient.id)
    if not form.is_submitted():
        form.begin_now()
    if form.was_sent():
        withdrawing.withdraw(
            g.patient.id, said_at=form.said_at, channel=Channel(form.channel.data),
            reason=form.reason.data or "", by=me().id,
        )  # fmt: skip
        settle(form)
        location = url_for("consents.index", patient_ref=g.patient.ref)
        form.commit(location)
        flash("Consent is withdrawn. A follow-up was raised so that nobody misses it.", "ok")
        return redirect(location, 303)
    draft = offer(form)
    return render_template("consents/withdraw.html", form=form, draft=draft), form.status


def _offer_written(form: TeachBackForm, shown: showing.Shown) -> None:
    """Begin with what the patient wrote, so that it only has to be talked about."""
    for one_ in shown.questions:
        form[f"words_{one_.key}"].data = one_.words or one_.written
