"""A plan against what has happened: its stop rules, checked, and how far its goals have come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.clearance.gathering import practice_zone
from dashboard.clearance.standing import Standing
from dashboard.clinical import goals, plan_rules
from dashboard.clinical.benchmarks import Met
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.courses import PlanAct
from dashboard.clinical.goals import Bounded, Measured
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.plan_rule_file import Effect
from dashboard.clinical.plan_rules import (
    Endpoint,
    GivenDose,
    Hit,
    Outcome,
    PlanCourse,
    PlanTerms,
)
from dashboard.clinical.plan_templates import WEIGHT
from dashboard.clinical.ruler import Reading
from dashboard.clinical.score_rules import Direction
from dashboard.clock import now
from dashboard.consents import actions as consents
from dashboard.consents.standing import State as ConsentState
from dashboard.db import db
from dashboard.plans import content as contents
from dashboard.plans.content import Goal, PlanContent
from dashboard.plans.models import PlanStep, TreatmentPlan
from dashboard.scores import readings
from dashboard.scores.models import LatestScore
from dashboard.sessions import actions as doses
from dashboard.sessions import events, ledger

ENDS = (PlanAct.COMPLETE, PlanAct.STOP)
CONSENT_STANDS = {
    ConsentState.CURRENT: True, ConsentState.DUE: True,
    ConsentState.WITHDRAWN: False, ConsentState.DECLINED: False,
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How far one goal has come; `way` in per cent from baseline to target, None if not known."""

    goal: Goal
    measured: Measured | None
    reached: Met
    way: Bounded | None


@dataclass(frozen=True)
class Judged:
    """What every stop rule says of a plan and its course, and those of them that hold it."""

    course: PlanCourse
    hits: tuple[Hit, ...]
    holding: tuple[Hit, ...]


def hits(
    plan: TreatmentPlan, standing: Standing, *, at: dt.datetime | None = None
) -> tuple[Hit, ...]:
    """Return what every stop rule says of a plan, by a judgement of today."""
    return judged(plan, standing, at=at).hits


def judged(plan: TreatmentPlan, standing: Standing, *, at: dt.datetime | None = None) -> Judged:
    """Judge a plan by its stop rules; a caution that is overridden holds no plan."""
    content = contents.read(plan.content)
    said, course = terms(content), _course(plan, content, standing, at=at or now())
    decided = replace(course, verdicts={**course.verdicts, **_decided(standing)})
    return Judged(
        course=course,
        hits=plan_rules.judge_all(said, course),
        holding=tuple(
            hit
            for hit in plan_rules.judge_all(said, decided)
            if hit.outcome is Outcome.HOLDS and hit.rule.effect is Effect.HOLDS_PLAN
        ),
    )


def _decided(standing: Standing) -> Mapping[str, Verdict]:
    """Return the cautions that a physician has decided, as clear; none while any waits."""
    if standing.open_cautions:
        return {}
    return {one.rule.id: Verdict.CLEAR for one in standing.judged.cautions
            if one.rule.id in standing.covered}  # fmt: skip


def _course(
    plan: TreatmentPlan, content: PlanContent, standing: Standing, *, at: dt.datetime
) -> PlanCourse:
    zone = standing.case.zone
    return PlanCourse(
        now=at,
        on=at.astimezone(zone).date(),
        doses=_doses(plan.patient_id, zone),
        measures=measures(plan.patient_id, _names(content), zone=zone, today=standing.case.today),
        verdicts={one.rule.id: one.verdict for one in standing.judged.rules},
        harms=events.holding(plan.patient_id),
        is_count_right=ledger.is_right(plan.patient_id),
        wants_to_go_on=CONSENT_STANDS.get(
            consents.standing_of(plan.patient_id, standing.case.today).state
        ),
    )


def terms(content: PlanContent) -> PlanTerms:
    """Return what the plan itself says, as its rules read it."""
    series = content.series
    endpoint = None
    if series.endpoint_measure and series.endpoint_target is not None:
        endpoint = Endpoint(series.endpoint_measure, Fraction(series.endpoint_target))
    return PlanTerms(
        max_sessions=series.sessions,
        min_interval_hours=series.min_interval_hours,
        end_on=series.end_on,
        primary_measure=content.primary.measure if content.primary else None,
        endpoint=endpoint,
    )


def progress(
    patient_id: uuid.UUID, content: PlanContent, *, today: dt.date
) -> tuple[Progress, ...]:
    """Return how far each goal has come, computed from the scores on record."""
    found = measures(patient_id, _names(content), zone=practice_zone(), today=today)
    return progress_of(content, found)


def progress_of(content: PlanContent, found: Mapping[str, Measured]) -> tuple[Progress, ...]:
    """Return how far each goal has come by measures that were read already."""
    return tuple(_progress(goal, found.get(goal.measure)) for goal in content.goals)


def measures(
    patient_id: uuid.UUID, names: Collection[str], *, zone: ZoneInfo, today: dt.date
) -> Mapping[str, Measured]:
    """Return baseline and newest value of scores by "instrument/score", in one statement."""
    wanted = [tuple(name.split("/")) for name in names if "/" in name]
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(
            LatestScore.instrument, LatestScore.score, LatestScore.baseline, LatestScore.recent
        ).where(
            LatestScore.patient_id == patient_id,
            sa.tuple_(LatestScore.instrument, LatestScore.score).in_(wanted),
        )
    )
    found = {}
    for instrument, score, baseline, recent in rows:
        name = f"{instrument}/{score}"
        found[name] = _measured(instrument, score, baseline, recent, zone=zone, today=today)
    return found


def course_began_at(patient_id: uuid.UUID) -> dt.datetime | None:
    """Return when the present course began: the first activation since a plan last ended."""
    steps = db.session.execute(
        sa.select(PlanStep.act, PlanStep.at)
        .where(PlanStep.patient_id == patient_id, PlanStep.act.in_((PlanAct.ACTIVATE, *ENDS)))
        .order_by(PlanStep.at)
    )
    began: dt.datetime | None = None
    for act, at in steps:
        if act in ENDS:
            began = None
        elif began is None:
            began = at
    return began


def _progress(goal: Goal, measured: Measured | None) -> Progress:
    if measured is None or goal.target is None:
        return Progress(goal, measured, Met.CANNOT_TELL, None)
    target = Fraction(goal.target)
    return Progress(
        goal, measured, goals.reached(measured, target=target),
        goals.way_gone(measured, target=target),
    )  # fmt: skip


def _names(content: PlanContent) -> set[str]:
    named = {goal.measure for goal in content.goals} | {content.series.endpoint_measure}
    return named - {"", WEIGHT}


def _measured(
    instrument_id: str, score: str, baseline: str, recent: str, *, zone: ZoneInfo, today: dt.date
) -> Measured:
    instrument = catalogue()[instrument_id]
    rule = instrument.score_rule(score)
    before, last = readings.read_baseline(baseline).reading, readings.read(recent)

    def reading(one: readings.Taken | None) -> Reading | None:
        if one is None:
            return None
        made = one.reading(zone)
        return Reading(
            made.taken_on, made.value, made.lo, made.hi, instrument.scale_of(made.version),
            made.prorated,
        )  # fmt: skip

    latest = reading(max(last, key=lambda one: one.at, default=None))
    longest = rule.chart.max_gap_days
    is_stale = latest is not None and longest is not None \
        and (today - latest.taken_on).days > longest  # fmt: skip
    return Measured(
        instrument.short, Direction(rule.direction), reading(before), latest,
        latest.taken_on if latest and is_stale else None,
    )  # fmt: skip


def _doses(patient_id: uuid.UUID, zone: ZoneInfo) -> tuple[GivenDose, ...]:
    began = course_began_at(patient_id)
    return tuple(
        GivenDose(
            one.given_at, one.given_at.astimezone(zone).date(),
            is_of_plan=began is not None and one.given_at >= began,
        )
        for one in doses.doses(patient_id)
    )  # fmt: skip
