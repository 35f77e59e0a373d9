"""To whom a rule applies: conditions over age, sex, place, tier and flags, in three values.

What is not known never excludes a patient: an unknown flag makes the rule apply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dashboard.clinical.clearance.verdicts import Tier

FLAGS = frozenset(
    {
        "ed", "restrictive", "purging", "undernourished", "an_bn_ever", "insulin_treated",
        "childbearing", "refeeding", "oximeter", "first_dose", "dose_increase",
    }
)  # fmt: skip
SETTINGS = ("home", "clinic")
STATES = ("FL", "NJ")
_AGE = re.compile(r"age(>=|<)(\d+)")
_NAMED = re.compile(r"(sex|setting|location)=(\w+)")
_TIER = re.compile(r"tier>=(T[123])")
_LIST = re.compile(r"(any|none)\(([a-z_]+(?:,[a-z_]+)*)\)")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What conditions are asked about; None is "not known"."""

    age: int | None = None
    sex: str | None = None
    setting: str | None = None
    location: str | None = None
    tier: Tier = Tier.T2
    flags: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Term:
    """One part of a condition: what it asks about, how, and for what."""

    text: str
    about: str
    names: tuple[str, ...] = ()
    op: str = ""
    value: str = ""

    def holds(self, facts: Facts) -> bool | None:
        """Say whether it holds; None when that is not known."""
        if self.about == "age":
            limit = int(self.value)
            if facts.age is None:
                return None
            return facts.age >= limit if self.op == ">=" else facts.age < limit
        if self.about == "tier":
            return facts.tier >= self.value
        if self.about == "flags":
            return self._flags(facts)
        known: str | None = getattr(facts, self.about)
        return None if known is None else known == self.value

    def _flags(self, facts: Facts) -> bool | None:
        answers = [facts.flags.get(name) for name in self.names]
        if any(answers):
            return self.op == "any"
        if None in answers:
            return None
        return self.op == "none"

    def unknown(self, facts: Facts) -> frozenset[str]:
        """Name the facts that would decide it and are not known."""
        if self.holds(facts) is not None:
            return frozenset()
        if self.about == "flags":
            return frozenset(name for name in self.names if facts.flags.get(name) is None)
        return frozenset({self.about})


@dataclass(frozen=True)
class Condition:
    """Terms that must all hold; without a term it is "all"."""

    text: str
    terms: tuple[Term, ...] = ()

    def holds(self, facts: Facts) -> bool | None:
        """Say whether all terms hold; False beats unknown, unknown beats True."""
        if not self.terms:
            return True
        answers = [term.holds(facts) for term in self.terms]
        if False in answers:
            return False
        return None if None in answers else True

    def applies(self, facts: Facts) -> bool:
        """Whether it holds or may hold."""
        return self.holds(facts) is not False

    def unknown(self, facts: Facts) -> frozenset[str]:
        """Name the facts that leave it open; none when it is decided."""
        if not self.terms or self.holds(facts) is not None:
            return frozenset()
        return frozenset(name for term in self.terms for name in term.unknown(facts))

    @property
    def flags(self) -> frozenset[str]:
        """Every flag it asks about."""
        return frozenset(n for term in self.terms if term.about == "flags" for n in term.names)


def condition(text: str, *, may_ask_tier: bool = False) -> Condition:
    """Read a condition; raise ValueError naming the part that is none."""
    if text in {"", "all"}:
        return Condition("all")
    terms = tuple(_term(part.strip()) for part in text.split("&"))
    if not may_ask_tier and any(term.about == "tier" for term in terms):
        raise ValueError("a tier may only stand in required_if")
    return Condition(text, terms)


def _term(text: str) -> Term:
    if found := _AGE.fullmatch(text):
        return Term(text, "age", op=found[1], value=found[2])
    if found := _NAMED.fullmatch(text):
        if found[2] not in {"sex": ("F", "M"), "setting": SETTINGS, "location": STATES}[found[1]]:
            raise ValueError(f"{text!r} names no known {found[1]}")
        return Term(text, found[1], value=found[2])
    if found := _TIER.fullmatch(text):
        return Term(text, "tier", value=found[1])
    found = _LIST.fullmatch(text)
    names = tuple(found[2].split(",")) if found else (text,)
    if unknown := [name for name in names if name not in FLAGS]:
        raise ValueError(f"{unknown[0]!r} is no known flag or condition")
    return Term(text, "flags", names, op=found[1] if found else "any")
