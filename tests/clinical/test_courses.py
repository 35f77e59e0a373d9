"""A plan and a session go from step to step; none is lost on the way, and none gets past a stop."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dashboard.clinical.courses import (
    PLAN,
    SESSION,
    Course,
    Gate,
    GateClosed,
    NoReason,
    NoSuchStep,
    PlanAct,
    PlanState,
    SessionAct,
    SessionState,
    Step,
    activation,
)

COURSES = pytest.mark.parametrize("course", [PLAN, SESSION], ids=lambda one: one.name)
STATES: dict[str, set[Any]] = {"plan": set(PlanState), "session": set(SessionState)}
ENDS: dict[str, set[Any]] = {
    "plan": {PlanState.COMPLETED, PlanState.STOPPED},
    "session": {
        SessionState.RELEASED, SessionState.ABANDONED, SessionState.DONE,
        SessionState.NOT_DONE, SessionState.CANCELLED,
    },
}  # fmt: skip
TREATING = {PlanState.ACTIVE, SessionState.STARTED, SessionState.RELEASED}


def reached_from(course, state):
    """Return every state that can follow one, itself included."""
    found, waiting = {state}, [state]
    while waiting:
        ends = {step.end for step in course.steps_from(waiting.pop())} - found
        found |= ends
        waiting += ends
    return found


@COURSES
def test_every_state_can_be_reached_and_an_end_from_every_state(course):
    assert reached_from(course, course.first) == STATES[course.name]
    for state in STATES[course.name]:
        assert reached_from(course, state) & ENDS[course.name], f"stuck in {state}"
        assert course.is_over(state) is (state in ENDS[course.name])


@COURSES
def test_an_end_of_every_open_state_is_never_behind_a_gate(course):
    for state in STATES[course.name] - ENDS[course.name]:
        free = [step for step in course.steps_from(state) if step.gate is None]
        assert free, f"only through a gate out of {state}"


@COURSES
def test_no_step_into_treatment_goes_without_its_gate(course):
    entering = [step for step in course.steps if step.end in TREATING]
    assert entering
    assert all(step.gate is not None for step in entering)


def test_the_table_of_steps_is_this_one():
    def told(course):
        return {
            (step.start.value, step.act.value, step.end.value, step.needs_reason, step.gate)
            for step in course.steps
        }

    clearance, preflight, release = Gate.CLEARANCE, Gate.PREFLIGHT, Gate.RELEASE
    assert told(PLAN) == {
        ("draft", "sign", "signed", False, None),
        ("draft", "discard", "stopped", True, None),
        ("signed", "activate", "active", False, clearance),
        ("signed", "hold", "held", True, None),
        ("signed", "stop", "stopped", True, None),
        ("active", "hold", "held", True, None),
        ("active", "complete", "completed", True, None),
        ("active", "stop", "stopped", True, None),
        ("held", "hold", "held", True, None),
        ("held", "resume", "active", True, clearance),
        ("held", "complete", "completed", True, None),
        ("held", "stop", "stopped", True, None),
    }
    assert told(SESSION) == {
        ("planned", "begin pre-flight", "pre-flight", False, None),
        ("planned", "cancel", "cancelled", True, None),
        ("planned", "record the dose", "done", False, None),
        ("pre-flight", "record the dose", "done", False, None),
        ("planned", "not do", "not done", True, None),
        ("pre-flight", "start", "started", False, preflight),
        ("pre-flight", "not do", "not done", True, None),
        ("started", "release", "released", False, release),
        ("started", "abandon", "abandoned", True, None),
    }


@pytest.mark.parametrize(
    ("course", "state", "act"),
    [
        (SESSION, SessionState.PLANNED, SessionAct.START),  # without pre-flight
        (SESSION, SessionState.STARTED, SessionAct.START),  # twice, or from a stale tab
        (SESSION, SessionState.STARTED, SessionAct.CANCEL),  # a dose was given
        (SESSION, SessionState.STARTED, SessionAct.NOT_DO),
        (SESSION, SessionState.RELEASED, SessionAct.RELEASE),
        (PLAN, PlanState.DRAFT, PlanAct.ACTIVATE),  # unsigned
        (PLAN, PlanState.HELD, PlanAct.ACTIVATE),  # around the reason of a resumption
        (PLAN, PlanState.STOPPED, PlanAct.RESUME),
    ],
)
def test_what_must_never_happen_is_refused_in_words(course, state, act):
    with pytest.raises(NoSuchStep, match=f"the {course.name} is {state}"):
        course.may(state, act)


@pytest.mark.parametrize(("open_", "words"), [(False, "closed"), (None, "not known to be open")])
def test_a_gate_that_cannot_tell_is_as_shut_as_a_closed_one(open_, words):
    with pytest.raises(GateClosed, match=words):
        PLAN.go(PlanState.SIGNED, PlanAct.ACTIVATE, is_gate_open=open_)

    assert PLAN.go(PlanState.SIGNED, PlanAct.ACTIVATE, is_gate_open=True) is PlanState.ACTIVE


def test_blanks_are_no_reason():
    with pytest.raises(NoReason):
        PLAN.go(PlanState.ACTIVE, PlanAct.HOLD, reason=" \n\t")


def test_a_new_version_over_a_held_one_says_what_changed():
    assert activation(over=PlanState.HELD).needs_reason
    assert activation(over=PlanState.HELD).gate is Gate.CLEARANCE
    assert activation(over=PlanState.ACTIVE) == activation()
    assert not activation().needs_reason


def test_an_act_cannot_lead_to_two_places():
    steps = (
        Step(PlanState.DRAFT, PlanAct.SIGN, PlanState.SIGNED),
        Step(PlanState.DRAFT, PlanAct.SIGN, PlanState.ACTIVE),
    )
    with pytest.raises(ValueError, match="from one state of a plan to two"):
        Course("plan", PlanState.DRAFT, steps)


class _Walk(RuleBasedStateMachine):
    """Acts in any order, with and without reasons, under gates that say anything."""

    course: Course
    acts: type[PlanAct] | type[SessionAct]

    @initialize()
    def begin(self):
        self.state = self.course.first
        self.trail = []

    @rule(
        data=st.data(),
        reason=st.sampled_from(["", "  ", "the potassium is back"]),
        gate=st.sampled_from([True, False, None]),
    )
    def act(self, data, reason, gate):
        act = data.draw(st.sampled_from(list(self.acts)))
        before = self.state
        try:
            self.state = self.course.go(before, act, reason=reason, is_gate_open=gate)
        except (NoSuchStep, NoReason, GateClosed):
            assert self.state is before
        else:
            assert not self.course.is_over(before), "an end was left"
            self.trail.append((self.course.step(before, act), reason, gate))

    @invariant()
    def the_trail_tells_how_it_came_here_and_has_every_reason_and_gate(self):
        state = self.course.first
        for step, reason, gate in self.trail:
            assert step.start is state
            assert reason.strip() or not step.needs_reason
            assert gate is True or step.gate is None
            state = step.end
        assert state is self.state


class PlanWalk(_Walk):
    """A plan under any acts."""

    course, acts = PLAN, PlanAct


class SessionWalk(_Walk):
    """A session under any acts."""

    course, acts = SESSION, SessionAct


TestPlanWalk = PlanWalk.TestCase
TestSessionWalk = SessionWalk.TestCase
TestPlanWalk.settings = TestSessionWalk.settings = settings(max_examples=40, stateful_step_count=15)
