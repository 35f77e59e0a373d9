"""How a plan's measures, states and steps are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dashboard.clinical.courses import PlanAct, PlanState
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.plan_templates import WEIGHT
from dashboard.clinical.score_rules import Direction
from dashboard.patients.banner import Flag
from dashboard.plans.lacking import is_measure

STATES: Mapping[PlanState, Flag] = {
    PlanState.DRAFT: Flag("none", "Draft"),
    PlanState.SIGNED: Flag("info", "Signed, not active"),
    PlanState.ACTIVE: Flag("ok", "Active"),
    PlanState.HELD: Flag("stop", "Held"),
    PlanState.COMPLETED: Flag("none", "Completed"),
    PlanState.STOPPED: Flag("none", "Stopped"),
}
DISCARDED = Flag("none", "Discarded")
SUPERSEDED = Flag("none", "Superseded")
DONE: Mapping[PlanAct, str] = {
    PlanAct.SIGN: "Signed", PlanAct.DISCARD: "Draft discarded", PlanAct.ACTIVATE: "Activated",
    PlanAct.HOLD: "Held", PlanAct.RESUME: "Resumed", PlanAct.COMPLETE: "Completed",
    PlanAct.STOP: "Stopped",
}  # fmt: skip


def measure(name: str) -> str:
    """Call a measure as clinicians do: "EDE-QS", "Weekly counts: days with a binge"; "" for none.

    A name that this program does not know is shown as it stands.
    """
    if not name or not is_measure(name):
        return name
    if name == WEIGHT:
        return "Weight, kg"
    instrument_id, _, score = name.partition("/")
    instrument = catalogue()[instrument_id]
    rule = instrument.score_rule(score)
    if len(instrument.scores) == 1 or rule.is_primary:
        return instrument.short
    label = rule.label
    return f"{instrument.short}: {label if label.isupper() else label[:1].lower() + label[1:]}"


def measures() -> list[tuple[str, str]]:
    """Return everything a goal can be measured by: (name, words), in alphabetical order."""
    found = [
        (f"{one.id}/{score.id}", f"{one.short}: {score.label}")
        for one in catalogue().values()
        for score in one.scores
    ]
    return [*sorted(found, key=lambda pair: pair[1].casefold()), (WEIGHT, "Weight, kg")]


def aim(name: str, target: Decimal | None) -> str:
    """Say what is to be reached: "EDE-QS at most 10"; weight only names its value."""
    words = measure(name)
    if not words or target is None:
        return words
    if name == WEIGHT or not is_measure(name):
        return f"{words}: {target:f}"
    instrument, _, score = name.partition("/")
    is_lower_better = catalogue()[instrument].score_rule(score).direction is Direction.HIGHER_WORSE
    return f"{words} at {'most' if is_lower_better else 'least'} {target:f}"
