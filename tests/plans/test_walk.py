"""Whatever is done to a plan in whatever order: no gate is passed, nothing sticks, all is told."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import audit
from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clinical.courses import PLAN, EndCause, HoldCause, PlanAct, PlanState
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from dashboard.plans import actions
from dashboard.plans.models import PlanStep, TreatmentPlan
from tests.clearance.conftest import TODAY
from tests.clearance.stable import enter, everything, sign
from tests.plans.course import alice, whole

ACTS = st.lists(
    st.sampled_from(["begin", "check", *PlanAct, PlanAct.ACTIVATE, PlanAct.SIGN]),
    min_size=6, max_size=14,
)  # fmt: skip


def act(name, ann, cast, plan):
    """Do one thing to the newest version, as the pages would."""
    by = alice(cast)
    if name == "check":
        enter(ann.id, cast.alice, everything(TODAY))
        db.session.commit()
        sign(ann, cast)
    elif name == "begin":
        actions.begin(ann.id, whole(), by=by, change_reason="Another text.")
    elif plan is None:
        return
    elif name is PlanAct.SIGN:
        actions.sign(plan, by=by, today=TODAY)
    elif name is PlanAct.DISCARD:
        actions.discard(plan, by=by, reason="Not wanted.")
    elif name is PlanAct.ACTIVATE:
        actions.activate(ann, plan, by=by, today=TODAY, reason="It may begin.")
    elif name is PlanAct.HOLD:
        actions.hold(plan, by=by, cause=HoldCause.HAND, reason="Wait.")
    elif name is PlanAct.RESUME:
        actions.resume(ann, plan, by=by, today=TODAY, reason="Waited.")
    else:
        is_completed = name is PlanAct.COMPLETE
        actions.end(plan, by=by, is_completed=is_completed, cause=EndCause.OTHER, reason="Over.")


@pytest.mark.one_database
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(wanted=ACTS)
def test_no_walk_passes_the_gate_or_gets_stuck_and_every_step_is_told(
    app, cast, stable, clock, wanted
):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for name in wanted:
            clock.shift(dt.timedelta(seconds=30))
            newest = db.session.scalar(
                sa.select(TreatmentPlan).order_by(TreatmentPlan.number.desc()).limit(1)
            )
            try:
                act(name, ann, cast, newest)
                db.session.commit()
            except Refusal:
                db.session.rollback()
        plans = db.session.scalars(sa.select(TreatmentPlan)).all()
        for plan in plans:
            check_history(plan)
        assert sum(plan.state in {PlanState.ACTIVE, PlanState.HELD}
                   and plan.superseded_at is None for plan in plans) <= 1  # fmt: skip


def check_history(plan):
    """A plan's steps lead from draft to where it stands, each of them in the trail."""
    steps = db.session.scalars(
        sa.select(PlanStep).where(PlanStep.plan_id == plan.id).order_by(PlanStep.at)
    ).all()
    state = PlanState.DRAFT
    for step in steps:
        assert step.from_state is state and step.by_name
        assert (step.act in {PlanAct.ACTIVATE, PlanAct.RESUME}) == (step.check_id is not None)
        state = step.to_state
    assert plan.state is state
    assert plan.superseded_at is not None or PLAN.steps_from(state) or PLAN.is_over(state)
    told = db.session.scalars(
        sa.select(audit.AuditEvent.subject_id).where(audit.AuditEvent.subject == "plan_step")
    ).all()
    assert {str(step.id) for step in steps} <= set(told)


def test_an_unsigned_rule_set_or_no_check_opens_nothing(app, cast, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        plan = actions.begin(ann.id, whole(), by=alice(cast))
        actions.sign(plan, by=alice(cast), today=TODAY)
        db.session.commit()
        with pytest.raises(gate.GateClosed):
            actions.activate(ann, plan, by=alice(cast), today=TODAY)
        db.session.rollback()
