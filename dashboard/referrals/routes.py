"""Referrals as the practice's physicians see them: the list, one with what was written, decisions.

Opening one is told in the trail before the page is made.
"""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit
from dashboard.access import SAFE, Allow, Area
from dashboard.actor import Person, current_person
from dashboard.db import db, expect_writing
from dashboard.drafts.offer import offer, settle
from dashboard.patients import registration
from dashboard.patients.models import Patient
from dashboard.practice.places import STATES
from dashboard.referrals import actions, reading
from dashboard.referrals.forms import DeclineForm
from dashboard.referrals.models import Referral, State
from dashboard.referrals.reading import Whole

area = Area("referrals", __name__)


@area.url_value_preprocessor
def _expect_an_opening(_endpoint: str | None, values: dict[str, object] | None) -> None:
    g.opens_chart = bool(values)  # an address that names one referral: a row of the trail


@area.get("/referrals", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the referrals that wait, and those decided about."""
    before = request.args.get("before", "")
    waiting = [] if before else reading.waiting()
    decided = reading.decided(before)
    shown = decided[: reading.PAGE]
    is_more = len(decided) > reading.PAGE
    return render_template(
        "referrals/index.html", waiting=waiting[: reading.MOST], decided=shown, places=STATES,
        is_cut=len(waiting) > reading.MOST, is_beginning=not before,
        older=url_for("referrals.index", before=shown[-1].referral.ref) if is_more else None,
    )  # fmt: skip


@area.get("/referrals/<ref:referral_ref>", allow=Allow.PHYSICIAN)
def show(referral_ref: str) -> ResponseReturnValue:
    """Show what somebody wrote, and what was decided."""
    return _page(_opened(referral_ref), DeclineForm())


@area.route(
    "/referrals/<ref:referral_ref>/accept", methods=["GET", "POST"], allow=Allow.PHYSICIAN
)  # fmt: skip
def accept(referral_ref: str) -> ResponseReturnValue:
    """Register the sender as a patient, with what they wrote filled in; both or neither."""
    whole = _opened(referral_ref)
    if request.method in SAFE and whole.referral.state is not State.NEW:
        return _back(referral_ref)
    said = whole.sent[-1]
    known = registration.Known(
        family_name=said.family_name, given_name=said.given_name, email=said.email,
        telephone=said.telephone, state=said.place,
    )  # fmt: skip
    return registration.page(
        known, also=lambda patient: _accept(referral_ref, patient), then="intake.index"
    )


@area.post("/referrals/<ref:referral_ref>/decline", allow=Allow.PHYSICIAN)
def decline(referral_ref: str) -> ResponseReturnValue:
    """Decline a referral, with a reason."""
    form = DeclineForm()
    referral = _held(referral_ref)
    if not form.was_sent():
        return _page(_opened(referral_ref), form)
    actions.decline(referral, reason=form.reason.data or "", by_id=_me().id)
    settle(form)
    form.commit(url_for("referrals.show", referral_ref=referral_ref))
    flash("Referral declined. Nobody is told by this program: write or call yourself.", "ok")
    return _back(referral_ref)


@area.post("/referrals/<ref:referral_ref>/spam", allow=Allow.PHYSICIAN)
def spam(referral_ref: str) -> ResponseReturnValue:
    """Put a referral aside as spam."""
    actions.mark_as_spam(_held(referral_ref), by_id=_me().id)
    db.session.commit()
    flash("Marked as spam.", "ok")
    return redirect(url_for("referrals.index"), 303)


@area.post("/referrals/<ref:referral_ref>/put-back", allow=Allow.PHYSICIAN)
def put_back(referral_ref: str) -> ResponseReturnValue:
    """Make a declined referral, or supposed spam, new again."""
    actions.put_back(_held(referral_ref))
    db.session.commit()
    flash("The referral is new again.", "ok")
    return _back(referral_ref)


@area.post("/referrals/<ref:referral_ref>/remove", allow=Allow.PHYSICIAN)
def remove(referral_ref: str) -> ResponseReturnValue:
    """Remove a declined referral or spam for good."""
    actions.remove(_held(referral_ref))
    db.session.commit()
    flash("Removed for good.", "ok")
    return redirect(url_for("referrals.index"), 303)


def _me() -> Person:
    return current_person() or abort(401)


def _back(referral_ref: str) -> ResponseReturnValue:
    return redirect(url_for("referrals.show", referral_ref=referral_ref), 303)


def _accept(referral_ref: str, patient: Patient) -> None:
    actions.accept(_held(referral_ref), patient, by_id=_me().id)


def _held(referral_ref: str) -> Referral:
    return reading.held(referral_ref) or abort(404)


def _opened(referral_ref: str) -> Whole:
    """Return a referral whose opening is told; without the telling there is no page."""
    whole = reading.whole(referral_ref) or abort(404)
    audit.record(
        db.session, audit.Action.OPEN, subject="referral", subject_id=str(whole.referral.id),
        patient_id=whole.referral.patient_id, detail={"page": request.endpoint or ""},
    )  # fmt: skip
    if request.method in SAFE:
        db.session.commit()
        expect_writing(False)
    return whole


def _page(whole: Whole, form: DeclineForm) -> ResponseReturnValue:
    """Show one referral; the telling of one shown for a mistake in its form is kept as well."""
    shown = render_template(
        "referrals/show.html", whole=whole, form=form, draft=offer(form), places=STATES
    )
    db.session.commit()
    return shown, form.status
