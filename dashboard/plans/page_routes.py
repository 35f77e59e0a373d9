"""Reading a plan: the version that counts, any version, two side by side, and one on paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.db import db, expect_writing
from dashboard.plans import content as contents
from dashboard.plans import saying, showing, starts, today
from dashboard.plans.area import SHOWN, area, one, versions
from dashboard.plans.differing import changes
from dashboard.plans.forms import BeginForm, CompareForm
from dashboard.plans.lacking import lacking
from dashboard.plans.models import TreatmentPlan


@area.get("/plan", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the version that counts; without any, what a first draft may begin with."""
    found = versions()
    plan = showing.newest_first(found)
    if plan is None:
        form, offered = BeginForm(), starts.offered(g.patient, found)
        form.start.choices = starts.choices(offered)
        form.page.data = url_for("plans.begin", patient_ref=g.patient.ref)
        return render_template(
            "plans/none.html", form=form, offered=offered, versions=showing.lines(found)
        )
    return _page(plan, found)


@area.get("/plan/<ref:plan_ref>", allow=Allow.PHYSICIAN)
def show(plan_ref: str) -> ResponseReturnValue:
    """Show one version."""
    found = versions()
    plan = next((each for each in found if each.ref == plan_ref), None)
    return _page(plan or abort(404), found)


@area.post("/plan/<ref:plan_ref>/weights", allow=Allow.PHYSICIAN)
def show_weight(plan_ref: str) -> ResponseReturnValue:
    """Show a version once with the numbers of body size; the trail tells who asked."""
    plan = one(plan_ref)
    _tell(plan, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = plan.ref
    return redirect(url_for("plans.show", patient_ref=g.patient.ref, plan_ref=plan.ref), 303)


@area.get("/plan/compare", allow=Allow.PHYSICIAN)
def compare() -> ResponseReturnValue:
    """Tell two versions apart in words."""
    found = {each.number: each for each in versions()}
    if not found:
        abort(404)
    numbers, form = list(found), CompareForm(formdata=request.args)
    usual = showing.previous(found[numbers[0]], tuple(found.values()))
    before, after = form.offer(
        numbers, before=usual.number if usual else numbers[-1], after=numbers[0]
    )
    told = changes(contents.read(found[before].content), contents.read(found[after].content))
    return render_template(
        "plans/compare.html", form=form, changes=told, before=before, after=after,
        versions=showing.lines((found[before], found[after])),
    )  # fmt: skip


@area.get("/plan/<ref:plan_ref>/print", allow=Allow.PHYSICIAN)
def paper(plan_ref: str) -> ResponseReturnValue:
    """Show a signed version as it is printed; the trail tells before the page is made."""
    expect_writing(True)
    plan = one(plan_ref)
    if plan.signed_at is None:
        abort(404)
    _tell(plan, audit.Action.PRINT)
    expect_writing(False)
    it = showing.version(plan, others=())
    return render_template("plans/print.html", it=it, parts=saying.parts(it.content))


def _page(plan: TreatmentPlan, found: Sequence[TreatmentPlan]) -> ResponseReturnValue:
    shows_weight = session.pop(SHOWN, "") == plan.ref
    it = showing.version(plan, others=found)
    is_draft = plan.signed_at is None and it.is_standing
    return render_template(
        "plans/show.html",
        it=it,
        parts=saying.parts(it.content, shows_weight=shows_weight),
        lacks=lacking(it.content, today=formats.today()) if is_draft else (),
        today=today.of(g.patient, plan, it.content, shows_weight=shows_weight)
        if it.is_standing else None,
        shows_weight=shows_weight,
        hides=saying.holds_weight(it.content) and not shows_weight,
        versions=showing.lines(found),
        previous=showing.previous(plan, found),
        draft=next((each for each in found if not each.signed_at
                    and showing.flag(each).word == "Draft"), None),
    )  # fmt: skip


def _tell(plan: TreatmentPlan, action: audit.Action) -> None:
    audit.record(
        db.session, action, subject="treatment_plan", subject_id=str(plan.id),
        patient_id=plan.patient_id,
    )  # fmt: skip
    db.session.commit()
