"""The engine: every rule of the set on one patient's findings, for one purpose, on one day.

Nothing that is missing, stale, future-dated or in question is ever judged normal. An old value can
forbid, never allow. Source: clearance decisions sections 3 to 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from dashboard.clinical.clearance.circumstances import circumstances
from dashboard.clinical.clearance.conditions import Facts
from dashboard.clinical.clearance.derivations import JOINED, REPLACING
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.facts import facts, unrecorded
from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.judgement import (
    DomainVerdict,
    FindingVerdict,
    Judgement,
    MissingFact,
    RuleVerdict,
)
from dashboard.clinical.clearance.observations import Observation, Reading
from dashboard.clinical.clearance.patient import ROUTES, Patient
from dashboard.clinical.clearance.risk import refeeding_day
from dashboard.clinical.clearance.rules import Rule, RuleSet
from dashboard.clinical.clearance.tiers import TierOf, tier_of
from dashboard.clinical.clearance.validity import Circumstances, Span, span
from dashboard.clinical.clearance.verdicts import (
    Purpose,
    Reason,
    Scope,
    Tier,
    Verdict,
)

EXPIRED = "expired, or of another day"
INDETERMINATE = "indeterminate"
SECONDS_BEFORE_A_DOSE = 60 * 60
FALLS_IN_5_DAYS = frozenset({"P_fall_pct_5d", "K_fall_pct_5d", "Mg_fall_pct_5d", "P_fall_abs_5d"})
# A record that is absent is UNKNOWN; one that has expired, or is of another day, forbids.
DOCUMENTS = frozenset(
    {
        "consent_current", "monitor_agreement_signed", "pdmp_checked_today", "pdmp_checked",
        "remote_rx_basis_valid",
    }
)  # fmt: skip


def judge(
    patient: Patient,
    *,
    findings: Iterable[Finding],
    on: date,
    purpose: Purpose,
    rules: RuleSet,
    dose_at: datetime | None = None,
    prescription_on: date | None = None,
    at_least: TierOf | None = None,
) -> Judgement:
    """Judge the findings for a purpose on a day.

    With a prescription date, the rules of a prescription are judged inside any other purpose. The
    tier is never below `at_least`: one that fell by a removal of the same day (decision 14.4).
    """
    seen = Evidence(
        patient, tuple(findings), on, purpose, rules, dose_at, joined=JOINED, replacing=REPLACING
    )
    tier = tier_of(seen, facts(seen))
    if at_least is not None and at_least.tier > tier.tier:
        tier = at_least
    first = _Pass(seen, tier, prescription_on).judgement()
    if not any(stop.rule.scope is Scope.BOTH for stop in first.stops):
        return first
    reasons = tuple(f"{s.rule.id} forbids" for s in first.stops if s.rule.scope is Scope.BOTH)
    if tier.tier >= Tier.T2:  # T3 has the periods and the demands of T2
        return replace(first, tier=Tier.T3, tier_reasons=reasons)
    return _Pass(seen, TierOf(Tier.T3, reasons), prescription_on).judgement()


@dataclass(frozen=True)
class _Pass:
    """One pass over the rules with the periods of one tier."""

    seen: Evidence
    tier: TierOf
    prescription_on: date | None

    def judgement(self) -> Judgement:
        known = facts(self.seen, tier=self.tier.tier)
        rules = [rule for rule in self.seen.rules.rules if self._is_judged(rule)]
        by_variable: dict[str, list[Rule]] = {}
        for rule in rules:
            by_variable.setdefault(rule.variable, []).append(rule)
        findings = [self._finding(name, mine, known) for name, mine in by_variable.items()]
        domains = dict.fromkeys(rule.domain for rule in rules)
        return Judgement(
            ruleset=self.seen.rules.version,
            sha256=self.seen.rules.sha256,
            purpose=self.seen.purpose,
            on=self.seen.on,
            tier=self.tier.tier,
            tier_reasons=self.tier.reasons,
            domains=tuple(
                DomainVerdict(name=name, findings=tuple(f for f in findings if f.domain == name))
                for name in domains
            ),
            missing_facts=tuple(self._missing_facts(rules, known)),
        )

    def _is_judged(self, rule: Rule) -> bool:
        has_prescription = self.prescription_on is not None
        return rule.is_judged_for(self.seen.purpose, with_prescription=has_prescription)

    def _finding(self, name: str, rules: list[Rule], known: Facts) -> FindingVerdict:
        here = {rule.id for rule in rules if rule.population.applies(known)}
        seen = self._documented(name, self.seen.observe(name), rules[0])
        fired = {rule.id for rule in rules if rule.id in here and _fires(rule, seen)}
        is_required = bool(fired) or (bool(here) and self._is_demanded(rules[0], known))
        trouble = self._trouble(seen, rules[0])
        return FindingVerdict(
            variable=name,
            label=self.seen.rules.kinds[name].label,
            domain=rules[0].domain,
            is_required=is_required,
            rules=tuple(
                self._rule(rule, seen, trouble, is_required=is_required, fires=rule.id in fired)
                if rule.id in here
                else RuleVerdict(rule=rule, verdict=Verdict.NOT_APPLICABLE)
                for rule in rules
            ),
            lacking=seen.lacking,
        )

    def _is_demanded(self, rule: Rule, known: Facts) -> bool:
        """Whether the finding must be there; an unknown condition counts as met."""
        if not rule.required.holds_for(self.seen.purpose):
            return False
        if rule.variable in FALLS_IN_5_DAYS and refeeding_day(self.seen) == 0:
            return False  # decision 14.7: two sets are required from day 1 on
        return rule.required_if.applies(known)

    def _rule(
        self, rule: Rule, seen: Observation, trouble: Reason | None, *, is_required: bool,
        fires: bool,
    ) -> RuleVerdict:  # fmt: skip
        shown = _shown(rule, seen)
        if shown is None:
            return RuleVerdict(
                rule=rule,
                verdict=Verdict.UNKNOWN if is_required else Verdict.NOT_APPLICABLE,
                reason=trouble if is_required else None,
                explanation=", ".join(seen.lacking),
            )
        own = rule.verdict if fires else Verdict.CLEAR
        if shown.value == INDETERMINATE and trouble is None:
            trouble = Reason.INDETERMINATE
        verdict, reason = _troubled(own, trouble, seen, is_required=is_required)
        until = self._valid_until(shown)
        return RuleVerdict(
            rule=rule,
            verdict=verdict,
            fires=fires,
            reason=reason,
            explanation=_explained(seen, shown),
            value=shown.value,
            taken_on=shown.oldest_on,
            valid_until=until,
            days_left=None if until is None else (until - self._day(rule)).days,
            findings=shown.findings,
            beside=seen.findings,
        )

    def _trouble(self, seen: Observation, rule: Rule) -> Reason | None:
        """Return why the finding cannot be relied on; the first that holds."""
        if not seen.readings:
            return Reason.FUTURE if seen.is_future else Reason.MISSING
        if any(reading.note == EXPIRED for reading in seen.readings):
            return Reason.EXPIRED
        if any(self._is_stale(reading, rule) for reading in seen.readings):
            return Reason.STALE
        if seen.is_future:
            return Reason.FUTURE
        if any(reading.question for reading in seen.readings):
            return Reason.UNIT
        return Reason.INCOMPLETE if seen.gap else None

    def _documented(self, name: str, seen: Observation, rule: Rule) -> Observation:
        """Turn a document that has expired, or is of another day, into the fact that forbids."""
        if name not in DOCUMENTS:
            return seen
        readings = tuple(
            replace(reading, value=False, note=EXPIRED)
            if self._is_stale(reading, rule) or self._has_expired(reading)
            else reading
            for reading in seen.readings
        )
        return replace(seen, readings=readings)

    def _has_expired(self, reading: Reading) -> bool:
        return any(f.expires_on and f.expires_on < self.seen.on for f in reading.findings)

    def _is_stale(self, reading: Reading, rule: Rule) -> bool:
        if reading.note == EXPIRED:
            return False
        return any(
            self._span(f).is_over(f.on, on=self._day(rule)) or self._is_too_early(f)
            for f in reading.ageing
        )

    def _is_too_early(self, finding: Finding) -> bool:
        """Whether a reading of the session was taken more than 60 minutes before the dose."""
        dose_at = self.seen.dose_at
        is_reading = self.seen.rules.kinds[finding.kind].validity == "session_reading"
        if not is_reading or dose_at is None or finding.at is None:
            return False
        return (dose_at - finding.at).total_seconds() > SECONDS_BEFORE_A_DOSE

    def _day(self, rule: Rule) -> date:
        if rule.scope is Scope.PRESCRIPTION and self.prescription_on is not None:
            return self.prescription_on
        return self.seen.on

    def _span(self, finding: Finding) -> Span:
        kind = self.seen.rules.kinds[finding.kind].validity
        if kind not in self._spans:
            validities = self.seen.rules.validities
            self._spans[kind] = span(kind, validities=validities, now=self._circumstances)
        return self._spans[kind]

    @cached_property
    def _spans(self) -> dict[str, Span]:
        return {}

    def _valid_until(self, reading: Reading) -> date | None:
        days = [self._span(f).last_day(f.on) for f in reading.ageing]
        return min((day for day in days if day is not None), default=None)

    @cached_property
    def _circumstances(self) -> Circumstances:
        return circumstances(self.seen, self.tier.tier)

    def _missing_facts(self, rules: Iterable[Rule], known: Facts) -> Iterable[MissingFact]:
        """Name the recorded facts that leave it open to whom rules apply."""
        found: dict[str, list[str]] = {}
        for rule in rules:
            for name in rule.population.unknown(known):
                if fact := unrecorded(name, self.seen):
                    found.setdefault(fact, []).append(rule.id)
        if _dose_needs_route(self.seen):
            found["route"] = ["G02a", "G02b"]
        for name, ids in found.items():
            yield MissingFact(name, tuple(ids))


def _dose_needs_route(seen: Evidence) -> bool:
    """Whether the estimate rests on a route that is not known and so counts as intravenous."""
    if seen.newest("iv_equiv_high") or not seen.observe("dose_mg_per_kg").readings:
        return False
    return seen.patient.route not in ROUTES


def _troubled(
    own: Verdict, trouble: Reason | None, seen: Observation, *, is_required: bool
) -> tuple[Verdict, Reason | None]:
    """Return the verdict in spite of what is wrong with a finding, and the reason to show."""
    if trouble is None or trouble is Reason.EXPIRED:
        return own, trouble
    if trouble is Reason.INCOMPLETE and seen.firing_settles and own is not Verdict.CLEAR:
        return own, None
    if is_required or trouble in {Reason.UNIT, Reason.INDETERMINATE}:
        return max(Verdict.UNKNOWN, own), trouble
    if trouble is Reason.FUTURE:
        return own, None
    return Verdict.NOT_APPLICABLE, None


def _fires(rule: Rule, seen: Observation) -> bool:
    return any(_meets(rule, reading) for reading in seen.readings)


def _meets(rule: Rule, reading: Reading) -> bool:
    if rule.limit.interval is not None and not isinstance(reading.value, Fraction):
        return False
    return rule.limit.is_met_by(reading.value)


def _shown(rule: Rule, seen: Observation) -> Reading | None:
    """Return the reading to show beside a rule: one that fires it, or the first."""
    firing = [reading for reading in seen.readings if _meets(rule, reading)]
    return next(iter(firing or seen.readings), None)


def _explained(seen: Observation, shown: Reading) -> str:
    parts = (shown.question, seen.gap, shown.note)
    return "; ".join(part for part in parts if part)
