"""A version of a plan as its page shows it: where it stands, why, and what it comes to today."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clearance.models import ClearanceCheck
from dashboard.clinical.courses import PLAN, HoldCause, PlanAct, PlanState
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.plans import content as contents
from dashboard.plans import naming, sealing
from dashboard.plans.content import PlanContent
from dashboard.plans.models import PlanStep, TreatmentPlan

GOES_ON = frozenset({PlanAct.ACTIVATE, PlanAct.RESUME})
ENDPOINTS = {
    PlanAct.SIGN: ("Sign", "plans.sign", "primary"),
    PlanAct.ACTIVATE: ("Activate", "plans.activate", "primary"),
    PlanAct.RESUME: ("Resume", "plans.resume", "primary"),
    PlanAct.HOLD: ("Hold", "plans.hold", "plain"),
    PlanAct.COMPLETE: ("Complete", "plans.complete", "plain"),
    PlanAct.STOP: ("Stop", "plans.stop", "plain"),
    PlanAct.DISCARD: ("Discard draft", "plans.discard", "quiet"),
}
ORDER = tuple(ENDPOINTS)


@dataclass(frozen=True)
class StepLine:
    """One step of the history."""

    act: PlanAct
    words: str
    cause: str
    reason: str
    by: str
    when: str
    check_ref: str
    check_number: int | None


@dataclass(frozen=True)
class Button:
    """Something that can be done with a version now."""

    label: str
    endpoint: str
    kind: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    ref: str
    number: int
    state: Flag
    when: str
    by: str
    reason: str


@dataclass(frozen=True)
class Version:
    """One version with its history; `holds` are the steps that hold it, the newest first."""

    ref: str
    number: int
    state: PlanState
    flag: Flag
    since: str
    by: str
    reason: str
    is_superseded: bool
    is_intact: bool
    signed: str
    tier: str
    change_reason: str
    seal: str
    content: PlanContent
    steps: tuple[StepLine, ...]
    holds: tuple[StepLine, ...]
    buttons: tuple[Button, ...]

    @property
    def is_standing(self) -> bool:
        """Whether it is judged today: a draft, or a version that may be or go into force."""
        return not self.is_superseded and not PLAN.is_over(self.state)

    @property
    def is_without_consent(self) -> bool:
        """Whether it is held because consent was withdrawn."""
        return any(one.cause == HoldCause.CONSENT_WITHDRAWN for one in self.holds)


def newest_first(found: Sequence[TreatmentPlan]) -> TreatmentPlan | None:
    """Choose the version that the page is about: in force, waiting, draft, or the last signed."""
    ranks = [(PlanState.ACTIVE, PlanState.HELD), (PlanState.SIGNED,), (PlanState.DRAFT,)]
    standing = [one for one in found if one.superseded_at is None]
    for states in ranks:
        for one in standing:
            if one.state in states:
                return one
    return next((one for one in standing if one.signed_at is not None), None)


def version(plan: TreatmentPlan, *, others: Sequence[TreatmentPlan]) -> Version:
    """Return one version with its history, in two statements."""
    steps = _steps(plan.id)
    last = steps[0] if steps else None
    return Version(
        ref=plan.ref, number=plan.number, state=plan.state, flag=flag(plan),
        since=formats.moment(plan.moved_at), by=last.by if last else "",
        reason=": ".join(text for text in (last.cause, last.reason) if text) if last else "",
        is_superseded=plan.superseded_at is not None,
        is_intact=plan.signed_at is None or sealing.is_intact(plan),
        signed=_signed(plan), tier=plan.tier.value if plan.tier else "",
        change_reason=plan.change_reason, seal=plan.seal, content=contents.read(plan.content),
        steps=steps, holds=_holds(plan, steps), buttons=buttons(plan, others=others),
    )  # fmt: skip


def flag(plan: TreatmentPlan) -> Flag:
    """Return where a version stands as icon and word."""
    if plan.superseded_at is not None:
        return naming.SUPERSEDED
    if plan.state is PlanState.STOPPED and plan.signed_at is None:
        return naming.DISCARDED
    return naming.STATES[plan.state]


def buttons(plan: TreatmentPlan, *, others: Sequence[TreatmentPlan]) -> tuple[Button, ...]:
    """Return what can be done with a version, by its course, the likeliest first."""
    if plan.superseded_at is not None:
        return ()
    acts = {step.act for step in PLAN.steps_from(plan.state)}
    is_waiting = plan.state is PlanState.SIGNED and any(
        one.superseded_at is None and one.state in {PlanState.ACTIVE, PlanState.HELD}
        for one in others
    )
    if is_waiting:
        acts -= {PlanAct.HOLD}
    return tuple(Button(*ENDPOINTS[act]) for act in ORDER if act in acts)


def lines(found: Sequence[TreatmentPlan]) -> tuple[VersionLine, ...]:
    """Return every version as one line."""
    return tuple(
        VersionLine(
            ref=one.ref, number=one.number, state=flag(one),
            when=formats.moment(one.signed_at or one.drafted_at),
            by=one.signed_name, reason=one.change_reason,
        )
        for one in found
    )  # fmt: skip


def previous(plan: TreatmentPlan, found: Sequence[TreatmentPlan]) -> TreatmentPlan | None:
    """Return the signed version that a version is compared with: the one that it was drafted from.

    A version that was drafted from none is compared with the newest signed one before it.
    """
    signed = [one for one in found if one.signed_at is not None and one.number < plan.number]
    base = next((one for one in signed if one.id == plan.based_on_id), None)
    return base or max(signed, key=lambda one: one.number, default=None)


def _signed(plan: TreatmentPlan) -> str:
    if plan.signed_at is None:
        return ""
    return f"{plan.signed_name}, {formats.moment(plan.signed_at, plan.zone_name)}"


def _steps(plan_id: uuid.UUID) -> tuple[StepLine, ...]:
    rows = db.session.execute(
        sa.select(PlanStep, ClearanceCheck.ref, ClearanceCheck.number)
        .outerjoin(ClearanceCheck, ClearanceCheck.id == PlanStep.check_id)
        .where(PlanStep.plan_id == plan_id)
        .order_by(PlanStep.at.desc(), PlanStep.id.desc())
    )
    return tuple(
        StepLine(
            act=step.act, words=naming.DONE[step.act], cause=step.cause, reason=step.reason,
            by=step.by_name, when=_when(step.at), check_ref=ref or "", check_number=number,
        )
        for step, ref, number in rows
    )  # fmt: skip


def _when(at: dt.datetime) -> str:
    return formats.moment(at)


def _holds(plan: TreatmentPlan, steps: Sequence[StepLine]) -> tuple[StepLine, ...]:
    """Return the holds since the plan last went on; none where it is not held."""
    if plan.state is not PlanState.HELD or plan.superseded_at is not None:
        return ()
    found = []
    for step in steps:
        if step.act in GOES_ON:
            break
        if step.act is PlanAct.HOLD:
            found.append(step)
    return tuple(found)
