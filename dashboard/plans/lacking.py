"""What a draft must still say before it can be signed, and what in it contradicts itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance import Verdict, ruleset
from dashboard.clinical.exposure import SHARES
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.plan_templates import WEIGHT
from dashboard.clinical.windows import Hours
from dashboard.plans.content import Goal, PlanContent, Series

INTERVAL_RULES = ("G03a", "G03b")
HELD_IN_MOUTH = frozenset({"SL", "RDT", "troche"})


@dataclass(frozen=True)
class Lack:
    """One thing to say or to put right: the field it stands at, and words."""

    field: str
    words: str


def lacking(content: PlanContent, *, today: dt.date) -> tuple[Lack, ...]:
    """Return everything that stands in the way of a signature, in the order of the plan."""
    return tuple(
        [
            *_words(content),
            *_goals(content),
            *_series(content.series, today=today),
            *_window(content),
        ]
    )


def _words(content: PlanContent) -> Iterator[Lack]:
    for name, words in (
        ("indication", "Say what is treated, and that the use is off label."),
        ("formulation", "Write the formulation: how this patient's difficulty is understood."),
        ("preparation", "Say how the patient is prepared."),
        ("psychotherapy", "Say which psychotherapy goes beside the series, and by whom."),
        ("integration", "Say how sessions are integrated."),
        ("nutrition", "Say what the nutrition care is, and by whom."),
        ("session_day_meals", "Write the meal plan of a session day."),
        ("window_contact", "Say who sees the patient in the window after a dose."),
    ):
        if not getattr(content, name).strip():
            yield Lack(name, words)
    if not any(one.words.strip() for one in content.monitoring):
        yield Lack("monitoring", "Say how the patient is monitored.")
    if not any(one.name.strip() and one.does.strip() for one in content.roles):
        yield Lack("roles", "Name who does what: at least one person.")


def _goals(content: PlanContent) -> Iterator[Lack]:
    told = [goal for goal in content.goals if goal.words.strip()]
    if not told:
        yield Lack("goals", "Write one goal in the patient's words.")
    primary = content.primary
    if primary is None or not primary.measure:
        yield Lack("goals", "Choose the measure that judges the response as primary.")
    if sum(goal.is_primary for goal in content.goals) > 1:
        yield Lack("goals", "Only one goal is primary.")
    for at, goal in enumerate(content.goals):
        yield from _goal(goal, f"goals-{at}")


def _goal(goal: Goal, place: str) -> Iterator[Lack]:
    if goal.measure and not goal.words.strip():
        yield Lack(f"{place}-words", "Write this goal in the patient's words, or take it out.")
    if goal.measure and not is_measure(goal.measure):
        yield Lack(f"{place}-measure", f"{goal.measure} is not a measure of this program.")
    if goal.words.strip() and goal.measure:
        if goal.target is None:
            yield Lack(f"{place}-target", "Set the target of this goal.")
        elif words := _outside(goal.measure, goal.target):
            yield Lack(f"{place}-target", words)
        if goal.by_on is None:
            yield Lack(f"{place}-by_on", "Set the day by which this goal is meant to be reached.")
        if not goal.owner.strip():
            yield Lack(f"{place}-owner", "Say who looks after this goal.")


def _series(series: Series, *, today: dt.date) -> Iterator[Lack]:
    if series.route not in SHARES:
        yield Lack("series-route", "Choose the route.")
    for name, words in (
        ("formulation", "Name the formulation: tablet, troche, solution, and its strength."),
        ("pharmacy", "Name the pharmacy."),
        ("cadence", "Say how often, for example every 10 to 14 days."),
    ):
        if not getattr(series, name).strip():
            yield Lack(f"series-{name}", words)
    if series.route in HELD_IN_MOUTH and series.hold_minutes is None:
        yield Lack("series-hold_minutes", "Say how many minutes it is held in the mouth.")
    yield from _doses(series)
    yield from _limits(series, today=today)


def _doses(series: Series) -> Iterator[Lack]:
    lowest, dose, highest = series.lowest_mg, series.dose_mg, series.highest_mg
    for name, value, words in (
        ("dose_mg", dose, "Enter the dose, above 0 mg."),
        ("lowest_mg", lowest, "Enter the lowest dose of the titration, above 0 mg."),
        ("highest_mg", highest, "Enter the highest dose of the titration, above 0 mg."),
    ):
        if value is None or value <= 0:
            yield Lack(f"series-{name}", words)
    if lowest is not None and highest is not None and lowest > highest:
        yield Lack("series-highest_mg", "The highest dose is below the lowest.")
    elif None not in (lowest, dose, highest) and not _is_between(lowest, dose, highest):
        yield Lack("series-dose_mg", f"The dose is outside {lowest} to {highest} mg.")


def _is_between(low: Decimal | None, value: Decimal | None, high: Decimal | None) -> bool:
    return low is not None and value is not None and high is not None and low <= value <= high


def _limits(series: Series, *, today: dt.date) -> Iterator[Lack]:
    if not series.sessions or series.sessions < 1:
        yield Lack("series-sessions", "Enter how many sessions the series has at most.")
    if series.min_interval_hours is None:
        yield Lack("series-min_interval_hours", "Enter the least time between doses, in hours.")
    elif words := too_short(series.min_interval_hours):
        yield Lack("series-min_interval_hours", words)
    if series.end_on is None:
        yield Lack("series-end_on", "Enter the day on which the series ends.")
    elif series.end_on < today:
        yield Lack("series-end_on", "The series would have ended before today.")
    if not series.endpoint_measure or series.endpoint_target is None:
        yield Lack("series-endpoint_target", "Enter the therapeutic endpoint: measure and value.")
    elif words := _outside(series.endpoint_measure, series.endpoint_target):
        yield Lack("series-endpoint_target", words)


def too_short(hours: int) -> str:
    """Say why a minimum interval is too short under the clearance's own rules; empty if it is not.

    Source: clearance rules G03a and G03b; their numbers stand there.
    """
    rules = ruleset()
    for row in (rules.rule(name) for name in INTERVAL_RULES):
        if row.verdict is Verdict.STOP and row.limit.is_met_by(Fraction(hours)):
            return f"{hours} h is too short under any plan: {row.said} ({row.id})."
    return ""


def _window(content: PlanContent) -> Iterator[Lack]:
    try:
        Hours(content.window_opens, content.window_closes)
    except ValueError as error:
        yield Lack("window_closes", f"{str(error)[:1].upper()}{str(error)[1:]}.")


def is_measure(name: str) -> bool:
    """Whether a goal can be measured by it: a score of a shipped instrument, or the weight."""
    if name == WEIGHT:
        return True
    instrument, _, score = name.partition("/")
    found = catalogue().get(instrument)
    return found is not None and any(one.id == score for one in found.scores)


def _outside(measure: str, target: Decimal) -> str:
    """Say that a target lies outside of its measure's range; empty where it does not."""
    instrument, _, score = measure.partition("/")
    if measure == WEIGHT or not is_measure(measure):
        return ""
    rule = catalogue()[instrument].score_rule(score)
    if rule.lowest <= Fraction(target) <= rule.highest:
        return ""
    return f"{catalogue()[instrument].short} goes from {float(rule.lowest):g} to " \
           f"{float(rule.highest):g}."  # fmt: skip
