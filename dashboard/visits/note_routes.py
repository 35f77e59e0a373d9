"""Writing a note: logging a visit, and editing one that is not signed yet."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clock import now
from dashboard.db import db
from dashboard.drafts import actions as drafts
from dashboard.drafts.offer import Offer, offer, settle
from dashboard.errors import Refusal
from dashboard.patients.banner import banner
from dashboard.visits import actions, note, reading, since, vitals
from dashboard.visits.act_forms import AddendumForm
from dashboard.visits.area import area, me, one, zones
from dashboard.visits.comparing import differences
from dashboard.visits.forms import VisitForm
from dashboard.visits.models import Visit, VitalKey, VitalSign
from dashboard.visits.vitals import Vital


@area.route("/visits/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Log a visit."""
    form = VisitForm()
    form.concern(born_on=g.patient.born_on, zones=zones())
    if form.was_sent():
        visit = actions.log(g.patient.id, note=form.note(), by_id=me().id)
        settle(form)
        return _saved(form, visit)
    if not form.is_submitted():
        form.begin_now()
    return render_template(
        "visits/new.html",
        form=form,
        draft=offer(form),
        banner=banner(g.patient),
        since=since.live(g.patient.id, before=now()),
    ), form.status


@area.route("/visits/<ref:visit_ref>/edit", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def edit(visit_ref: str) -> ResponseReturnValue:
    """Edit a note that is not signed; of two who save, the second sees both texts."""
    visit = one(visit_ref)
    signs = reading.signs_of(visit)
    form = VisitForm()
    form.concern(born_on=g.patient.born_on, zones=zones(visit.zone_name))
    if form.was_sent():
        return _revise(form, visit, signs)
    if not form.is_submitted():
        form.show(note.of(visit, signs))
        form.on_version(visit.version)
    draft = offer(form)
    if refusal := _refusal(visit):
        return _too_late(form, visit, signs, refusal=refusal, has_text=draft.was_restored)
    return _edit_page(form, visit, signs, draft=draft, status=form.status)


def _revise(form: VisitForm, visit: Visit, signs: Sequence[VitalSign]) -> ResponseReturnValue:
    written = form.note(kept=_kept(form, signs))
    if refusal := _refusal(visit):
        _keep_draft(form)
        return _too_late(form, visit, signs, refusal=refusal, has_text=True)
    if not form.shows(visit.version):
        form.on_version(visit.version)
        found = differences(note.of(visit, signs), written)
        return _edit_page(form, visit, signs, draft=offer(form), status=409, found=found)
    actions.revise(visit, signs=signs, note=written, by_id=me().id)
    settle(form)
    return _saved(form, visit)


def _saved(form: VisitForm, visit: Visit) -> ResponseReturnValue:
    endpoint = "visits.show" if form.save_draft.data else "visits.sign"
    location = url_for(endpoint, patient_ref=g.patient.ref, visit_ref=visit.ref)
    form.commit(location)
    if form.save_draft.data:
        flash("Draft note saved. It is not signed yet.", "ok")
    return redirect(location, 303)


def _edit_page(
    form: VisitForm,
    visit: Visit,
    signs: Sequence[VitalSign],
    *,
    draft: Offer,
    status: int,
    found: tuple[object, ...] | None = None,
) -> ResponseReturnValue:
    return render_template(
        "visits/edit.html",
        form=form,
        draft=draft,
        banner=banner(g.patient),
        since=since.live(g.patient.id, before=visit.began_at, besides=visit.id),
        has_weight=_weight(signs) is not None,
        visit_ref=visit.ref,
        differences=found,
        saved_by=reading.name_of(visit.changed_by_id) if found is not None else "",
        saved_at=formats.moment(visit.changed_at),
    ), status


def _too_late(
    form: VisitForm, visit: Visit, signs: Sequence[VitalSign], *, refusal: Refusal, has_text: bool
) -> ResponseReturnValue:
    """Answer to text for a note that may not be edited (any more): nothing typed is thrown away."""
    if not has_text:
        raise refusal
    addendum = AddendumForm(formdata=None)
    addendum.text.data = "\n\n".join(
        f"{name.capitalize()}: {form[name].data}"
        for name in note.TEXTS
        if form[name].data and form[name].data != getattr(visit, name)
    )
    addendum.page.data = url_for("visits.addendum", patient_ref=g.patient.ref, visit_ref=visit.ref)
    return render_template(
        "visits/too_late.html",
        addendum=addendum,
        banner=banner(g.patient),
        visit=reading.shown(visit, signs=signs, me=me().id),
        refusal=refusal,
    ), 409


def _refusal(visit: Visit) -> Refusal | None:
    try:
        actions.refuse_closed(visit, by_id=me().id)
    except Refusal as refusal:
        return refusal
    return None


def _keep_draft(form: VisitForm) -> None:
    fields = {name: request.form.getlist(name) for name in request.form}
    drafts.keep(user_id=me().id, page=str(form.page.data), fields=fields, built_on=None)
    db.session.commit()


def _kept(form: VisitForm, signs: Sequence[VitalSign]) -> tuple[Vital, ...]:
    """Return the recorded weight unless another was typed or its removal was asked for."""
    weight = _weight(signs)
    if weight is None or form.weight.data or form.remove_weight.data:
        return ()
    return (weight,)


def _weight(signs: Sequence[VitalSign]) -> Vital | None:
    recorded = vitals.of(signs)
    return next((vital for vital in recorded if vital.key is VitalKey.WEIGHT), None)
