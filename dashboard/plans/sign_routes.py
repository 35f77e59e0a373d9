"""The second look at a draft, and signing exactly what is seen."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clinical.courses import PlanState
from dashboard.db import db
from dashboard.plans import actions, dosing, saying, showing, today
from dashboard.plans import content as contents
from dashboard.plans.area import area, by, one, only_treating, versions
from dashboard.plans.differing import changes
from dashboard.plans.forms import SignForm
from dashboard.plans.lacking import Lack, lacking
from dashboard.plans.models import TreatmentPlan


@area.route("/plan/<ref:plan_ref>/sign", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def sign(plan_ref: str) -> ResponseReturnValue:
    """Look at the whole text once more, and at what differs from the version before; sign it."""
    plan, form = one(plan_ref), SignForm()
    was_sent = form.was_sent()
    if form.is_submitted():
        only_treating()
        db.session.refresh(plan, with_for_update=True)
    if plan.state is not PlanState.DRAFT:
        raise actions.NotPossible
    lacks = missing(plan)
    has_changed = form.is_submitted() and not form.shows(plan.version)
    if was_sent and not lacks and not has_changed:
        actions.sign(plan, by=by(), today=formats.today())
        location = url_for("plans.show", patient_ref=g.patient.ref, plan_ref=plan.ref)
        form.commit(location)
        flash("Plan signed and sealed. It is not active yet.", "ok")
        return redirect(location, 303)
    form.on_version(plan.version)
    return _page(plan, form, lacks=lacks, has_changed=has_changed)


def missing(plan: TreatmentPlan) -> tuple[Lack, ...]:
    """Return what stands in the way of a signature, the reason for the change too."""
    found = lacking(contents.read(plan.content), today=formats.today())
    if plan.number > 1 and not plan.change_reason:
        return (Lack("change_reason", "Say why the plan changes."), *found)
    return found


def _page(
    plan: TreatmentPlan, form: SignForm, *, lacks: tuple[Lack, ...], has_changed: bool
) -> ResponseReturnValue:
    content = contents.read(plan.content)
    before = showing.previous(plan, versions())
    standing = today.asked(g.patient).standing
    status = 200
    if form.is_submitted():
        status = 409 if has_changed else 422
    return render_template(
        "plans/sign.html", form=form, plan=plan, parts=saying.parts(content), lacks=lacks,
        has_changed=has_changed, before=before,
        changes=changes(contents.read(before.content), content) if before else (),
        dosing=dosing.of(content.series, standing, shows_weight=False),
        hides=saying.holds_weight(content), tier=standing.judged.tier.value,
    ), status  # fmt: skip
