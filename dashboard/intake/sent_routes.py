"""What the patient sent: read beside the intake, and accepted or set aside one by one."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.alerts import reading as alerts
from dashboard.intake import accepting, actions, pages, sent_pages
from dashboard.intake.area import area, me, one, subject
from dashboard.intake.forms import SentForm
from dashboard.intake.known import known
from dashboard.intake.offers import Offer, SentAhead, sent_ahead
from dashboard.intake.pages import Known

ACCEPT, ASIDE, UNDO = "accept", "aside", "undo"


@area.route("/intake/<ref:evaluation_ref>/sent", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def sent(evaluation_ref: str) -> ResponseReturnValue:
    """Show what the patient answered by link; a POST decides on one answer."""
    evaluation, form = one(evaluation_ref), SentForm()
    if not evaluation.is_open and not form.is_submitted():
        return redirect(_address("show", evaluation.ref), 303)
    was_sent, it = form.was_sent(), known(evaluation)
    found = sent_ahead(evaluation, it.contents)
    if was_sent:
        location = _decide(it, found)
        form.commit(location)
        return redirect(location, 303)
    steps = pages.steps(it, patient_ref=g.patient.ref)
    dangers = sum(line.alert.is_danger for line in alerts.open_of(g.patient.id))
    return render_template(
        "intake/sent.html", form=form, evaluation=evaluation, steps=steps, done=pages.done(steps),
        sent=sent_pages.page(found), dangers=dangers,
        findings=pages.found_so_far(it, person=subject(), on=formats.today()),
        pain=sent_pages.has_pain(it.contents),
    ), form.status  # fmt: skip


def _decide(it: Known, found: SentAhead) -> str:
    """Do what the pressed button says and return where the next answer is."""
    evaluation, by_id = it.evaluation, me().id
    actions.refuse_closed(evaluation)
    act = next((name for name in (ACCEPT, ASIDE, UNDO) if name in request.form), "")
    key, _, seen = request.form.get(act, "").partition("~")
    offer = accepting.found(found, key)
    if act == ACCEPT:
        accepting.accept(evaluation, it.saved, offer, seen=seen, by_id=by_id)
        flash("Accepted, as the patient’s own answer.", "ok")
    elif act == ASIDE:
        accepting.set_aside(evaluation, it.saved, offer, by_id=by_id)
        flash("Set aside. It stays among the patient’s scores.", "ok")
    else:
        accepting.undo(evaluation, it.saved, offer, by_id=by_id)
        flash("Taken back.", "ok")
    return _address("sent", evaluation.ref, anchor=_next(found, offer, is_undo=act == UNDO))


def _next(found: SentAhead, offer: Offer, *, is_undo: bool) -> str:
    """Return the anchor of the answer to look at next."""
    if is_undo:
        return sent_pages.anchor(offer)
    keys = [one.key for one in found.offers]
    after = keys[keys.index(offer.key) + 1 :]
    following = [one for one in found.open if one.key in after]
    return sent_pages.anchor(following[0]) if following else "decided-h"


def _address(page: str, ref: str, *, anchor: str = "") -> str:
    return url_for(
        f"intake.{page}", patient_ref=g.patient.ref, evaluation_ref=ref, _anchor=anchor or None
    )
