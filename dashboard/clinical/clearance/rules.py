"""Rules and the set they form: one row, one limit, one verdict, with its source and standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from dashboard.clinical.clearance.conditions import Condition
from dashboard.clinical.clearance.kinds import Interval, Kind
from dashboard.clinical.clearance.limits import Limit
from dashboard.clinical.clearance.validity import Validities
from dashboard.clinical.clearance.verdicts import (
    Demand,
    Framework,
    Hold,
    Purpose,
    Scope,
    Standing,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row of the rule file."""

    id: str
    family: str
    domain: str
    population: Condition
    variable: str
    unit: str
    limit: Limit
    verdict: Verdict
    is_hard: bool
    scope: Scope
    required: Demand
    required_if: Condition
    validity_kind: str
    framework: Framework
    source: str
    standing: Standing
    note: str
    line: int

    @property
    def hold(self) -> Hold | None:
        """What can clear a STOP: a corrected fact, a new value, or a change of policy."""
        return Hold(self.note.split(";")[0]) if self.is_hard else None

    def is_judged_for(self, purpose: Purpose, *, with_prescription: bool = False) -> bool:
        """Whether this purpose asks the rule."""
        if self.scope is Scope.PRESCRIPTION and with_prescription:
            return True
        return self.scope is Scope.BOTH or self.scope.value == purpose.value

    @property
    def words(self) -> str:
        """The limit with its unit: "< 40 bpm", "true"."""
        return self._with_unit(self.limit.words)

    @property
    def said(self) -> str:
        """The limit with its unit as a person says it: "below 40 bpm"."""
        return self._with_unit(self.limit.said)

    def _with_unit(self, words: str) -> str:
        has_unit = self.unit not in {"bool", "result", "level", "count", "score", "ratio"}
        return f"{words} {self.unit}" if has_unit else words


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """One version of the rules with the units, intervals and validity they are judged with."""

    version: str
    replaces: str
    author: str
    composed_on: date
    sha256: str
    rules: tuple[Rule, ...]
    kinds: Mapping[str, Kind]
    intervals: tuple[Interval, ...]
    validities: Validities

    @cached_property
    def by_variable(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of each variable, in the order of the file."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            found[rule.variable] = (*found.get(rule.variable, ()), rule)
        return MappingProxyType(found)

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains in the order of the file."""
        return tuple(dict.fromkeys(rule.domain for rule in self.rules))

    @property
    def sources(self) -> tuple[tuple[str, Standing], ...]:
        """Every source with its standing, once, in the order of the file."""
        return tuple(dict.fromkeys((rule.source, rule.standing) for rule in self.rules))

    def rule(self, id: str) -> Rule:
        """Return one rule; raise LookupError for an id that is not in the set."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise LookupError(f"there is no rule {id} in rule set {self.version}")
