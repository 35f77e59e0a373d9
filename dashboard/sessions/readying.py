"""Whether a session may start now: clearance, plan and pre-flight, each in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from dashboard.clearance import gate, gathering, wording
from dashboard.clearance.lacking import Lack, lacking
from dashboard.clearance.standing import Standing
from dashboard.clinical.clearance import Purpose
from dashboard.clinical.courses import PlanState, SessionState
from dashboard.clinical.home_session import Answered, Preflight, judge_preflight, session_rules
from dashboard.clinical.plan_rule_file import Effect
from dashboard.clinical.plan_rules import Hit, Outcome
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.plans import content as contents
from dashboard.plans import judging
from dashboard.plans.models import TreatmentPlan
from dashboard.sessions import answering
from dashboard.sessions.models import Part, TreatmentSession

COMPUTED = "weight_in_date"


@dataclass(frozen=True)
class Readiness:
    """Whether a session may start now: gate, plan and pre-flight, each in words.

    `reasons_asked` are cautions that need a reason in words to go ahead.
    """

    standing: Standing
    is_gate_open: bool
    because: str
    lacks: tuple[Lack, ...]
    plan: TreatmentPlan | None
    preflight: Preflight
    plan_hits: tuple[Hit, ...]
    over_plan: str = ""
    other_runs: bool = False

    @property
    def blocks(self) -> tuple[str, ...]:
        """Everything that stands in the way, in words."""
        answers = [f"{one.point.question}: {one.why}" for one in self.preflight.blocks]
        over = [self.over_plan] if self.over_plan else []
        found = (*self.blocks_of_chart, *answers, *over)
        return found or (() if self.is_gate_open else (self.because,))

    @property
    def blocks_of_chart(self) -> tuple[str, ...]:
        """What stands in the way whatever the pre-flight answers: gate, plan, another session."""
        asked_here = session_rules(self.preflight.version).findings
        found = [one.words for one in self.lacks if one.name not in asked_here]
        if self.plan is None or self.plan.state is not PlanState.ACTIVE:
            found.append("No plan is active" if self.plan is None else "The plan is held")
        if self.other_runs:
            found.append("Another session of this patient has not ended")
        return (*found, *(f"{hit.rule.label}: {hit.words}" for hit in self.plan_hits))

    @property
    def overridden(self) -> tuple[str, ...]:
        """The cautions of the clearance under which a physician goes ahead, by whom and why."""
        covered = self.standing.covered
        return tuple(f"Caution {rule}. {wording.overridden(one)}" for rule, one in covered.items())

    @property
    def reasons_asked(self) -> tuple[str, ...]:
        """The cautions of the pre-flight, which ask for a reason."""
        return tuple(f"{one.point.question}: {one.why}" for one in self.preflight.cautions)


def ask(
    patient: Patient,
    session: TreatmentSession,
    *,
    dose_at: dt.datetime,
) -> Readiness:
    """Judge whether a session may start with a dose at an instant."""
    zone = gathering.practice_zone()
    on = dose_at.astimezone(zone).date()
    asked = gate.ask(patient, purpose=Purpose.SESSION, on=on, dose_at=dose_at, session=session)
    return of_standing(session, asked.standing, asked, dose_at=dose_at)


def of_standing(
    session: TreatmentSession,
    standing: Standing,
    asked: gate.Gate | None,
    *,
    dose_at: dt.datetime,
) -> Readiness:
    """Judge plan and pre-flight beside the clearance; `asked` None is past the gate."""
    plan = plans.in_force(session.patient_id)
    return Readiness(
        standing=standing,
        is_gate_open=asked is None or asked.is_open,
        because=asked.because if asked else "",
        lacks=lacking(asked) if asked else (),
        plan=plan,
        preflight=_preflight(session, standing, dose_at=dose_at),
        plan_hits=_blocking(plan, standing, at=dose_at) if plan else (),
        over_plan=_over_plan(plan, session.dose_mg) if plan else "",
        other_runs=_other_runs(session),
    )


def _other_runs(session: TreatmentSession) -> bool:
    return db.session.scalar(
        sa.select(sa.literal(True)).where(
            TreatmentSession.patient_id == session.patient_id,
            TreatmentSession.state == SessionState.STARTED,
            TreatmentSession.id != session.id,
        )
    ) is not None  # fmt: skip


def _preflight(session: TreatmentSession, standing: Standing, *, dose_at: dt.datetime) -> Preflight:
    answers = answering.answered(answering.newest(session, Part.PREFLIGHT))
    answers[COMPUTED] = Answered(_weight_is_valid(standing), dose_at)
    return judge_preflight(
        answers, patient=standing.case.patient, dose_at=dose_at, zone=standing.case.zone
    )


def _weight_is_valid(standing: Standing) -> bool | None:
    """Whether a weight on file counts on the day of the judgement; None when there is none."""
    rules = [one for one in standing.judged.rules if one.rule.variable == "weight_kg"]
    if not rules:
        return None
    return all(one.reason is None for one in rules)


def _blocking(plan: TreatmentPlan, standing: Standing, *, at: dt.datetime) -> tuple[Hit, ...]:
    """Return the plan's own rules under which no session starts; what is unknown is one of them."""
    return tuple(
        hit
        for hit in judging.hits(plan, standing, at=at)
        if hit.rule.effect is Effect.BLOCKS_SESSION
        and hit.outcome in {Outcome.HOLDS, Outcome.UNKNOWN}
    )


def _over_plan(plan: TreatmentPlan, dose_mg: Decimal | None) -> str:
    highest = contents.read(plan.content).series.highest_mg
    if dose_mg is None:
        return "The dose is not said"
    if highest is not None and dose_mg > highest:
        return f"{dose_mg:f} mg is above the plan's highest dose, {highest:f} mg"
    return ""
