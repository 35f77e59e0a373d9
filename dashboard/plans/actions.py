"""What is done with treatment plans: drafted, signed, activated, held, resumed, ended.

Every step is written with who, when and why in the transaction of the act. Activation and
resumption ask the clearance gate there, on the server; nothing else makes a plan active.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from dashboard import audit
from dashboard.clearance import gate
from dashboard.clinical.clearance import Purpose
from dashboard.clinical.courses import (
    EndCause,
    HoldCause,
    PlanAct,
    PlanState,
    activation,
)
from dashboard.clock import now
from dashboard.db import db, new_id, new_ref
from dashboard.errors import Refusal
from dashboard.patients.models import Patient
from dashboard.plans import content as contents
from dashboard.plans import judging, sealing, steps
from dashboard.plans.content import PlanContent
from dashboard.plans.lacking import lacking
from dashboard.plans.models import TreatmentPlan
from dashboard.plans.steps import By as By
from dashboard.plans.steps import NotPossible as NotPossible
from dashboard.plans.steps import ReasonMissing as ReasonMissing

THE_PROGRAM = "Casement"


class NotComplete(Refusal):
    """The plan does not say everything that a signed plan must say. Nothing was signed."""

    status = 422
    heading = "The plan is not complete"
    advice = "Open the draft; what is missing is listed there."


class RuleHolds(Refusal):
    """A stop rule of the plan holds it. Nothing was changed."""

    status = 409
    heading = "A stop rule holds this plan"
    advice = "The plan's page names the rule; close what it rests on first."


class DraftExists(Refusal):
    """There is a draft of this plan already. Nothing was changed."""

    status = 409
    heading = "A draft is there already"
    advice = "Go on with the draft, or discard it."


def begin(
    patient_id: uuid.UUID,
    content: PlanContent,
    *,
    by: By,
    based_on: TreatmentPlan | None = None,
    change_reason: str = "",
    at: dt.datetime | None = None,
) -> TreatmentPlan:
    """Add a draft of the next version; raise `DraftExists`."""
    last, drafts = db.session.execute(
        sa.select(
            sa.func.max(TreatmentPlan.number),
            sa.func.count().filter(TreatmentPlan.state == PlanState.DRAFT),
        ).where(TreatmentPlan.patient_id == patient_id)
    ).one()
    if drafts:
        raise DraftExists
    moment = at or now()
    plan = TreatmentPlan(
        id=new_id(), ref=new_ref(), patient_id=patient_id, number=(last or 0) + 1,
        state=PlanState.DRAFT,
        content=contents.written(content), based_on_id=based_on.id if based_on else None,
        change_reason=change_reason.strip(), drafted_by_id=by.id, drafted_at=moment,
        moved_at=moment,
    )  # fmt: skip
    db.session.add(plan)
    return plan


def save(plan: TreatmentPlan, content: PlanContent, *, change_reason: str) -> None:
    """Write a draft anew; raise `NotPossible` for a version that is no draft any more."""
    if plan.state is not PlanState.DRAFT:
        raise NotPossible
    plan.content, plan.change_reason = contents.written(content), change_reason.strip()


def sign(plan: TreatmentPlan, *, by: By, today: dt.date, at: dt.datetime | None = None) -> None:
    """Sign a draft as it stands; raise `NotComplete`, `ReasonMissing` or `NotPossible`.

    A version that waits signed and was never active gives way to this one.
    """
    if plan.state is not PlanState.DRAFT:
        raise NotPossible
    if lacking(contents.read(plan.content), today=today):
        raise NotComplete
    if plan.number > 1 and not plan.change_reason:
        raise ReasonMissing
    moment = at or now()
    _supersede(waiting(plan.patient_id), plan, at=moment)
    sealing.seal(plan, by_id=by.id, name=by.name, zone=by.zone, at=moment)
    steps.take(plan, PlanAct.SIGN, by=by, at=moment)
    audit.record(
        db.session, audit.Action.SIGN, subject="treatment_plan", subject_id=str(plan.id),
        patient_id=plan.patient_id, detail={"seal": plan.seal, "sealed_by": plan.sealed_by},
    )  # fmt: skip


def discard(plan: TreatmentPlan, *, by: By, reason: str) -> None:
    """Discard a draft with the reason; it stays on record."""
    steps.take(plan, PlanAct.DISCARD, by=by, reason=reason)


def activate(
    patient: Patient,
    plan: TreatmentPlan,
    *,
    by: By,
    today: dt.date,
    reason: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Activate a signed version in place of the one in force.

    In place of a held version it is a resumption and needs the reason that says what changed.
    Raises `gate.GateClosed`, `RuleHolds`, `NotPossible` and `ReasonMissing`.
    """
    db.session.flush()
    db.session.refresh(patient, with_for_update=True)
    db.session.refresh(plan)
    former, moment = in_force(patient.id), at or now()
    if plan.superseded_at is not None or plan.state is not PlanState.SIGNED:
        raise NotPossible
    if activation(over=former.state if former else None).needs_reason and not reason.strip():
        raise ReasonMissing
    _supersede(former, plan, at=moment)
    check_id = _opened(patient, plan, on=today, at=moment)  # of this version
    steps.take(plan, PlanAct.ACTIVATE, by=by, reason=reason, check_id=check_id, at=moment)


def hold(
    plan: TreatmentPlan, *, by: By, cause: HoldCause, reason: str, at: dt.datetime | None = None
) -> None:
    """Hold a plan: no session starts until it is resumed. A held plan gets one cause more.

    A version that waits beside one in force cannot be held: hold that one. Raises `NotPossible`
    and `ReasonMissing`.
    """
    if plan.state is PlanState.SIGNED and in_force(plan.patient_id) is not None:
        raise NotPossible
    steps.take(plan, PlanAct.HOLD, by=by, reason=reason, cause=cause, at=at)


def resume(
    patient: Patient,
    plan: TreatmentPlan,
    *,
    by: By,
    today: dt.date,
    reason: str,
    at: dt.datetime | None = None,
) -> None:
    """Resume a held plan; the reason says what changed. Raises as `activate` does."""
    db.session.flush()
    db.session.refresh(patient, with_for_update=True)
    db.session.refresh(plan)
    if plan.state is not PlanState.HELD or plan.superseded_at is not None:
        raise NotPossible
    check_id = _opened(patient, plan, on=today, at=at or now())
    steps.take(plan, PlanAct.RESUME, by=by, reason=reason, check_id=check_id, at=at)


def end(
    plan: TreatmentPlan,
    *,
    by: By,
    is_completed: bool,
    cause: EndCause,
    reason: str,
    at: dt.datetime | None = None,
) -> None:
    """End a plan: completed as meant, or stopped; with the cause and the reason in words."""
    act = PlanAct.COMPLETE if is_completed else PlanAct.STOP
    steps.take(plan, act, by=by, reason=reason, cause=cause, at=at)


def in_force(patient_id: uuid.UUID) -> TreatmentPlan | None:
    """Return the version that is active or held."""
    return db.session.scalar(
        sa.select(TreatmentPlan).where(
            TreatmentPlan.patient_id == patient_id,
            TreatmentPlan.superseded_at.is_(None),
            TreatmentPlan.state.in_((PlanState.ACTIVE, PlanState.HELD)),
        )
    )


def that_counts(patient_id: uuid.UUID) -> TreatmentPlan | None:
    """Return the version in force; else the one that waits signed; one statement."""
    found = db.session.scalars(
        sa.select(TreatmentPlan).where(
            TreatmentPlan.patient_id == patient_id,
            TreatmentPlan.superseded_at.is_(None),
            TreatmentPlan.state.in_((PlanState.SIGNED, PlanState.ACTIVE, PlanState.HELD)),
        )
    ).all()
    return min(found, key=lambda one: one.state is PlanState.SIGNED, default=None)


def waiting(patient_id: uuid.UUID) -> TreatmentPlan | None:
    """Return the version that is signed and not yet active."""
    return db.session.scalar(
        sa.select(TreatmentPlan).where(
            TreatmentPlan.patient_id == patient_id,
            TreatmentPlan.superseded_at.is_(None),
            TreatmentPlan.state == PlanState.SIGNED,
        )
    )


def _opened(
    patient: Patient, plan: TreatmentPlan, *, on: dt.date, at: dt.datetime
) -> uuid.UUID | None:
    """Return the check that opens the gate; raise `gate.GateClosed` or `RuleHolds`."""
    standing = gate.require(patient, purpose=Purpose.ACTIVATION, on=on)
    if judging.judged(plan, standing, at=at).holding:
        raise RuleHolds
    return standing.check.id if standing.check else None


def _supersede(former: TreatmentPlan | None, plan: TreatmentPlan, *, at: dt.datetime) -> None:
    if former is not None and former.id != plan.id:
        former.superseded_at, former.superseded_by_id = at, plan.id
        db.session.flush()
