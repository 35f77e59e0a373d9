"""Getting a consent to the patient: the device handed over, or a private link."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats, guests, links, mail
from dashboard.access import Allow
from dashboard.accounts import sign_in
from dashboard.checkins.wording import SUBJECT, body
from dashboard.clock import now
from dashboard.consents import actions, showing
from dashboard.consents.area import area
from dashboard.consents.chart_routes import address_of, one
from dashboard.consents.models import Method
from dashboard.consents.wording import INVITATION
from dashboard.db import db
from dashboard.links import Purpose
from dashboard.mail import NotSent


@area.post("/consents/<ref:consent_ref>/hand-over", allow=Allow.PHYSICIAN)
def hand_over(consent_ref: str) -> ResponseReturnValue:
    """Lock this sign-in and show the patient their pages, in the same browser."""
    consent = one(consent_ref, locks=True)
    token = actions.issue_link(consent, method=Method.DEVICE)
    row = sign_in.current_row()
    if row is not None:
        sign_in.lock(row)
    audit.record(
        db.session, audit.Action.HAND_OVER, subject="consent", subject_id=str(consent.id),
        patient_id=consent.patient_id,
    )  # fmt: skip
    db.session.flush()
    held = links.present(token, Purpose.CONSENT)
    db.session.commit()
    session["return_to"] = address_of(consent)
    answer = make_response(redirect(url_for("consent.start"), 303))
    guests.admit(answer, held)
    return answer


@area.post("/consents/<ref:consent_ref>/link", allow=Allow.PHYSICIAN)
def link(consent_ref: str) -> ResponseReturnValue:
    """Make a link to pass on by hand, and show it this once; an earlier one ends."""
    consent = one(consent_ref, locks=True)
    address = _address(actions.issue_link(consent))
    db.session.commit()
    ends = formats.moment(now() + actions.LINK_LASTS)
    shown = showing.shown(consent, g.patient)
    return render_template("consents/link.html", address=address, ends=ends, one=shown)


@area.post("/consents/<ref:consent_ref>/send", allow=Allow.PHYSICIAN)
def send(consent_ref: str) -> ResponseReturnValue:
    """Send a new link by e-mail, in neutral words; an earlier one ends."""
    consent = one(consent_ref, locks=True)
    if not g.patient.email:
        flash("Not sent. The patient has no e-mail address. Copy the link instead.", "warn")
        return redirect(address_of(consent), 303)
    token = actions.issue_link(consent)
    db.session.commit()
    try:
        mail.send(to=g.patient.email, subject=SUBJECT, body=_letter(token))
    except NotSent as problem:
        flash(f"Not sent. {problem}", "warn")
    else:
        flash("Sent by e-mail. Links sent or copied before no longer work.", "ok")
    return redirect(address_of(consent), 303)


def _letter(token: str) -> str:
    return body(
        opening=INVITATION,
        address=_address(token),
        closes_at=now() + actions.LINK_LASTS,
        zone=g.patient.time_zone or g.practice.time_zone,
        telephone=g.practice.telephone,
    )


def _address(token: str) -> str:
    return url_for("consent.door", token=token, _external=True)
