"""Holds by rule: a closed gate or a stop rule holds an active plan, in the same transaction.

Judged whenever the clearance is judged anew, which is at every change it rests on and once a day.
What only a physician can decide raises a task and holds nothing.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from dashboard.alerts import owners
from dashboard.clearance import gathering, readiness
from dashboard.clearance.gathering import Told
from dashboard.clearance.models import Readiness
from dashboard.clearance.standing import Standing
from dashboard.clinical.clearance import RuleSet
from dashboard.clinical.courses import HoldCause, PlanState
from dashboard.clinical.plan_rule_file import Effect
from dashboard.clinical.plan_rules import Hit, Outcome
from dashboard.consents import actions as consents
from dashboard.consents.standing import State as ConsentState
from dashboard.patients.models import Patient
from dashboard.plans import actions, judging
from dashboard.plans import content as contents
from dashboard.plans.actions import THE_PROGRAM, By
from dashboard.plans.models import TreatmentPlan
from dashboard.sessions import planning
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin


@readiness.after_judging
def hold_by_rule(patient: Patient, standing: Standing, kept: Readiness, at: dt.datetime) -> None:
    """Hold an active plan whose gate has closed or that a stop rule holds; ask what is open."""
    plan = actions.in_force(patient.id)
    if plan is None:
        return
    found = judging.judged(plan, standing, at=at)
    if plan.state is PlanState.ACTIVE:
        _hold(plan, found.holding, standing, kept, at=at)
    for hit in found.hits:
        if hit.outcome is Outcome.HOLDS and hit.rule.effect is Effect.ASKS_DECISION:
            _ask(plan, hit, today=standing.case.today, at=at)


def _hold(
    plan: TreatmentPlan,
    found: tuple[Hit, ...],
    standing: Standing,
    kept: Readiness,
    *,
    at: dt.datetime,
) -> None:
    holding = [f"{hit.rule.label}: {hit.words}" for hit in found]
    if not kept.is_open:
        holding.append(f"Clearance closed. {kept.closed_because}".strip())
    if not holding:
        return
    consent = consents.standing_of(plan.patient_id, standing.case.today).state
    is_withdrawn = consent is ConsentState.WITHDRAWN
    cause = HoldCause.CONSENT_WITHDRAWN if is_withdrawn else HoldCause.RULE
    actions.hold(
        plan, by=By(None, THE_PROGRAM), cause=cause, reason=" ".join(holding)[:2000], at=at
    )


def _ask(plan: TreatmentPlan, hit: Hit, *, today: dt.date, at: dt.datetime) -> None:
    owner = owners.present(plan.patient_id)
    if owner is not None:
        tasks.raise_task(
            plan.patient_id, key=f"plan rule {hit.rule.id}",
            words=f"Plan: {hit.rule.label}. Decide whether it ends, changes or goes on."[:300],
            owner_id=owner, due_on=today, origin=Origin.RULE, at=at,
        )  # fmt: skip


@gathering.plug
def of_plan(patient: Patient, today: dt.date, _rules: RuleSet) -> Told:
    """Tell the clearance when the plan that counts was signed, and its dose before any session.

    Some answers are older than the plan and count no more; without a planned session the dose of
    the plan is the one that is judged.
    """
    plan = actions.that_counts(patient.id)
    if plan is None or plan.signed_at is None:
        return Told()
    signed_on = plan.signed_at.astimezone(gathering.practice_zone()).date()
    facts: dict[str, object] = {"plan_version_on": min(signed_on, today)}
    series = contents.read(plan.content).series
    if not planning.planned(patient.id) and series.dose_mg is not None:
        facts |= {
            "dose_mg": Fraction(series.dose_mg), "route": series.route,
            "dose_is_by_weight": series.is_by_weight,
        }  # fmt: skip
    return Told(facts=facts)
