"""The stop rules of a plan, checked: which hold, which are clear, and which cannot be told.

What is not known is UNKNOWN, never fine; NOT_YET is said only of a rule whose time has not come.
Numbers and sources stand in the file of rules, and in the clearance where a rule names its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from dashboard.clinical.baseline import day_words
from dashboard.clinical.benchmarks import Met
from dashboard.clinical.clearance import Verdict, ruleset
from dashboard.clinical.exact import half_up
from dashboard.clinical.goals import Measured, improvement, reached
from dashboard.clinical.plan_rule_file import PlanRule, PlanRuleId, plan_rules

HOUR = timedelta(hours=1)


class Outcome(StrEnum):
    """What a rule says now."""

    HOLDS = "holds"
    UNKNOWN = "unknown"
    NOT_YET = "not yet"
    CLEAR = "clear"


@dataclass(frozen=True)
class Endpoint:
    """The therapeutic endpoint: a measure and the value at which the series has done its work."""

    measure: str
    target: Fraction


@dataclass(frozen=True, kw_only=True)
class PlanTerms:
    """What the plan itself says; None is "the plan does not say"."""

    max_sessions: int | None = None
    min_interval_hours: int | None = None
    end_on: date | None = None
    primary_measure: str | None = None
    endpoint: Endpoint | None = None


@dataclass(frozen=True)
class GivenDose:
    """A completed dose: its instant, its day at the practice, and whether this plan ordered it."""

    at: datetime
    on: date
    is_of_plan: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanCourse:
    """What has happened so far; None is "not known" and is never read as no.

    `doses` are all completed doses of the patient. `measures` are by name, `verdicts` by the id of
    the clearance rule, from a judgement of today. `harms` are the adverse events of grade 3 or more
    or serious that no physician has closed, in words. `wants_to_go_on` is False once a consent is
    withdrawn.
    """

    now: datetime
    on: date
    doses: tuple[GivenDose, ...] | None = None
    measures: Mapping[str, Measured] = field(default_factory=lambda: MappingProxyType({}))
    verdicts: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    harms: tuple[str, ...] | None = None
    is_count_right: bool | None = None
    wants_to_go_on: bool | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None or any(dose.at.tzinfo is None for dose in self.doses or ()):
            raise ValueError("an instant needs its zone")

    @property
    def of_plan(self) -> tuple[GivenDose, ...] | None:
        """The doses that this plan ordered, oldest first; None when doses are not known."""
        if self.doses is None:
            return None
        return tuple(sorted((d for d in self.doses if d.is_of_plan), key=lambda dose: dose.at))


@dataclass(frozen=True)
class Hit:
    """What one rule says of one plan, in words."""

    rule: PlanRule
    outcome: Outcome
    words: str


Answer = tuple[Outcome, str]


def check(plan: PlanTerms, course: PlanCourse) -> tuple[Hit, ...]:
    """Return the rules that hold and those that cannot be told, in the order of the file."""
    return tuple(
        hit for hit in judge_all(plan, course) if hit.outcome in {Outcome.HOLDS, Outcome.UNKNOWN}
    )


def judge_all(plan: PlanTerms, course: PlanCourse) -> tuple[Hit, ...]:
    """Return what every rule says, in the order of the file."""
    return tuple(Hit(rule, *_CHECKS[rule.id](rule, plan, course)) for rule in plan_rules().values())


def _interval(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if course.doses is None:
        return Outcome.UNKNOWN, "The doses given are not known."
    if not course.doses:
        return Outcome.NOT_YET, "No dose has been given."
    last = max(course.doses, key=lambda dose: dose.at)
    hours = Fraction((course.now - last.at) // timedelta(seconds=1), 3600)
    if hours < 0:
        return Outcome.UNKNOWN, "The last dose lies in the future: correct its time."
    since = f"{half_up(Fraction(hours * 10 // 1, 10), 1)} h since the last dose"
    for row in (ruleset().rule(name) for name in rule.clearance):
        if row.verdict is Verdict.STOP and row.limit.is_met_by(hours):
            return Outcome.HOLDS, f"{since}: {row.said} is too early under any plan ({row.id})."
    if plan.min_interval_hours is None:
        return Outcome.UNKNOWN, f"{since}. The plan names no minimum interval."
    if hours < plan.min_interval_hours:
        opens = last.at + plan.min_interval_hours * HOUR - course.now
        wait = -(-opens // HOUR)
        words = f"{since}, the plan's minimum is {plan.min_interval_hours} h: {wait} h to wait."
        return Outcome.HOLDS, words
    return Outcome.CLEAR, f"{since}, the plan's minimum is {plan.min_interval_hours} h."


def _sessions_spent(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    given = course.of_plan
    if given is None:
        return Outcome.UNKNOWN, "The doses given are not known."
    if plan.max_sessions is None:
        return Outcome.UNKNOWN, f"{len(given)} given. The plan names no number of sessions."
    outcome = Outcome.HOLDS if len(given) >= plan.max_sessions else Outcome.CLEAR
    return outcome, f"{len(given)} of {plan.max_sessions} sessions given."


def _end_date(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if plan.end_on is None:
        return Outcome.UNKNOWN, "The plan names no end date."
    is_over = course.on > plan.end_on
    words = f"The plan {'ended' if is_over else 'ends'} on {day_words(plan.end_on)}."
    return (Outcome.HOLDS if is_over else Outcome.CLEAR), words


def _goal_met(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if plan.endpoint is None:
        return Outcome.UNKNOWN, "The plan names no therapeutic endpoint."
    measured = course.measures.get(plan.endpoint.measure)
    if measured is None:
        return Outcome.UNKNOWN, f"The endpoint's measure, {plan.endpoint.measure}, has no values."
    met = reached(measured, target=plan.endpoint.target)
    if met is Met.CANNOT_TELL:
        return Outcome.UNKNOWN, f"{measured.name}: no current value tells of the endpoint."
    if met is Met.YES:
        return Outcome.HOLDS, f"{measured.name} has reached the endpoint."
    return Outcome.CLEAR, f"{measured.name} has not reached the endpoint."


def _non_response(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    given = course.of_plan
    if given is None:
        return Outcome.UNKNOWN, "The doses given are not known."
    after = f"{rule.number('sessions')} sessions or {rule.number('weeks')} weeks"
    first_day = _first_day_to_judge(rule, given)
    if first_day is None or course.on < first_day:
        return Outcome.NOT_YET, f"{len(given)} sessions: judged after {after}."
    measured = course.measures.get(plan.primary_measure or "")
    if measured is None:
        missing = "no values" if plan.primary_measure else "not named in the plan"
        return Outcome.UNKNOWN, f"Due after {after}; the primary measure has {missing}."
    if measured.latest is None or measured.latest.taken_on < first_day or measured.stale_since:
        since = f"no current {measured.name} since {day_words(first_day)}"
        return Outcome.UNKNOWN, f"Due after {after}; {since}."
    gained = improvement(measured)
    if gained is None:
        return Outcome.UNKNOWN, f"{measured.name} has no baseline that it can be compared with."
    limit = rule.number("percent")
    if gained.low < limit <= gained.high:
        return Outcome.UNKNOWN, f"{measured.name}: the missing answers could change the verdict."
    words = f"{measured.name} {_percent(gained.low, limit)} than at baseline after {after}"
    return (Outcome.HOLDS if gained.high < limit else Outcome.CLEAR), f"{words} (goal {limit} %)."


def _first_day_to_judge(rule: PlanRule, given: tuple[GivenDose, ...]) -> date | None:
    """Return the first day whose score tells: after the last of the sessions, or of the weeks."""
    if not given:
        return None
    days = [given[0].on + timedelta(weeks=rule.number("weeks"))]
    if len(given) >= rule.number("sessions"):
        days.append(given[rule.number("sessions") - 1].on + timedelta(days=1))
    return min(days)


def _percent(gained: Fraction, limit: int) -> str:
    """Write a gain without rounding it across the limit: 24.9 % better, never 25."""
    texts = [half_up(abs(gained), decimals) for decimals in range(5)]
    is_met = gained >= limit
    text = next((t for t in texts if (Fraction(t) >= limit) == is_met), texts[-1])
    return f"{text} % {'worse' if gained < 0 else 'better'}"


def _weight_decline(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    return _by_clearance(rule, course) or (
        Outcome.UNKNOWN,
        "The weights on file cannot tell how the weight moves.",
    )


def _misuse(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if course.is_count_right is False:
        return Outcome.HOLDS, "The medication count does not add up."
    found = _by_clearance(rule, course)
    if found and found[0] is Outcome.HOLDS:
        return found
    if course.doses == ():
        return Outcome.NOT_YET, "No dose has been given."
    if found is None or found[0] is not Outcome.CLEAR:
        return found or (Outcome.UNKNOWN, "Refills were not judged.")
    if course.is_count_right is None:
        return Outcome.UNKNOWN, "The medication was not counted."
    return found


def _by_clearance(rule: PlanRule, course: PlanCourse) -> Answer | None:
    """Return what the named clearance rules say together; None when none of them applied."""
    said = {name: course.verdicts.get(name, Verdict.UNKNOWN) for name in rule.clearance}
    rows = ruleset()
    firing = [name for name, one in said.items() if one in {Verdict.CAUTION, Verdict.STOP}]
    if firing:
        texts = (
            f"{rows.kinds[rows.rule(n).variable].label} {rows.rule(n).said} ({n})" for n in firing
        )
        return Outcome.HOLDS, f"{'; '.join(texts)}."
    unknown = [name for name, one in said.items() if one is Verdict.UNKNOWN]
    if unknown:
        labels = dict.fromkeys(rows.kinds[rows.rule(name).variable].label for name in unknown)
        return Outcome.UNKNOWN, f"Not known: {', '.join(labels)}."
    if Verdict.CLEAR not in said.values():
        return None
    return Outcome.CLEAR, f"{rule.label}: none by the clearance."


def _harm(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if course.harms is None:
        return Outcome.UNKNOWN, "The adverse events are not known."
    if course.harms:
        return Outcome.HOLDS, f"Open: {', '.join(course.harms)}."
    return Outcome.CLEAR, "No open adverse event that holds a plan."


def _patient_wish(rule: PlanRule, plan: PlanTerms, course: PlanCourse) -> Answer:
    if course.wants_to_go_on is None:
        return Outcome.UNKNOWN, "Whether the consent stands is not known."
    if not course.wants_to_go_on:
        return Outcome.HOLDS, "The patient has withdrawn consent."
    return Outcome.CLEAR, "The consent stands."


_CHECKS: Mapping[PlanRuleId, Callable[[PlanRule, PlanTerms, PlanCourse], Answer]] = {
    PlanRuleId.INTERVAL: _interval,
    PlanRuleId.SESSIONS_SPENT: _sessions_spent,
    PlanRuleId.END_DATE: _end_date,
    PlanRuleId.GOAL_MET: _goal_met,
    PlanRuleId.NON_RESPONSE: _non_response,
    PlanRuleId.WEIGHT_DECLINE: _weight_decline,
    PlanRuleId.HARM: _harm,
    PlanRuleId.MISUSE: _misuse,
    PlanRuleId.PATIENT_WISH: _patient_wish,
}
