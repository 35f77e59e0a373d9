"""What a judgement says: every rule, every finding, what is missing, what would make it ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.limits import Value
from dashboard.clinical.clearance.rules import Rule
from dashboard.clinical.clearance.verdicts import Purpose, Reason, Tier, Verdict, worst

OF_ONE_DAY = frozenset({"encounter", "rx_day", "session_reading"})


@dataclass(frozen=True, kw_only=True)
class RuleVerdict:
    """One rule on one patient: the value it saw, when it was taken, how long it lasts.

    `findings` are those behind the value shown; `beside` is everything the variable rests on, other
    readings of the same time too.
    """

    rule: Rule
    verdict: Verdict
    fires: bool = False
    reason: Reason | None = None
    explanation: str = ""
    value: Value | None = None
    taken_on: date | None = None
    valid_until: date | None = None
    days_left: int | None = None
    findings: tuple[Finding, ...] = ()
    beside: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FindingVerdict:
    """One variable with all its rules; the worst gates and all are kept."""

    variable: str
    label: str
    domain: str
    is_required: bool
    rules: tuple[RuleVerdict, ...]
    lacking: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its rules."""
        return worst(rule.verdict for rule in self.rules)

    @property
    def deciding(self) -> RuleVerdict:
        """The rule to show first: the worst, and of those one that fires."""
        return max(self.rules, key=lambda r: (r.verdict, r.fires, r.rule.is_hard))

    @property
    def reason(self) -> Reason | None:
        """Why it cannot be relied on, if so."""
        return self.deciding.reason

    @property
    def firing(self) -> tuple[RuleVerdict, ...]:
        """Its rules that fire."""
        return tuple(rule for rule in self.rules if rule.fires)


@dataclass(frozen=True, kw_only=True)
class DomainVerdict:
    """One domain: its findings and their worst verdict."""

    name: str
    findings: tuple[FindingVerdict, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings."""
        return worst(finding.verdict for finding in self.findings)

    @property
    def rules(self) -> tuple[RuleVerdict, ...]:
        """Its rules in the order of the file."""
        found = (rule for finding in self.findings for rule in finding.rules)
        return tuple(sorted(found, key=lambda r: r.rule.line))


@dataclass(frozen=True)
class MissingFact:
    """A fact of the patient's record that is not known and on which rules depend."""

    name: str
    rules: tuple[str, ...]


class What(StrEnum):
    """What has to happen with a finding before the patient is ready."""

    TAKE = "take"
    REPEAT = "repeat"
    CONFIRM = "confirm value and unit"
    RENEW = "renew"
    RECORD = "record"
    FORBIDS = "forbids"
    DECIDE = "decide"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One thing that stands between the patient and being ready."""

    name: str
    label: str
    what: What
    reason: Reason | None
    verdict: Verdict
    rules: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The outcome of all rules on one day for one purpose, with everything it rests on."""

    ruleset: str
    sha256: str
    purpose: Purpose
    on: date
    tier: Tier
    tier_reasons: tuple[str, ...]
    domains: tuple[DomainVerdict, ...]
    missing_facts: tuple[MissingFact, ...] = ()

    @cached_property
    def outcome(self) -> Verdict:
        """The worst of all; a missing fact is UNKNOWN."""
        facts = Verdict.UNKNOWN if self.missing_facts else Verdict.NOT_APPLICABLE
        return worst([facts, *(domain.verdict for domain in self.domains)])

    @property
    def findings(self) -> tuple[FindingVerdict, ...]:
        """Every finding of every domain."""
        return tuple(finding for domain in self.domains for finding in domain.findings)

    @property
    def rules(self) -> tuple[RuleVerdict, ...]:
        """Every rule of every domain."""
        return tuple(rule for domain in self.domains for rule in domain.rules)

    def rule(self, id: str) -> RuleVerdict:
        """Return the verdict of one rule; raise LookupError when this purpose does not judge it."""
        for found in self.rules:
            if found.rule.id == id:
                return found
        raise LookupError(f"{id} is not judged for {self.purpose}")

    def finding(self, variable: str) -> FindingVerdict:
        """Return the verdict of one variable; raise LookupError when it is not judged."""
        for found in self.findings:
            if found.variable == variable:
                return found
        raise LookupError(f"{variable} is not judged for {self.purpose}")

    @property
    def stops(self) -> tuple[RuleVerdict, ...]:
        """The rules that forbid."""
        return tuple(rule for rule in self.rules if rule.verdict is Verdict.STOP)

    @property
    def cautions(self) -> tuple[RuleVerdict, ...]:
        """The rules that need the prescriber's decision."""
        return tuple(r for r in self.rules if r.fires and r.rule.verdict is Verdict.CAUTION)

    @property
    def required(self) -> tuple[str, ...]:
        """The variables that must be there."""
        return tuple(f.variable for f in self.findings if f.is_required)

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts, variables and raw values that are not there and are required."""
        names = [fact.name for fact in self.missing_facts]
        for finding in self._lacking(Reason.MISSING, Reason.INCOMPLETE):
            names += [finding.variable, *finding.lacking]
        return tuple(dict.fromkeys(names))

    def because(self, *reasons: Reason) -> tuple[str, ...]:
        """Return the variables that cannot be relied on for one of these reasons."""
        return tuple(finding.variable for finding in self._lacking(*reasons))

    def _lacking(self, *reasons: Reason) -> Iterable[FindingVerdict]:
        return [
            f for f in self.findings if any(rule.reason in reasons for rule in f.rules)
        ]  # a stop beside it does not hide what is missing

    @property
    def needs(self) -> tuple[Need, ...]:
        """What would make the patient ready: what forbids first, then what is not known."""
        found = [_need(finding) for finding in self.findings if finding.verdict >= Verdict.CAUTION]
        facts = [
            Need(
                name=fact.name, label=fact.name.replace("_", " "), what=What.RECORD,
                reason=Reason.MISSING, verdict=Verdict.UNKNOWN, rules=fact.rules,
            )
            for fact in self.missing_facts
        ]  # fmt: skip
        return tuple(sorted([*facts, *found], key=lambda need: -need.verdict))

    @property
    def next_stale_on(self) -> date | None:
        """The day after which the first valid required finding is stale.

        What counts for one day only, such as a reading before the dose, is left out.
        """
        days = [
            rule.valid_until
            for finding in self.findings
            for rule in finding.rules
            if finding.is_required and rule.valid_until and not rule.reason
            if rule.rule.validity_kind not in OF_ONE_DAY
        ]
        return min(days, default=None)


_WHAT = {
    Reason.MISSING: What.TAKE,
    Reason.INCOMPLETE: What.TAKE,
    Reason.STALE: What.REPEAT,
    Reason.FUTURE: What.REPEAT,
    Reason.INDETERMINATE: What.REPEAT,
    Reason.UNIT: What.CONFIRM,
    Reason.EXPIRED: What.RENEW,
}


def _need(finding: FindingVerdict) -> Need:
    deciding = finding.deciding
    if deciding.reason is not None:
        what = _WHAT[deciding.reason]
    else:
        what = What.FORBIDS if deciding.verdict is Verdict.STOP else What.DECIDE
    ids = [rule.rule.id for rule in finding.rules if rule.verdict is deciding.verdict]
    return Need(
        name=finding.variable,
        label=finding.label,
        what=what,
        reason=deciding.reason,
        verdict=deciding.verdict,
        rules=tuple(ids),
        explanation=deciding.explanation,
    )
