"""The watch rules as their file gives them, and what a rule says when it holds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.sections import Section, read

FILE = "watch-1.toml"


class WatchLevel(StrEnum):
    """How soon a human must look; a follow-up is for contacting the patient."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NEXT_VISIT = "next_visit"
    FOLLOW_UP = "follow_up"


class RuleId(StrEnum):
    """Everything that is watched."""

    RELIABLY_WORSE = "reliably_worse"
    SEVERE_DEPRESSION = "severe_depression"
    LOSING_GAINS = "losing_gains"
    NO_RELIABLE_CHANGE = "no_reliable_change"
    ALCOHOL_POSITIVE = "alcohol_positive"
    EARLY_CHANGE_MISSED = "early_change_missed"
    HYPOMANIA = "hypomania"
    DISSOCIATION_LASTING = "dissociation_lasting"
    UNANSWERED = "unanswered"
    SCORE_UNDECIDABLE = "score_undecidable"


@dataclass(frozen=True)
class WatchRule:
    """One rule; without `instruments` it holds for every one that has the limits it needs."""

    id: RuleId
    level: WatchLevel
    label: str
    instruments: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...]
    source: str
    mark: str

    def __post_init__(self) -> None:
        refuse_bad_mark(self.mark)

    def number(self, name: str) -> int:
        """Return one of the rule's numbers; KeyError when the file does not give it."""
        return dict(self.numbers)[name]

    def is_for(self, instrument_id: str) -> bool:
        """Say whether the rule watches this instrument."""
        return not self.instruments or instrument_id in self.instruments


@dataclass(frozen=True)
class Finding:
    """One rule that holds, in words for the clinician, with the facts it rests on.

    `is_confirmed` is set when a repeat has said the same; until then
    `asks_for_repeat_within_days` says how soon one is wanted, None that none is.
    """

    rule_id: RuleId
    level: WatchLevel
    words: str
    evidence: tuple[str, ...] = ()
    asks_for_repeat_within_days: int | None = None
    is_confirmed: bool = False


@cache
def watch_rules() -> Mapping[RuleId, WatchRule]:
    """Return every rule, in the order of the file; ValueError when one is missing or wrong."""
    text = files(__package__).joinpath("data", FILE).read_text("utf-8")
    top = Section(tomllib.loads(text, parse_float=Decimal))
    rules = read(top, _rules_of)
    return MappingProxyType({rule.id: rule for rule in rules})


def _rules_of(top: Section) -> tuple[WatchRule, ...]:
    if (top.text("schema"), top.text("version")) != ("watch/1", "1"):
        raise top.misfit('this program reads schema "watch/1", version "1"', "schema")
    rules = top.build_all("rules", _rule_of)
    if sorted(rule.id for rule in rules) != sorted(RuleId):
        raise top.misfit("must hold every rule once", "rules")
    return rules


def _rule_of(section: Section) -> WatchRule:
    numbers = section.section("numbers") if "numbers" in section else Section({})
    names = section.mapping("numbers")
    return WatchRule(
        id=section.choice("id", RuleId),
        level=section.choice("level", WatchLevel),
        label=section.text("label"),
        instruments=section.names("instruments"),
        numbers=tuple((name, numbers.whole(name)) for name in names),
        source=section.text("source"),
        mark=section.text("mark"),
    )
