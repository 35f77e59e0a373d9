"""Drafting: beginning a version, and writing it; of two who write, the second sees both texts."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from dashboard import formats
from dashboard.access import Allow
from dashboard.audit import AuditEvent
from dashboard.clinical.courses import PlanState
from dashboard.db import db
from dashboard.drafts import actions as drafts
from dashboard.drafts.offer import offer, settle
from dashboard.plans import actions, dosing, showing, starts, today
from dashboard.plans import content as contents
from dashboard.plans.area import area, by, me, one, versions
from dashboard.plans.differing import Change, changes
from dashboard.plans.draft_form import DraftForm, form_class
from dashboard.plans.forms import BeginForm
from dashboard.plans.lacking import lacking
from dashboard.plans.models import TreatmentPlan

ADD_GOAL, ADD_ROLE, STAY = "goal", "role", "stay"


@area.route("/plan/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def begin() -> ResponseReturnValue:
    """Begin a draft: from the last version, from a template, or from nothing."""
    found, form = versions(), BeginForm()
    last, offered = starts.base(found), starts.offered(g.patient, found)
    form.start.choices = starts.choices(offered)
    draft = next((each for each in found if each.state is PlanState.DRAFT), None)
    if draft is not None:
        flash("There is a draft already. Go on with it, or discard it.", "warn")
        return redirect(_address("edit", draft), 303)
    if form.was_sent():
        plan = actions.begin(
            g.patient.id, starts.content_of(form.start.data, last), by=by(), based_on=last,
            change_reason=form.change_reason.data or "",
        )  # fmt: skip
        settle(form)
        location = _address("edit", plan)
        form.commit(location)
        return redirect(location, 303)
    return render_template(
        "plans/begin.html", form=form, draft=offer(form), offered=offered, last=last,
        versions=showing.lines(found),
    ), form.status  # fmt: skip


@area.route("/plan/<ref:plan_ref>/edit", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def edit(plan_ref: str) -> ResponseReturnValue:
    """Write a draft, as far as it goes; it need not be complete to be saved."""
    plan, form = one(plan_ref), form_class()()
    if not form.is_submitted():
        if plan.state is not PlanState.DRAFT:
            return _too_late(form, plan)
        form.show(contents.read(plan.content), change_reason=plan.change_reason)
        form.on_version(plan.version)
    elif form.was_sent():
        return _refused(form, plan) or _saved(form, plan)
    return _page(form, plan)


def _refused(form: DraftForm, plan: TreatmentPlan) -> ResponseReturnValue | None:
    """Answer to a form that comes too late: signed meanwhile, or saved by somebody else."""
    if plan.state is not PlanState.DRAFT:
        _keep(form)
        return _too_late(form, plan)
    if not form.shows(plan.version):
        return _conflict(form, plan)
    return None


def _saved(form: DraftForm, plan: TreatmentPlan) -> ResponseReturnValue:
    """Save; somebody who saved in the same instant is told of as one who saved before."""
    ref, content = plan.ref, form.content(contents.read(plan.content))
    then = request.form.get("then", "")
    try:
        actions.save(plan, content, change_reason=form.change_reason.data or "")
        settle(form)
        location = _next(plan, content, then)
        form.commit(location)
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        answer = _refused(form, one(ref))
        if answer is None:
            raise
        return answer
    flash("Draft saved. It is not signed yet.", "ok")
    return redirect(location, 303)


def _next(plan: TreatmentPlan, content: contents.PlanContent, then: str) -> str:
    if then == ADD_GOAL:
        return f"{_address('edit', plan)}#goals-{len(content.goals)}-words"
    if then == ADD_ROLE:
        return f"{_address('edit', plan)}#roles-{len(content.roles)}-role"
    return _address("edit" if then == STAY else "show", plan)


def _conflict(form: DraftForm, plan: TreatmentPlan) -> ResponseReturnValue:
    theirs = contents.read(plan.content)
    found = changes(theirs, form.content(theirs))
    if (form.change_reason.data or "") != plan.change_reason:
        typed = form.change_reason.data or ""
        found = (*found, Change("Why the plan changes", plan.change_reason, typed))
    who, when = _last_writer(plan)
    form.on_version(plan.version)
    return _page(form, plan, found=found, who=who, when=when)


def _last_writer(plan: TreatmentPlan) -> tuple[str, str]:
    """Return who wrote a draft last, and when: the trail tells."""
    row = db.session.execute(
        sa.select(AuditEvent.actor_name, AuditEvent.at)
        .where(
            AuditEvent.patient_id == plan.patient_id,
            AuditEvent.subject == "treatment_plan",
            AuditEvent.subject_id == str(plan.id),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()
    return (row[0], formats.moment(row[1])) if row else ("Somebody else", "an unknown time")


def _page(
    form: DraftForm,
    plan: TreatmentPlan,
    *,
    found: tuple[Change, ...] | None = None,
    who: str = "",
    when: str = "",
) -> ResponseReturnValue:
    stored, draft = contents.read(plan.content), offer(form)
    dose = dosing.of(stored.series, today.asked(g.patient).standing, shows_weight=False)
    status = 409 if found is not None else form.status
    return render_template(
        "plans/edit.html", form=form, draft=draft, plan=plan, goals=form.goal_rows(stored),
        roles=form.role_rows(), template=stored.template, warnings=dose.warnings,
        lacks=lacking(stored, today=formats.today()), differences=found, who=who, when=when,
    ), status  # fmt: skip


def _too_late(form: DraftForm, plan: TreatmentPlan) -> ResponseReturnValue:
    """Answer to text for a version that is no draft any more: nothing typed is thrown away."""
    stored = contents.read(plan.content)
    found = changes(stored, form.content(stored)) if form.is_submitted() else ()
    it = showing.version(plan, others=())
    return render_template("plans/too_late.html", it=it, changes=found, form=form), 409


def _keep(form: DraftForm) -> None:
    fields = {name: request.form.getlist(name) for name in request.form}
    drafts.keep(user_id=me().id, page=str(form.page.data), fields=fields, built_on=None)
    db.session.commit()


def _address(page: str, plan: TreatmentPlan) -> str:
    return url_for(f"plans.{page}", patient_ref=g.patient.ref, plan_ref=plan.ref)
