"""The demo's treatment plans: signed before the first dose, under a check of that day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.clearance import cadence, checks, gathering, policy, readiness
from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clearance.standing import stand
from dashboard.clinical.courses import PlanAct
from dashboard.clinical.plan_templates import plan_templates
from dashboard.db import db
from dashboard.demo import findings
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Given, Story
from dashboard.patients.models import Patient
from dashboard.plans import actions, steps
from dashboard.plans.content import Goal, PlanContent, RolePart, Series, laid_out
from dashboard.plans.models import TreatmentPlan
from dashboard.plans.steps import By
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting

FILE = Path(__file__).with_name("plans.toml")
BEFORE = dt.timedelta(days=1)  # from the check and the plan to the first dose
LASTS = dt.timedelta(days=270)
TARGETS = {
    "edeqs/total": Decimal(12), "phq9/total": Decimal(9),
    "counts_weekly/binge_days": Decimal(1), "counts_weekly/vomiting_times": Decimal(1),
}  # fmt: skip
SERIES = {1: (Decimal(30), 8), 2: (Decimal(60), 8)}  # version: dose in mg, sessions
RAISED_AFTER = 3  # doses
RAISED = "Three sessions were tolerated well with little effect: the dose goes up by one step."
LEFT_OUT = {"004740", "005102"}  # a draft only, and nothing at all


def begin(patient: Patient, story: Story, by: Member) -> None:
    """Write what preceded a patient's first dose: findings, a plan, a check, the activation."""
    person = story.person
    doses = [event for event in story.events if isinstance(event, Given)]
    if person.mrn not in findings.courses() or not doses or person.mrn in LEFT_OUT:
        if person.mrn == "004740":
            actions.begin(patient.id, _content(story, by, version=1), by=_by(by))
        return
    on = doses[0].at.date() - BEFORE
    findings.write_harmless(patient, person, by, on=on)
    planning.plan(
        patient.id, planned_at=doses[0].at.astimezone(dt.UTC), zone=TIME_ZONE,
        dose_mg=SERIES[1][0], route=Route.SUBLINGUAL, dose_is_by_weight=False,
        setting=Setting.HOME, location_state=person.place[1], by=by.id,
    )  # fmt: skip
    db.session.flush()
    plan = _signed(patient, story, by, on=on, version=1)
    check = _check(patient, by, on)
    if check is None:
        return
    _activate(plan, by, check.id, at=_at(on, 18))
    if len(doses) > RAISED_AFTER:
        later = doses[RAISED_AFTER].at.date() - dt.timedelta(days=1)
        second = _signed(patient, story, by, on=later, version=2)
        plan.superseded_at, plan.superseded_by_id = _at(later, 17), second.id
        db.session.flush()
        _activate(second, by, check.id, at=_at(later, 17))


def _signed(
    patient: Patient, story: Story, by: Member, *, on: dt.date, version: int
) -> TreatmentPlan:
    plan = actions.begin(
        patient.id, _content(story, by, version=version), by=_by(by),
        based_on=actions.in_force(patient.id), change_reason=RAISED if version > 1 else "",
        at=_at(on, 9),
    )  # fmt: skip
    actions.sign(plan, by=_by(by), today=on, at=_at(on, 10))
    db.session.flush()
    return plan


def _check(patient: Patient, by: Member, on: dt.date) -> ClearanceCheck | None:
    """Sign that the patient was cleared that day; None where something stood in the way."""
    rules = policy.rules()
    case = gathering.case_of(patient, rules=rules, at=_at(on, 16), on=on)
    stood = stand(patient, rules=rules, case=case, on=on)
    if not stood.may_be_cleared:
        return None
    tier = stood.judged.tier
    check = checks.sign(
        stood, decision=Decision.CLEARED, conditions="", cadence=cadence.words(tier),
        next_check_on=cadence.next_check(tier, today=on, next_stale_on=stood.judged.next_stale_on),
        by_id=by.id, name=by.name, zone=TIME_ZONE, patient_id=patient.id, at=_at(on, 16),
    )  # fmt: skip
    db.session.flush()
    readiness.judge_anew(patient, at=_at(on, 17))
    return check


def _activate(plan: TreatmentPlan, by: Member, check_id: uuid.UUID, *, at: dt.datetime) -> None:
    steps.take(plan, PlanAct.ACTIVATE, by=_by(by), check_id=check_id, at=at)


def _content(story: Story, by: Member, *, version: int) -> PlanContent:
    """Return one version's text: the template of the diagnosis, filled in."""
    person, shared = story.person, _texts("shared")
    own = _texts(story.person.picture)
    codes = [code.strip() for code in person.codes.split(",")]
    templates = plan_templates().for_codes(codes)
    draft = laid_out(templates[0] if templates else None)
    dose, sessions = SERIES[version]
    end_on = story.registered_at.date() + LASTS + dt.timedelta(days=90 * (version - 1))
    goals = tuple(
        Goal(
            words=own["goal"], measure=goal.measure, target=TARGETS[goal.measure],
            by_on=end_on, owner=by.name, is_primary=goal.measure == _primary(draft.goals),
        )
        for goal in draft.goals
        if goal.measure in TARGETS
    )  # fmt: skip
    return dataclasses.replace(
        draft, goals=goals, indication=own["indication"], formulation=own["formulation"],
        series=Series(
            route="troche", formulation=shared["formulation_sublingual"],
            pharmacy=shared["pharmacy"], dose_mg=dose, lowest_mg=Decimal(30),
            highest_mg=Decimal(60), titration="Up by 30 mg at most, after two tolerated sessions.",
            hold_minutes=10, sessions=sessions, min_interval_hours=72, cadence=shared["cadence"],
            endpoint_measure="edeqs/total", endpoint_target=TARGETS["edeqs/total"], end_on=end_on,
        ),
        preparation=shared["preparation"], psychotherapy=shared["psychotherapy"],
        integration=shared["integration"], nutrition=shared["nutrition"],
        session_day_meals=shared["session_day_meals"], stop_words=shared["stop_words"],
        window_contact="The outside therapist; the physician where that is not possible",
        roles=(
            RolePart(role="Physician", name=by.name, does="Series, monitoring, every session"),
            RolePart(role="Therapist", name="as in the care team", does="CBT-E, integration"),
            RolePart(role="Dietitian", name="as in the care team", does="Meal plan, weights"),
        ),
    )  # fmt: skip


def _primary(goals: tuple[Goal, ...]) -> str:
    """Return the measure that judges the response: the template's, else the mood's."""
    named = next((goal.measure for goal in goals if goal.is_primary), "")
    return named if named in TARGETS else "phq9/total"


def _by(member: Member) -> By:
    return By(member.id, member.name, TIME_ZONE)


@cache
def _texts(name: str) -> Mapping[str, str]:
    """Return the texts that all share, or those of one picture of illness."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in (told | told["picture"])[name].items()}


def _at(on: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(hour), ZoneInfo(TIME_ZONE)).astimezone(dt.UTC)
