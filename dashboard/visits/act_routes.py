"""What is done with a note afterwards: adding to it, taking it over, marking it as in error."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.patients.banner import banner
from dashboard.visits import actions, reading
from dashboard.visits.act_forms import AddendumForm, ErrorForm, TakeOverForm
from dashboard.visits.area import area, me, one
from dashboard.visits.models import Visit


@area.route("/visits/<ref:visit_ref>/addendum", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def addendum(visit_ref: str) -> ResponseReturnValue:
    """Add to a signed note."""
    visit, form = one(visit_ref), AddendumForm()
    if form.was_sent():
        person, zone_name = me(), formats.zone().key
        actions.add_addendum(
            visit, text=form.text.data or "", by_id=person.id, name=person.name, zone_name=zone_name
        )
        settle(form)
        return _done(form, visit, "Addendum added.")
    actions.refuse_adding(visit)
    return _page("addendum", form, visit)


@area.route("/visits/<ref:visit_ref>/error", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def mark_in_error(visit_ref: str) -> ResponseReturnValue:
    """Mark a visit as entered in error."""
    visit, form = one(visit_ref), ErrorForm()
    if form.was_sent():
        actions.mark_in_error(visit, by_id=me().id, reason=form.reason.data or "")
        return _done(form, visit, "Marked as entered in error.")
    actions.refuse_marking(visit, by_id=me().id)
    return _page("in_error", form, visit)


@area.route("/visits/<ref:visit_ref>/take-over", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def take_over(visit_ref: str) -> ResponseReturnValue:
    """Take over a colleague's unsigned note."""
    visit, form = one(visit_ref), TakeOverForm()
    if form.was_sent():
        actions.take_over(visit, by_id=me().id, reason=form.reason.data or "")
        return _done(form, visit, "The note is yours to finish.")
    actions.refuse_taking_over(visit)
    return _page("take_over", form, visit)


def _done(form: PageForm, visit: Visit, words: str) -> ResponseReturnValue:
    location = url_for("visits.show", patient_ref=g.patient.ref, visit_ref=visit.ref)
    form.commit(location)
    flash(words, "ok")
    return redirect(location, 303)


def _page(name: str, form: PageForm, visit: Visit) -> ResponseReturnValue:
    shown = reading.shown(visit, signs=reading.signs_of(visit), me=me().id)
    return render_template(
        f"visits/{name}.html",
        form=form,
        draft=offer(form),
        banner=banner(g.patient),
        visit=shown,
    ), form.status
