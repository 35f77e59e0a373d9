"""The steps of a plan's course, written as they are taken; nothing else moves a plan."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dashboard.clinical.courses import PLAN, NoReason, NoSuchStep, PlanAct
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.plans.models import PlanStep, TreatmentPlan


class NotPossible(Refusal):
    """The plan has moved on since this page was shown. Nothing was changed."""

    status = 409
    heading = "This cannot be done now"
    advice = "Look at where the plan stands, and decide again."


class ReasonMissing(Refusal):
    """This needs a reason in words. Nothing was changed."""

    status = 422
    heading = "The reason is not said"
    advice = "Go back and write the reason."


@dataclass(frozen=True)
class By:
    """Who acts; `id` None is the program."""

    id: uuid.UUID | None
    name: str
    zone: str = "UTC"


def take(
    plan: TreatmentPlan,
    act: PlanAct,
    *,
    by: By,
    reason: str = "",
    cause: str = "",
    check_id: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Take a step of the course; raise `NotPossible` or `ReasonMissing`."""
    moment = at or now()
    try:
        state = PLAN.go(plan.state, act, reason=reason, is_gate_open=check_id is not None)
    except NoSuchStep:
        raise NotPossible from None
    except NoReason:
        raise ReasonMissing from None
    if plan.superseded_at is not None:
        raise NotPossible
    db.session.flush()
    db.session.add(
        PlanStep(
            id=new_id(),
            plan_id=plan.id,
            patient_id=plan.patient_id,
            act=act,
            from_state=plan.state,
            to_state=state,
            cause=cause,
            reason=reason.strip(),
            check_id=check_id,
            by_id=by.id,
            by_name=by.name,
            at=moment,
        )
    )
    db.session.flush()
    plan.state, plan.moved_at = state, moment
