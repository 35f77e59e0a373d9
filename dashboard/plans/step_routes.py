"""Moving a plan: activated, held, resumed, completed, stopped, discarded, each with its reason.

What stands in the way is shown on the page of the step, with everything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.clearance.gate import GateClosed
from dashboard.clinical.courses import PLAN, EndCause, HoldCause, PlanAct, PlanState, activation
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.errors import Refusal
from dashboard.plans import actions, showing, today
from dashboard.plans.actions import NotPossible, ReasonMissing, RuleHolds
from dashboard.plans.area import area, by, one, only_treating
from dashboard.plans.forms import (
    ActivateForm,
    ActivateOverHeldForm,
    CompleteForm,
    DiscardForm,
    HoldForm,
    ResumeForm,
    StepForm,
    StopForm,
)
from dashboard.plans.models import TreatmentPlan

REFUSED = (GateClosed, RuleHolds, NotPossible, ReasonMissing)


@dataclass(frozen=True)
class Asked:
    """What a step's page says: its heading, what follows from it, and its button."""

    act: PlanAct
    heading: str
    words: str
    label: str
    done: str
    kind: str = "primary"
    asks_gate: bool = False


ACTIVATE = Asked(
    PlanAct.ACTIVATE, "Activate the plan",
    "The clearance and the plan's stop rules are judged now, as you send this. Sessions may be"
    " started under this version from then on, each after its own pre-flight.",
    "Activate plan", "Plan activated.", asks_gate=True,
)  # fmt: skip
RESUME = Asked(
    PlanAct.RESUME, "Resume the plan",
    "The clearance and the plan's stop rules are judged now, as you send this.",
    "Resume plan", "Plan resumed.", asks_gate=True,
)  # fmt: skip
HOLD = Asked(
    PlanAct.HOLD, "Hold the plan",
    "No session can be started until a physician resumes the plan and says what has changed.",
    "Hold plan", "Plan held. No session can be started.", kind="danger",
)  # fmt: skip
COMPLETE = Asked(
    PlanAct.COMPLETE, "Complete the plan",
    "The course has ended as meant. A completed plan cannot be taken up again: draft a new"
    " version.",
    "Complete plan", "Plan completed.",
)  # fmt: skip
STOP = Asked(
    PlanAct.STOP, "Stop the plan",
    "The course ends here. A stopped plan cannot be taken up again: draft a new version.",
    "Stop plan", "Plan stopped.", kind="danger",
)  # fmt: skip
DISCARD = Asked(
    PlanAct.DISCARD, "Discard the draft",
    "The draft stays on record as discarded, with this reason. It can never be signed.",
    "Discard draft", "Draft discarded.", kind="danger",
)  # fmt: skip


@area.route("/plan/<ref:plan_ref>/activate", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def activate(plan_ref: str) -> ResponseReturnValue:
    """Put a signed version into force, if the clearance allows it now."""
    former = actions.in_force(g.patient.id)
    needs_reason = activation(over=former.state if former else None).needs_reason
    form = ActivateOverHeldForm() if needs_reason else ActivateForm()

    def take(plan: TreatmentPlan) -> None:
        only_treating()
        actions.activate(
            g.patient, plan, by=by(), today=formats.today(), reason=form.reason.data or ""
        )

    return _step(plan_ref, form, ACTIVATE, take)


@area.route("/plan/<ref:plan_ref>/resume", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def resume(plan_ref: str) -> ResponseReturnValue:
    """Let a held plan go on, if the clearance allows it now; the reason says what has changed."""
    form = ResumeForm()

    def take(plan: TreatmentPlan) -> None:
        only_treating()
        actions.resume(
            g.patient, plan, by=by(), today=formats.today(), reason=form.reason.data or ""
        )

    return _step(plan_ref, form, RESUME, take)


@area.route("/plan/<ref:plan_ref>/hold", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def hold(plan_ref: str) -> ResponseReturnValue:
    """Hold a plan for a concern of the team or for another reason in words."""
    form = HoldForm()

    def take(plan: TreatmentPlan) -> None:
        actions.hold(plan, by=by(), cause=HoldCause(form.cause.data), reason=form.reason.data or "")

    return _step(plan_ref, form, HOLD, take)


@area.route("/plan/<ref:plan_ref>/complete", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def complete(plan_ref: str) -> ResponseReturnValue:
    """End a course that has done its work."""
    form = CompleteForm()
    return _step(plan_ref, form, COMPLETE, lambda plan: _end(plan, form, is_completed=True))


@area.route("/plan/<ref:plan_ref>/stop", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def stop(plan_ref: str) -> ResponseReturnValue:
    """End a course before its end."""
    form = StopForm()
    return _step(plan_ref, form, STOP, lambda plan: _end(plan, form, is_completed=False))


@area.route("/plan/<ref:plan_ref>/discard", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def discard(plan_ref: str) -> ResponseReturnValue:
    """Discard a draft, with the reason."""
    form = DiscardForm()
    return _step(
        plan_ref, form, DISCARD,
        lambda plan: actions.discard(plan, by=by(), reason=form.reason.data or ""),
    )  # fmt: skip


def _end(plan: TreatmentPlan, form: CompleteForm | StopForm, *, is_completed: bool) -> None:
    actions.end(
        plan, by=by(), is_completed=is_completed, cause=EndCause(form.cause.data),
        reason=form.reason.data or "",
    )  # fmt: skip


def _step(
    plan_ref: str, form: StepForm, asked: Asked, take: Callable[[TreatmentPlan], None]
) -> ResponseReturnValue:
    """Take a step, or show its page; a refusal stands on the page with what was typed."""
    plan, refusal = one(plan_ref), None
    if form.was_sent():
        try:
            _refuse_stale(form, plan)
            take(plan)
        except REFUSED as problem:
            refusal = problem
            db.session.rollback()
            plan = one(plan_ref)
        else:
            settle(form)
            location = url_for("plans.show", patient_ref=g.patient.ref, plan_ref=plan_ref)
            form.commit(location)
            flash(asked.done, "ok")
            return redirect(location, 303)
    return _page(form, plan, asked, refusal=refusal)


def _refuse_stale(form: StepForm, plan: TreatmentPlan) -> None:
    """Refuse a form that was opened on another state of the plan than it has now."""
    db.session.refresh(plan, with_for_update=True)
    if not form.shows(plan.version):
        raise NotPossible


def _page(
    form: StepForm, plan: TreatmentPlan, asked: Asked, *, refusal: Refusal | None
) -> ResponseReturnValue:
    it = showing.version(plan, others=())
    is_possible = plan.superseded_at is None and any(
        one.act is asked.act for one in PLAN.steps_from(plan.state)
    )
    if not is_possible and refusal is None:
        refusal = NotPossible()
    now = today.of(g.patient, plan, it.content, shows_weight=False) if asked.asks_gate else None
    form.on_version(plan.version)
    status = refusal.status if refusal else form.status
    return render_template(
        "plans/step.html", form=form, draft=offer(form), it=it, asked=asked, refusal=refusal,
        is_possible=is_possible, today=now, is_held=plan.state is PlanState.HELD,
    ), status  # fmt: skip
