"""The physician's pages of check-ins: the list, asking now, links, taking back."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.checkins import (
    ahead,
    closing,
    commands,
    listing,
    making,
    pages,
    planning,
    schedule_routes,
    sending,
)
from dashboard.checkins import safety_plans as plans
from dashboard.checkins.area import area
from dashboard.checkins.forms import LINK, AskForm, CancelForm, SafetyPlanForm
from dashboard.checkins.models import CheckIn
from dashboard.clinical.intake_set import PAIN
from dashboard.clinical.turns import in_order
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.mail import NotSent

__all__ = ["area", "commands", "schedule_routes"]


@area.get("/check-ins", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the schedule, and every check-in newest first."""
    text = request.args.get("page", "0")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return render_template("checkins/index.html", **pages.index(g.patient, page=number))


@area.route("/check-ins/ask", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def by_hand() -> ResponseReturnValue:
    """Ask questionnaires now, whatever the schedule says."""
    form, ahead_of = AskForm(), _ahead()
    pages.offer_now(form, g.patient, ticked=ahead_of.first if ahead_of else ())
    if form.was_sent() and not pages.refusals(form, g.patient):
        return _ask(form)
    page = {"form": form, "draft": offer(form), "can_mail": pages.can_mail(g.patient)}
    page["ahead"] = ahead_of
    return render_template("checkins/ask.html", **page), form.status


@area.post("/check-ins/<ref:check_in_ref>/send", allow=Allow.PHYSICIAN)
def send(check_in_ref: str) -> ResponseReturnValue:
    """Send the invitation by e-mail now, with a new link."""
    _send(_found(check_in_ref))
    return redirect(_index(), 303)


@area.post("/check-ins/<ref:check_in_ref>/link", allow=Allow.PHYSICIAN)
def link(check_in_ref: str) -> ResponseReturnValue:
    """Make a link to pass on by hand, and show it this once."""
    check_in = _found(check_in_ref)
    address = sending.hand_over(check_in)
    db.session.commit()
    return _link_page(check_in, address)


@area.route("/check-ins/<ref:check_in_ref>/cancel", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def cancel(check_in_ref: str) -> ResponseReturnValue:
    """Take a request back, with the reason; its link ends."""
    check_in, form = _found(check_in_ref), CancelForm()
    if form.was_sent():
        making.cancel(check_in, reason=form.reason.data or "", by=_actor())
        settle(form)
        form.commit(_index())
        flash("Cancelled. Its link no longer works.", "ok")
        return redirect(_index(), 303)
    page = {"form": form, "draft": offer(form), "names": _names(check_in)}
    return render_template("checkins/cancel.html", **page), form.status


@area.post("/check-ins/<ref:check_in_ref>/end", allow=Allow.PHYSICIAN)
def end(check_in_ref: str) -> ResponseReturnValue:
    """End a check-in that was begun; what was answered is kept. A second press does nothing."""
    closing.end(_found(check_in_ref).id)
    db.session.commit()
    flash("Ended. The answers given are on the chart; its link no longer works.", "ok")
    return redirect(_index(), 303)


@area.route("/safety-plan", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def safety_plan() -> ResponseReturnValue:
    """Read the safety plan and write a new version of it."""
    form, page = SafetyPlanForm(), pages.safety_plan(g.patient)
    if not form.is_submitted():
        present = plans.present(g.patient.id)
        form.text.data = present.text if present else ""
    if form.was_sent():
        plans.write(g.patient, text=form.text.data or "", by=_actor())
        settle(form)
        location = url_for("checkins.safety_plan", patient_ref=g.patient.ref)
        form.commit(location)
        flash("Safety plan saved. The version before is kept.", "ok")
        return redirect(location, 303)
    draft = offer(form)
    return render_template("checkins/safety_plan.html", form=form, draft=draft, **page), form.status


def _ask(form: AskForm) -> ResponseReturnValue:
    names = in_order(form.chosen.ticked, planning.askable())
    check_in = making.make_by_hand(g.patient, instruments=names, by=_actor())
    settle(form)
    db.session.flush()
    if form.way.data == LINK:
        address = sending.hand_over(check_in)
        form.commit(_index())
        return _link_page(check_in, address, rest=_ahead())
    form.commit(_index())
    _send(check_in)
    rest = _ahead()
    return redirect(_rest_address() if rest and rest.turns else _index(), 303)


def _send(check_in: CheckIn) -> None:
    try:
        sending.send_now(check_in)
    except NotSent as problem:
        flash(f"Not sent. {problem}", "warn")
    else:
        flash("Sent by e-mail. Links sent or copied before no longer work.", "ok")


def _link_page(
    check_in: CheckIn, address: str, *, rest: ahead.SetAhead | None = None
) -> ResponseReturnValue:
    row = listing.row(listing.Asked(check_in, 0, 0), at=check_in.due_at)
    more = rest.turns[0] if rest and rest.turns else None
    page = {"address": address, "row": row, "more": more, "more_href": _rest_address()}
    return render_template("checkins/link.html", **page)


def _ahead() -> ahead.SetAhead | None:
    """Return what to ask ahead of an intake, on a page that was opened for that."""
    if request.args.get("ahead") != "intake":
        return None
    return ahead.of_intake(g.patient, known=frozenset(request.args.getlist("with")))


def _rest_address() -> str:
    known = sorted(set(request.args.getlist("with")) & {PAIN})
    address = {"patient_ref": g.patient.ref, "ahead": "intake", "with": known}
    return url_for("checkins.by_hand", **address)


def _names(check_in: CheckIn) -> str:
    return listing.row(listing.Asked(check_in, 0, 0), at=check_in.due_at).names


def _found(ref: str) -> CheckIn:
    return listing.of(g.patient.id, ref) or abort(404)


def _index() -> str:
    return url_for("checkins.index", patient_ref=g.patient.ref)


def _actor() -> uuid.UUID:
    return current_actor().id or abort(403)
