"""What a plan comes to today: the gate, its stop rules, its goals, its dose by weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dashboard import formats
from dashboard.clearance import gate
from dashboard.clearance.gate import Gate
from dashboard.clearance.lacking import lacking
from dashboard.clinical.benchmarks import Met
from dashboard.clinical.clearance import Purpose
from dashboard.clinical.goals import Bounded
from dashboard.clinical.plan_rules import Hit, Outcome
from dashboard.clinical.plan_templates import WEIGHT, Cadence, plan_templates
from dashboard.clinical.ruler import Reading
from dashboard.patients.banner import Flag
from dashboard.patients.models import Patient
from dashboard.plans import dosing, judging, naming, saying, summary
from dashboard.plans.content import PlanContent
from dashboard.plans.dosing import Dosing
from dashboard.plans.judging import Progress
from dashboard.plans.models import TreatmentPlan

OUTCOMES = {
    Outcome.HOLDS: Flag("stop", "Holds"),
    Outcome.UNKNOWN: Flag("none", "Unknown"),
    Outcome.NOT_YET: Flag("info", "Not yet"),
    Outcome.CLEAR: Flag("ok", "Clear"),
}
REACHED = {
    Met.YES: Flag("ok", "Reached"), Met.NO: Flag("info", "Not reached"),
    Met.CANNOT_TELL: Flag("none", "Cannot tell"), Met.DOES_NOT_APPLY: Flag("none", "Cannot tell"),
}  # fmt: skip
NOT_KNOWN = "not known"


@dataclass(frozen=True)
class GoalLine:
    """One goal with how far it has come; what is not known says so."""

    words: str
    measure: str
    baseline: str
    latest: str
    target: str
    way: str
    reached: Flag
    by_on: str
    owner: str
    is_primary: bool


@dataclass(frozen=True)
class RuleLine:
    """What one stop rule says now, and what it would do."""

    label: str
    flag: Flag
    words: str
    effect: str
    source: str
    mark: str
    holds_plan: bool


@dataclass(frozen=True)
class Today:
    """A version judged now; `needs` is what the clearance still asks for, in words.

    `holding` are the stop rules that hold the plan whatever the clearance says; `is_planned` says
    that a session is planned, without which the clearance cannot know place, route and day.
    """

    gate: Gate
    needs: tuple[str, ...]
    is_planned: bool
    rules: tuple[RuleLine, ...]
    holding: tuple[str, ...]
    goals: tuple[GoalLine, ...]
    dosing: Dosing
    tier: str
    cadence: Cadence | None
    sessions: str

    @property
    def may_go_on(self) -> bool:
        """Whether nothing stands in the way of activating or resuming it."""
        return self.gate.is_open and not self.holding


def asked(patient: Patient) -> Gate:
    """Judge whether a plan of a patient may go into force now."""
    return gate.ask(patient, purpose=Purpose.ACTIVATION, on=formats.today())


def of(patient: Patient, plan: TreatmentPlan, content: PlanContent, *, shows_weight: bool) -> Today:
    """Judge a version now and say it in words."""
    found = asked(patient)
    judged = judging.judged(plan, found.standing)
    tier = found.standing.judged.tier
    given = sum(1 for dose in judged.course.of_plan or ())
    return Today(
        gate=found, needs=tuple(dict.fromkeys(one.words for one in lacking(found))),
        is_planned=found.standing.case.next_session is not None,
        rules=tuple(_rule(hit, judged.holding) for hit in judged.hits),
        holding=tuple(f"{hit.rule.label}: {hit.words}" for hit in judged.holding),
        goals=goals(
            judging.progress_of(content, judged.course.measures), shows_weight=shows_weight
        ),
        dosing=dosing.of(content.series, found.standing, shows_weight=shows_weight),
        tier=tier.value, cadence=plan_templates().cadence(tier),
        sessions=summary.sessions_words(content.series, given=given),
    )  # fmt: skip


def goals(found: Sequence[Progress], *, shows_weight: bool) -> tuple[GoalLine, ...]:
    """Return each goal in words."""
    return tuple(_goal(one, shows_weight=shows_weight) for one in found)


def _goal(one: Progress, *, shows_weight: bool) -> GoalLine:
    goal, measured = one.goal, one.measured
    is_weight = goal.measure == WEIGHT
    stale = measured.stale_since if measured else None
    latest = _reading(measured.latest if measured else None)
    if is_weight:
        latest = "on the findings page"
    elif stale:
        latest = f"{latest}, out of date"
    return GoalLine(
        words=goal.words, measure=naming.measure(goal.measure) or "none",
        baseline="on the findings page" if is_weight
        else _reading(measured.baseline if measured else None),
        latest=latest, target=saying.target(goal, shows=shows_weight) or NOT_KNOWN,
        way=_way(one.way), reached=REACHED[one.reached],
        by_on=formats.day(goal.by_on) if goal.by_on else "no day", owner=goal.owner or "nobody",
        is_primary=goal.is_primary,
    )  # fmt: skip


def _reading(reading: Reading | None) -> str:
    if reading is None:
        return "none"
    low, high = _short(Fraction(reading.lo)), _short(Fraction(reading.hi))
    value = low if low == high else f"{low} to {high}"
    return f"{value}, {formats.day(reading.taken_on)}"


def _short(value: Fraction) -> str:
    return formats.number(value, 0 if value.denominator == 1 else 2)


def _way(way: Bounded | None) -> str:
    """Write how much of the way is gone, rounded down: 99.6 % is not all of it."""
    if way is None:
        return NOT_KNOWN
    low, high = way.low.__floor__(), way.high.__floor__()
    return f"{low} %" if low == high else f"{low} to {high} %"


def _rule(hit: Hit, holding: Sequence[Hit]) -> RuleLine:
    return RuleLine(
        label=hit.rule.label, flag=OUTCOMES[hit.outcome], words=hit.words,
        effect=hit.rule.effect.words, source=hit.rule.provenance.source,
        mark=hit.rule.provenance.words,
        holds_plan=any(one.rule.id == hit.rule.id for one in holding),
    )  # fmt: skip
