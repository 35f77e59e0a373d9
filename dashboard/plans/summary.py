"""A patient's plan in a few words, in one statement: for the overview."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.courses import PlanAct, PlanState
from dashboard.clinical.plan_rule_file import plan_rules
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.plans import content as contents
from dashboard.plans.content import PlanContent, Series
from dashboard.plans.judging import ENDS
from dashboard.plans.models import PlanStep, TreatmentPlan
from dashboard.plans.naming import STATES, aim
from dashboard.sessions.models import Dose

NOT_SAID = "not said"


@dataclass(frozen=True)
class PlanSummary:
    """One version in words; `state` is its status, `since` the moment it came to it.

    `given` are the doses of the present course. A target that is a weight is not in it.
    """

    ref: str
    number: int
    state: Flag
    since: dt.datetime
    dose: str
    cadence: str
    sessions: str
    stop: str
    target: str
    given: int


def of(patient_id: uuid.UUID) -> PlanSummary | None:
    """Return the version in force, else the one that waits, the draft, or the last that ended."""
    given = (
        sa.select(sa.func.count())
        .select_from(Dose)
        .where(
            Dose.patient_id == patient_id,
            Dose.entered_in_error_at.is_(None),
            Dose.given_at >= _began(patient_id),
        )
    ).scalar_subquery()
    row = db.session.execute(
        sa.select(TreatmentPlan, given)
        .where(
            TreatmentPlan.patient_id == patient_id,
            TreatmentPlan.superseded_at.is_(None),
            sa.or_(TreatmentPlan.signed_at.is_not(None), TreatmentPlan.state == PlanState.DRAFT),
        )
        .order_by(_RANK, TreatmentPlan.number.desc())
        .limit(1)
    ).first()
    return _summary(row[0], given=row[1]) if row else None


_RANK = sa.case(
    (TreatmentPlan.state.in_((PlanState.ACTIVE, PlanState.HELD)), 0),
    (TreatmentPlan.state == PlanState.SIGNED, 1),
    (TreatmentPlan.state == PlanState.DRAFT, 2),
    else_=3,
)


def _began(patient_id: uuid.UUID) -> sa.ScalarSelect[dt.datetime]:
    """Select when the present course began: the first activation since a plan last ended."""
    ended = sa.orm.aliased(PlanStep)
    is_over = sa.exists().where(
        ended.patient_id == patient_id, ended.act.in_(ENDS), ended.at >= PlanStep.at
    )
    return (
        sa.select(sa.func.min(PlanStep.at))
        .where(PlanStep.patient_id == patient_id, PlanStep.act == PlanAct.ACTIVATE, ~is_over)
        .scalar_subquery()
    )


def _summary(plan: TreatmentPlan, *, given: int) -> PlanSummary:
    content = contents.read(plan.content)
    series = content.series
    return PlanSummary(
        ref=plan.ref, number=plan.number, state=STATES[plan.state], since=plan.moved_at,
        dose=dose_words(series), cadence=series.cadence or NOT_SAID,
        sessions=sessions_words(series, given=given), stop=_stop(content), target=_target(content),
        given=given,
    )  # fmt: skip


def dose_words(series: Series) -> str:
    """Say dose and route: "60 mg SL, held 10 min"."""
    if series.dose_mg is None:
        return NOT_SAID
    words = f"{series.dose_mg:f} mg {series.route}".strip()
    return words if series.hold_minutes is None else f"{words}, held {series.hold_minutes} min"


def sessions_words(series: Series, *, given: int) -> str:
    """Say how many sessions of how many were given."""
    return f"{given} given" if series.sessions is None else f"{given} of {series.sessions} given"


def _stop(content: PlanContent) -> str:
    rules = f"{len(plan_rules())} rules checked by the program"
    return f"{rules}, and own words" if content.stop_words.strip() else rules


def _target(content: PlanContent) -> str:
    goal, series = content.primary, content.series
    if goal is not None and goal.measure.partition("/")[1] and goal.target is not None:
        by = f", by {formats.day(goal.by_on)}" if goal.by_on else ""
        return aim(goal.measure, goal.target) + by
    if series.endpoint_measure.partition("/")[1] and series.endpoint_target is not None:
        return aim(series.endpoint_measure, series.endpoint_target)
    return NOT_SAID
