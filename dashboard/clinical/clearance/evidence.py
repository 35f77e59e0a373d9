"""The findings of one patient on the day judged for: the newest of each, and what is computed.

Superseding: the latest collection wins; of the same time each counts and the worse one gates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.observations import Observation, of, together
from dashboard.clinical.clearance.patient import Patient
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.clearance.verdicts import Purpose
from dashboard.clinical.formulas.body_size import completed_years


@dataclass(frozen=True)
class Evidence:
    """What is known of one patient on one day, for one purpose."""

    patient: Patient
    findings: tuple[Finding, ...]
    on: date
    purpose: Purpose
    rules: RuleSet
    dose_at: datetime | None = None
    joined: Mapping[str, Callable[[Evidence], Observation]] = field(default_factory=dict)
    replacing: Mapping[str, Callable[[Evidence], Observation]] = field(default_factory=dict)
    _seen: dict[str, Observation] = field(default_factory=dict, compare=False)

    def observe(self, variable: str) -> Observation:
        """Return what is known of a variable: entered, computed, or both."""
        if variable not in self._seen:
            self._seen[variable] = self._observe(variable)
        return self._seen[variable]

    def _observe(self, variable: str) -> Observation:
        if variable in self.replacing:
            return self.replacing[variable](self)
        newest = self.newest(variable)
        given = Observation(
            of(newest), lacking=() if newest else (variable,), is_future=self.is_future(variable)
        )
        derive = self.joined.get(variable)
        return together(given, derive(self)) if derive else given

    def usable(self, kind: str) -> tuple[Finding, ...]:
        """Return every finding of a kind that is not dated after the day judged for."""
        return self._by_kind[0].get(kind, ())

    def newest(self, kind: str) -> tuple[Finding, ...]:
        """Return the newest finding of a kind; several when none is certainly the newer."""
        return newest_of(self.usable(kind))

    def is_future(self, *kinds: str) -> bool:
        """Whether the newest entry of one of these kinds is dated after the day judged for."""
        return any(kind in self._by_kind[1] for kind in kinds)

    @cached_property
    def _by_kind(self) -> tuple[Mapping[str, tuple[Finding, ...]], frozenset[str]]:
        """Sort the findings by kind, and name the kinds that have one of a later day."""
        usable: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if not self._is_after(finding):
                usable.setdefault(finding.kind, []).append(finding)
        later = frozenset(finding.kind for finding in self.findings if self._is_after(finding))
        return {kind: tuple(found) for kind, found in usable.items()}, later

    def since(self, kind: str, *, days: int, before: date) -> tuple[Finding, ...]:
        """Return the usable findings of the days before a day, that day included."""
        first = before - timedelta(days=days)
        return tuple(f for f in self.usable(kind) if first <= f.on <= before)

    def _is_after(self, finding: Finding) -> bool:
        if finding.on > self.on:
            return True
        if self.dose_at is None or finding.at is None or finding.at <= self.dose_at:
            return False
        return self.rules.kinds[finding.kind].validity == "session_reading"

    @property
    def age(self) -> int | None:
        """The patient's age in completed years on the day judged for."""
        born = self.patient.birth_date
        return None if born is None else completed_years(born, on=self.on)

    def number(self, variable: str) -> Fraction | None:
        """Return the lowest number known of a variable, or None."""
        values = [r.value for r in self.observe(variable).readings if isinstance(r.value, Fraction)]
        return min(values, default=None)


def newest_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those that no other is certainly newer than, in the order given."""
    found = tuple(findings)
    if len(found) < 2:
        return found
    return tuple(f for f in found if not any(f.is_before(other) for other in found))
