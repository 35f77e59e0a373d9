"""The chart's pages of consents: where consent stands, beginning one, reading one."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, documents, formats
from dashboard.access import Allow
from dashboard.actor import Person, current_person
from dashboard.clock import now
from dashboard.consents import actions, reading, showing, words
from dashboard.consents.area import area
from dashboard.consents.document import content
from dashboard.consents.forms import BeginForm, CancelForm
from dashboard.consents.models import Consent
from dashboard.consents.texts import present
from dashboard.db import db, expect_writing
from dashboard.drafts.offer import offer, settle
from dashboard.errors import SignInNeeded
from dashboard.patients.banner import banner


def me() -> Person:
    """Return the physician whose page this is."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def one(consent_ref: str, *, locks: bool = False) -> Consent:
    """Return a consent of this page's patient, or answer 404; `locks` holds it until the commit."""
    query = sa.select(Consent).where(
        Consent.ref == consent_ref, Consent.patient_id == g.patient.id
    )  # fmt: skip
    if locks:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query) or abort(404)


def address_of(consent: Consent) -> str:
    """Return where a consent is read."""
    return url_for("consents.show", patient_ref=g.patient.ref, consent_ref=consent.ref)


@area.get("/consents", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Say where consent stands, and everything that led there."""
    found = reading.overview(g.patient.id, on=formats.today())
    told = words.told(found.standing, name=g.patient.given_name)
    return render_template("consents/index.html", found=found, told=told)


@area.route("/consents/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Begin a consent: what it is for, how it is signed and by whom."""
    form = BeginForm()
    if form.was_sent():
        consent = actions.begin(g.patient.id, form.begun(), by=me().id)
        settle(form)
        location = address_of(consent)
        form.commit(location)
        flash("The consent is begun. Now the patient reads it.", "ok")
        return redirect(location, 303)
    text = present(on=formats.today())
    page = {"form": form, "draft": offer(form), "text": text}
    return render_template("consents/new.html", **page), form.status


@area.get("/consents/<ref:consent_ref>", allow=Allow.PHYSICIAN)
def show(consent_ref: str) -> ResponseReturnValue:
    """Read one consent and say what comes next."""
    return render_template("consents/show.html", one=showing.shown(one(consent_ref), g.patient))


@area.get("/consents/<ref:consent_ref>/print", allow=Allow.PHYSICIAN)
def print_view(consent_ref: str) -> ResponseReturnValue:
    """Show a consent as it is printed; the trail tells before the page is made."""
    expect_writing(True)
    consent = one(consent_ref)
    tell(consent, audit.Action.PRINT)
    expect_writing(False)
    return render_template("consents/print.html", one=showing.shown(consent, g.patient))


@area.get("/consents/<ref:consent_ref>/document", allow=Allow.PHYSICIAN)
def document(consent_ref: str) -> ResponseReturnValue:
    """Give a signed consent as a PDF; the trail tells before it is made."""
    expect_writing(True)
    consent = one(consent_ref)
    if consent.signed_at is None:
        raise actions.NotSigned
    tell(consent, audit.Action.PRINT)
    expect_writing(False)
    shown, who, at = showing.shown(consent, g.patient), banner(g.patient), now()
    made = documents.pdf(
        "consent", content(shown), title="Consent",
        identity=f"{who.family_name.upper()}, {who.given_name} · born {who.born} · MRN {who.mrn}",
        printed=f"printed {formats.moment(at)}", at=at, is_synthetic=g.practice.is_synthetic,
    )  # fmt: skip
    answer = make_response(made)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="consent.pdf"'
    return answer


@area.route("/consents/<ref:consent_ref>/cancel", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def cancel(consent_ref: str) -> ResponseReturnValue:
    """Take an open consent back, with the reason; its link ends."""
    form = CancelForm()
    was_sent = form.was_sent()
    consent = one(consent_ref, locks=was_sent)
    if was_sent:
        actions.cancel(consent, reason=form.reason.data or "", by=me().id)
        location = url_for("consents.index", patient_ref=g.patient.ref)
        form.commit(location)
        flash("Cancelled. Its link no longer works.", "ok")
        return redirect(location, 303)
    if not consent.is_open:
        raise actions.Over
    shown = showing.shown(consent, g.patient)
    return render_template("consents/cancel.html", form=form, one=shown), form.status


def tell(consent: Consent, action: audit.Action) -> None:
    """Write into the trail what was done with a consent."""
    audit.record(
        db.session, action, subject="consent", subject_id=str(consent.id),
        patient_id=consent.patient_id,
    )  # fmt: skip
    db.session.commit()
