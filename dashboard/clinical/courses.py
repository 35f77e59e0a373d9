"""The courses of a treatment plan and of a session: which step may follow which, and on what terms.

A step is taken with `go`, which refuses a missing reason and a gate that is closed or not known.
What a gate or the release criteria say is judged elsewhere; here only that nothing goes past them.
That a later version supersedes a plan is a fact of the versions, not a state of its course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StateT = TypeVar("StateT", bound=StrEnum)
ActT = TypeVar("ActT", bound=StrEnum)


class PlanState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    HELD = "held"
    COMPLETED = "completed"
    STOPPED = "stopped"


class PlanAct(StrEnum):
    """What is done to a plan; a hold of a held plan adds its cause, and so does not get lost."""

    SIGN = "sign"
    DISCARD = "discard"
    ACTIVATE = "activate"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    STOP = "stop"


class SessionState(StrEnum):
    """Where a session stands; abandoned is after its start, not done and cancelled before it.

    Done is a session of which only the dose was recorded: it was given, and nothing else is logged.
    """

    PLANNED = "planned"
    PREFLIGHT = "pre-flight"
    STARTED = "started"
    RELEASED = "released"
    ABANDONED = "abandoned"
    NOT_DONE = "not done"
    CANCELLED = "cancelled"
    DONE = "done"


class SessionAct(StrEnum):
    """What is done to a session; releasing closes it."""

    CANCEL = "cancel"
    RECORD_DOSE = "record the dose"
    BEGIN_PREFLIGHT = "begin pre-flight"
    NOT_DO = "not do"
    START = "start"
    RELEASE = "release"
    ABANDON = "abandon"


class Gate(StrEnum):
    """What must be open on the server, in the same transaction, for a step to be taken."""

    CLEARANCE = "clearance"
    PREFLIGHT = "pre-flight and clearance"
    RELEASE = "release criteria"


class HoldCause(StrEnum):
    """Why a plan is held."""

    RULE = "by rule"
    TEAM_CONCERN = "team concern"
    CONSENT_WITHDRAWN = "consent withdrawn"
    HAND = "by hand"


class EndCause(StrEnum):
    """Why a plan ends (clearance reference 6.5, practice policy); the reason says it in words."""

    GOAL_MET = "goal met"
    HARM = "harm"
    NON_RESPONSE = "non-response"
    WEIGHT_DECLINE = "weight decline"
    PATIENT_WISH = "patient's wish"
    MISUSE = "misuse"
    OTHER = "another reason"


class StepRefused(ValueError):
    """A step that cannot be taken; nothing was changed."""


class NoSuchStep(StepRefused):
    """This cannot be done from where it stands."""


class NoReason(StepRefused):
    """This needs a reason in words."""


class GateClosed(StepRefused):
    """This must not go ahead: what gates it is closed, or not known."""


@dataclass(frozen=True)
class Step(Generic[StateT, ActT]):
    """One act from one state to another, and what it needs besides a person and a time."""

    start: StateT
    act: ActT
    end: StateT
    needs_reason: bool = False
    gate: Gate | None = None


@dataclass(frozen=True)
class Course(Generic[StateT, ActT]):
    """All steps between the states of one kind of record."""

    name: str
    first: StateT
    steps: tuple[Step[StateT, ActT], ...]

    def __post_init__(self) -> None:
        if len({(step.start, step.act) for step in self.steps}) < len(self.steps):
            raise ValueError(f"an act leads from one state of a {self.name} to two")

    def step(self, state: StateT, act: ActT) -> Step[StateT, ActT]:
        """Return the step; raises NoSuchStep when the act is not possible from this state."""
        for one in self.steps:
            if (one.start, one.act) == (state, act):
                return one
        raise NoSuchStep(f'"{act}" is not possible: the {self.name} is {state}.')

    def may(self, state: StateT, act: ActT) -> StateT:
        """Return the state that an act leads to; raises NoSuchStep when it leads to none."""
        return self.step(state, act).end

    def go(
        self, state: StateT, act: ActT, *, reason: str = "", is_gate_open: bool | None = None
    ) -> StateT:
        """Return the state after a step that has all it needs.

        `is_gate_open` is what the gate of this step says now, None when it cannot tell. Raises
        NoSuchStep, NoReason, or GateClosed for a gate that is not known to be open.
        """
        step = self.step(state, act)
        if step.needs_reason and not reason.strip():
            raise NoReason(f'"{act}" needs a reason in words.')
        if step.gate is not None and is_gate_open is not True:
            known = "closed" if is_gate_open is False else "not known to be open"
            raise GateClosed(f'"{act}" must not go ahead: {step.gate}, {known}.')
        return step.end

    def steps_from(self, state: StateT) -> tuple[Step[StateT, ActT], ...]:
        """Return what can be done from a state, in the order of the course."""
        return tuple(step for step in self.steps if step.start == state)

    def is_over(self, state: StateT) -> bool:
        """Say whether nothing can follow."""
        return not self.steps_from(state)


def _from(
    starts: Iterable[StateT],
    act: ActT,
    end: StateT,
    *,
    needs_reason: bool = False,
    gate: Gate | None = None,
) -> list[Step[StateT, ActT]]:
    return [Step(start, act, end, needs_reason, gate) for start in starts]


_P, _S = PlanState, SessionState
_RUNNING = (_P.ACTIVE, _P.HELD)

PLAN = Course(
    "plan",
    _P.DRAFT,
    (
        *_from([_P.DRAFT], PlanAct.SIGN, _P.SIGNED),
        *_from([_P.DRAFT], PlanAct.DISCARD, _P.STOPPED, needs_reason=True),
        *_from([_P.SIGNED], PlanAct.ACTIVATE, _P.ACTIVE, gate=Gate.CLEARANCE),
        *_from([_P.SIGNED, *_RUNNING], PlanAct.HOLD, _P.HELD, needs_reason=True),
        *_from(
            [_P.HELD], PlanAct.RESUME, _P.ACTIVE, needs_reason=True, gate=Gate.CLEARANCE
        ),  # the reason says what changed
        *_from(_RUNNING, PlanAct.COMPLETE, _P.COMPLETED, needs_reason=True),
        *_from([_P.SIGNED, *_RUNNING], PlanAct.STOP, _P.STOPPED, needs_reason=True),
    ),
)

SESSION = Course(
    "session",
    _S.PLANNED,
    (
        *_from([_S.PLANNED], SessionAct.BEGIN_PREFLIGHT, _S.PREFLIGHT),
        *_from([_S.PLANNED], SessionAct.CANCEL, _S.CANCELLED, needs_reason=True),
        *_from([_S.PLANNED, _S.PREFLIGHT], SessionAct.RECORD_DOSE, _S.DONE),
        *_from([_S.PREFLIGHT], SessionAct.START, _S.STARTED, gate=Gate.PREFLIGHT),
        *_from([_S.PLANNED, _S.PREFLIGHT], SessionAct.NOT_DO, _S.NOT_DONE, needs_reason=True),
        *_from([_S.STARTED], SessionAct.RELEASE, _S.RELEASED, gate=Gate.RELEASE),
        *_from([_S.STARTED], SessionAct.ABANDON, _S.ABANDONED, needs_reason=True),
    ),
)


def activation(*, over: PlanState | None = None) -> Step[PlanState, PlanAct]:
    """Return the step that activates a signed plan in place of the version it supersedes.

    Over a held version it is a resumption: it needs the reason that says what changed.
    """
    step = PLAN.step(PlanState.SIGNED, PlanAct.ACTIVATE)
    if over is not PlanState.HELD:
        return step
    return Step(step.start, step.act, step.end, needs_reason=True, gate=step.gate)
