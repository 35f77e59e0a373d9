"""The stop rules of a plan as their file gives them: effect, numbers, provenance."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dashboard.clinical.provenance import Provenance, provenance_of
from dashboard.clinical.sections import Section, read

FILE = "plan_rules-1.toml"


class PlanRuleId(StrEnum):
    """Everything that is checked of a plan."""

    INTERVAL = "interval"
    SESSIONS_SPENT = "sessions_spent"
    END_DATE = "end_date"
    GOAL_MET = "goal_met"
    NON_RESPONSE = "non_response"
    WEIGHT_DECLINE = "weight_decline"
    HARM = "harm"
    MISUSE = "misuse"
    PATIENT_WISH = "patient_wish"


class Effect(StrEnum):
    """What a rule that holds does to the plan."""

    BLOCKS_SESSION = "blocks_session"
    HOLDS_PLAN = "holds_plan"
    ASKS_DECISION = "asks_decision"

    @property
    def words(self) -> str:
        """What the page says."""
        return _EFFECTS[self]


_EFFECTS = {
    Effect.BLOCKS_SESSION: "The next session cannot start",
    Effect.HOLDS_PLAN: "The plan is held until a physician closes this",
    Effect.ASKS_DECISION: "A physician decides: end it, plan anew, or go on with a reason",
}


@dataclass(frozen=True)
class PlanRule:
    """One stop rule; `clearance` are the ids of clearance rules whose verdicts count for it."""

    id: PlanRuleId
    label: str
    effect: Effect
    clearance: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...]
    provenance: Provenance

    def number(self, name: str) -> int:
        """Return one of the rule's numbers; KeyError when the file does not give it."""
        return dict(self.numbers)[name]


@cache
def plan_rules() -> Mapping[PlanRuleId, PlanRule]:
    """Return every rule, in the order of the file; ValueError when one is missing or wrong."""
    return read_rules(files(__package__).joinpath("data", FILE).read_text("utf-8"))


def read_rules(text: str) -> Mapping[PlanRuleId, PlanRule]:
    """Read the rules of a file; ValueError naming the place that does not fit."""
    rules = read(Section(tomllib.loads(text, parse_float=Decimal)), _rules_of)
    return MappingProxyType({rule.id: rule for rule in rules})


def _rules_of(top: Section) -> tuple[PlanRule, ...]:
    if (top.text("schema"), top.text("version")) != ("plan_rules/1", "1"):
        raise top.misfit('this program reads schema "plan_rules/1", version "1"', "schema")
    rules = top.build_all("rules", _rule_of)
    if sorted(rule.id for rule in rules) != sorted(PlanRuleId):
        raise top.misfit("must hold every rule once", "rules")
    return rules


def _rule_of(section: Section) -> PlanRule:
    rule_id = section.choice("id", PlanRuleId)
    numbers = section.section("numbers") if "numbers" in section else Section({})
    found = tuple((name, numbers.whole(name)) for name in section.mapping("numbers"))
    if {name for name, number in found if number > 0} != NUMBERS.get(rule_id, set()):
        raise section.misfit("must be this rule's numbers, each above 0", "numbers")
    rule = PlanRule(
        id=rule_id,
        label=section.text("label"),
        effect=section.choice("effect", Effect),
        clearance=section.names("clearance"),
        numbers=found,
        provenance=provenance_of(section),
    )
    if bool(rule.clearance) != (rule_id in BY_CLEARANCE):
        raise section.misfit("must name clearance rules where the clearance decides", "clearance")
    return rule


NUMBERS = {PlanRuleId.NON_RESPONSE: {"percent", "sessions", "weeks"}}
BY_CLEARANCE = {PlanRuleId.INTERVAL, PlanRuleId.WEIGHT_DECLINE, PlanRuleId.MISUSE}
