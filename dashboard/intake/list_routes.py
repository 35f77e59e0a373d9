"""A patient's intakes: the list, beginning one, one as a whole, abandoning it, adding to it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.drafts.offer import offer, settle
from dashboard.intake import actions, pages, sent_pages
from dashboard.intake.area import area, me, one, subject, tell
from dashboard.intake.forms import AbandonForm, AddendumForm, BeginForm
from dashboard.intake.known import SHOWN, known, read_whole
from dashboard.intake.models import Evaluation
from dashboard.intake.offers import sent_ahead


@area.route("/intake", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the intakes; a POST begins one."""
    form = BeginForm()
    if form.was_sent():
        evaluation = actions.begin(g.patient.id, by_id=me().id)
        location = _address("show", evaluation)
        form.commit(location)
        flash("Intake opened. Begin with any section.", "ok")
        return redirect(location, 303)
    found = actions.evaluations(g.patient.id)
    return render_template(
        "intake/index.html",
        form=form,
        evaluations=[(e, pages.EVALUATION_KINDS[e.state], pages.evaluation_words(e))
                     for e in found],
        open=next((e for e in found if e.is_open), None),
        has_signed=any(e.is_signed for e in found),
    ), form.status  # fmt: skip


@area.get("/intake/<ref:evaluation_ref>", allow=Allow.PHYSICIAN)
def show(evaluation_ref: str) -> ResponseReturnValue:
    """Show an intake: where its sections stand, or the whole of a closed one."""
    evaluation = one(evaluation_ref)
    has_weight = session.pop(SHOWN, "") == evaluation.ref
    if evaluation.is_open:
        it = known(evaluation)
        found = pages.steps(it, patient_ref=g.patient.ref)
        return render_template(
            "intake/open.html",
            evaluation=evaluation,
            words=pages.evaluation_words(evaluation),
            steps=found,
            done=pages.done(found),
            findings=pages.found_so_far(it, person=subject(), on=formats.today()),
            is_complete=it.is_complete,
            sent=sent_pages.beside(sent_ahead(evaluation, it.contents)),
            pain=sent_pages.has_pain(it.contents),
        )
    return render_template("intake/show.html", it=read_whole(evaluation, shows_weight=has_weight))


@area.post("/intake/<ref:evaluation_ref>/weight", allow=Allow.PHYSICIAN)
def show_weight(evaluation_ref: str) -> ResponseReturnValue:
    """Show the weights of a closed intake once; the trail tells who asked."""
    evaluation = one(evaluation_ref)
    tell(evaluation, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = evaluation.ref
    return redirect(_address("show", evaluation), 303)


@area.route("/intake/<ref:evaluation_ref>/abandon", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def abandon(evaluation_ref: str) -> ResponseReturnValue:
    """Close an intake that will not be finished."""
    evaluation, form = one(evaluation_ref), AbandonForm()
    if form.was_sent():
        actions.abandon(evaluation, by_id=me().id, reason=form.reason.data or "")
        location = _address("show", evaluation)
        form.commit(location)
        flash("Intake abandoned. It stays readable.", "ok")
        return redirect(location, 303)
    actions.refuse_closed(evaluation)
    return render_template("intake/abandon.html", form=form, evaluation=evaluation), form.status


@area.route("/intake/<ref:evaluation_ref>/addendum", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def addendum(evaluation_ref: str) -> ResponseReturnValue:
    """Add to a signed intake."""
    evaluation, form = one(evaluation_ref), AddendumForm()
    if form.was_sent():
        person, zone_name = me(), formats.zone().key
        actions.add_addendum(
            evaluation, text=form.text.data or "", by_id=person.id, name=person.name,
            zone_name=zone_name,
        )  # fmt: skip
        settle(form)
        location = _address("show", evaluation)
        form.commit(location)
        flash("Addendum added.", "ok")
        return redirect(location, 303)
    actions.refuse_adding(evaluation)
    return render_template(
        "intake/addendum.html", form=form, draft=offer(form), evaluation=evaluation,
        words=pages.evaluation_words(evaluation),
    ), form.status  # fmt: skip


def _address(page: str, evaluation: Evaluation) -> str:
    return url_for(f"intake.{page}", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref)
