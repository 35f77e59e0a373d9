"""Whatever is done to a plan in whatever order: no gate is passed, nothing sticks, all is told."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from dashboard import audit
from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clinical.courses import PLAN, EndCause, HoldCause, PlanAct, PlanState
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions, sealing
from dashboard.plans.models import PlanStep, TreatmentPlan
from tests.clearance.conftest import TODAY
from tests.clearance.stable import enter, everything, today
from tests.plans.course import alice, whole
from tests.plans.walked import Walked, Where, at, by_hand, walk

RUNNING = {PlanState.ACTIVE, PlanState.HELD}
ONWARDS = [PlanAct.SIGN, PlanAct.ACTIVATE, PlanAct.RESUME]
SO = "It is so."
REASONS = st.sampled_from([SO, SO, " \n"])
WHICH = st.sampled_from([0, 0, 0, 1, 2])  # versions back from the newest


class PlanWalk(Walked):
    """Ann's plans, and beside them where each version should stand."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[PlanState] = []
        self.superseded: set[int] = set()
        self.taken: Counter[PlanAct] = Counter()
        self.reached: set[PlanState] = set()

    @initialize()
    def is_ready(self):
        """The first version waits signed, and the gate is open."""
        self.begins()
        self.tries(PlanAct.SIGN, 0, SO)
        self.opens_or_closes()

    @precondition(lambda self: PlanState.DRAFT not in self.states)
    @rule()
    def begins(self):
        """Draft the next version."""
        assert self.done(self.draft)
        self.states.append(PlanState.DRAFT)
        self.reached |= {PlanState.DRAFT}

    @rule()
    def opens_or_closes(self):
        """A stop comes up and holds the version that is active; or all is well and signed so."""
        if not self.is_open:
            assert self.done(self.open_the_gate)
            return
        assert self.done(self.close_the_gate)
        for n in self.standing():
            if self.states[n] is PlanState.ACTIVE:
                self.states[n] = PlanState.HELD

    @rule(which=WHICH)
    def writes(self, which):
        """Write a version anew, and draft another: a draft alone is written, and one is enough."""
        n = max(len(self.states) - 1 - which, 0)
        plan, other = self.versions()[n], whole(nutrition=f"Meals as of {now()}.")
        saved = self.done(lambda: actions.save(plan, other, change_reason="A new thought."))
        assert saved is (self.states[n] is PlanState.DRAFT)
        assert PlanState.DRAFT not in self.states or not self.done(self.draft)

    @precondition(lambda self: self.possible())
    @rule(pick=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4]))
    def goes_on(self, pick):
        """Do one of the acts that are possible now."""
        possible = self.possible()
        act, n = possible[pick % len(possible)]
        self.tries(act, n, SO)

    @precondition(lambda self: self.barred())
    @rule(pick=st.integers(0, 5))
    def is_barred(self, pick):
        """Try an act of the course that something stands in the way of."""
        barred = self.barred()
        act, n = barred[pick % len(barred)]
        self.tries(act, n, SO)

    @rule(act=st.sampled_from(PlanAct), which=WHICH, reason=REASONS)
    def out_of_turn(self, act, which, reason):
        """Try any act on any version."""
        self.tries(act, max(len(self.states) - 1 - which, 0), reason)

    def tries(self, act, n, reason):
        """Try an act: it is done if the course, the reason and the gate allow, and only then."""
        plan, allowed = self.versions()[n], self.allows(act, n, reason)
        assert self.done(lambda: self.take(act, plan, reason)) is allowed, (act, self.states[n])
        if allowed:
            self.taken[act] += 1
            if act in {PlanAct.SIGN, PlanAct.ACTIVATE}:
                gives_way = {PlanState.SIGNED} if act is PlanAct.SIGN else RUNNING
                self.superseded |= {i for i in self.standing() if self.states[i] in gives_way}
            self.states[n] = PLAN.may(self.states[n], act)
            self.reached |= {self.states[n]}

    def possible(self):
        """Return every act with the version it may be done on; what was seldom done comes first."""
        order = [*ONWARDS, *PlanAct]
        acts = sorted(PlanAct, key=lambda act: (self.taken[act], order.index(act)))
        versions = range(len(self.states) - 1, -1, -1)
        return [(act, n) for act in acts for n in versions if self.allows(act, n, SO)]

    def barred(self):
        """Return every act that the course has from where a version stands, but not now."""
        return [
            (step.act, n)
            for n in range(len(self.states) - 1, -1, -1)
            for step in PLAN.steps_from(self.states[n])
            if not self.allows(step.act, n, SO)
        ]

    def draft(self):
        """Draft a version, which says why it is there unless it is the first."""
        words = "Another text." if self.states else ""
        actions.begin(self.ann.id, whole(), by=alice(self.cast), change_reason=words)

    def allows(self, act, n, reason):
        """Say from the course alone whether an act may be done now."""
        step = next((one for one in PLAN.steps_from(self.states[n]) if one.act is act), None)
        running = {self.states[i] for i in self.standing()} & RUNNING
        if step is None or n in self.superseded or (step.gate and not self.is_open):
            return False
        if act is PlanAct.HOLD and self.states[n] is PlanState.SIGNED and running:
            return False
        says_what_changed = act is PlanAct.ACTIVATE and PlanState.HELD in running
        return bool(reason.strip()) or not (step.needs_reason or says_what_changed)

    def take(self, act, plan, reason):
        """Do one thing as the pages would."""
        by, day = alice(self.cast), today()
        if act is PlanAct.SIGN:
            actions.sign(plan, by=by, today=day)
        elif act is PlanAct.DISCARD:
            actions.discard(plan, by=by, reason=reason)
        elif act is PlanAct.ACTIVATE:
            actions.activate(self.ann, plan, by=by, today=day, reason=reason)
        elif act is PlanAct.HOLD:
            actions.hold(plan, by=by, cause=HoldCause.HAND, reason=reason)
        elif act is PlanAct.RESUME:
            actions.resume(self.ann, plan, by=by, today=day, reason=reason)
        else:
            ends = act is PlanAct.COMPLETE
            actions.end(plan, by=by, is_completed=ends, cause=EndCause.OTHER, reason=reason)

    def standing(self):
        """Return which versions no later one has superseded."""
        return [n for n in range(len(self.states)) if n not in self.superseded]

    def versions(self):
        """Return every version as it stands in the database, the first one first."""
        return db.session.scalars(sa.select(TreatmentPlan).order_by(TreatmentPlan.number)).all()

    @invariant()
    def every_version_stands_where_its_steps_led(self):
        """Model, rows and steps agree; what a step needed is on it, and the trail tells it."""
        told = self.told("plan_step", audit.Action.CREATE)
        changed = self.told("treatment_plan", audit.Action.UPDATE)
        plans = self.versions()
        assert [one.state for one in plans] == self.states
        assert {n for n, one in enumerate(plans) if one.superseded_at} == self.superseded
        for plan in plans:
            steps = steps_of(plan)
            follow(steps, to=plan.state)
            assert {str(one.id) for one in steps} <= set(told)
            assert changed.count(str(plan.id)) >= len({one.at for one in steps})
            assert not plan.signed_at or sealing.is_intact(plan)

    @invariant()
    def one_version_is_drafted_and_one_in_force(self):
        """Two drafts or two versions in force are never there at once."""
        here = [self.states[n] for n in self.standing()]
        assert self.states.count(PlanState.DRAFT) <= 1
        assert sum(one in RUNNING for one in here) <= 1
        assert self.is_open or PlanState.ACTIVE not in here

    def teardown(self):
        """From wherever the walk led, every version that stands can still be ended."""
        try:
            for n, plan in enumerate(self.versions()):
                if n in self.superseded or PLAN.is_over(plan.state):
                    continue
                act = PlanAct.DISCARD if plan.state is PlanState.DRAFT else PlanAct.STOP
                assert self.done(partial(self.take, act, plan, "Over."))
                assert plan.state is PlanState.STOPPED
        finally:
            super().teardown()


def steps_of(plan):
    """Return the steps of a version in the order they were taken."""
    query = sa.select(PlanStep).where(PlanStep.plan_id == plan.id)
    return db.session.scalars(query.order_by(PlanStep.at, PlanStep.id)).all()


def follow(steps, *, to):
    """Follow steps from the draft: each is whole, and those into treatment had an open gate."""
    state = PlanState.DRAFT
    for one in steps:
        step = PLAN.step(state, one.act)
        assert (one.from_state, one.to_state) == (state, step.end)
        assert one.by_name and one.at and (one.reason or not step.needs_reason)
        assert one.by_id or (one.act is PlanAct.HOLD and one.cause == HoldCause.RULE)
        assert bool(one.check_id) is bool(step.gate)
        if one.check_id:
            check = db.session.get_one(ClearanceCheck, one.check_id)
            assert check.decision is not Decision.NOT_CLEARED and check.signed_at <= one.at
        state = step.end
    assert state is to


@pytest.fixture
def ann_walks(app, cast, stable, clock, database):
    """Ann with answers of today, from which every walk begins."""
    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, everything(TODAY))
        db.session.commit()
        db.session.remove()
    with database.kept() as copies:
        yield at(PlanWalk, Where(app, cast, clock, copies))


def test_no_walk_passes_the_gate_or_gets_stuck_and_every_step_is_told(ann_walks):
    walk(ann_walks, walks=6, steps=25)


def test_every_state_is_reached_and_every_act_taken(ann_walks):
    with by_hand(ann_walks) as plan:
        plan.is_ready()
        for _ in range(len(PlanAct) + 2):  # two more versions are begun on the way
            if not plan.possible():
                plan.begins()
            if PlanState.ACTIVE not in plan.states:
                plan.opens_or_closes()
                for act, n in plan.barred():
                    plan.tries(act, n, SO)
                plan.opens_or_closes()
            plan.goes_on(0)
            plan.every_version_stands_where_its_steps_led()
            plan.one_version_is_drafted_and_one_in_force()

    assert {*plan.taken} == {*PlanAct} and plan.reached == {*PlanState}


def test_an_unsigned_rule_set_or_no_check_opens_nothing(app, cast, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        plan = actions.begin(ann.id, whole(), by=alice(cast))
        actions.sign(plan, by=alice(cast), today=TODAY)
        db.session.commit()
        with pytest.raises(gate.GateClosed):
            actions.activate(ann, plan, by=alice(cast), today=TODAY)
        db.session.rollback()
