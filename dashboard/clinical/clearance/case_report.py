"""A judgement as plain JSON: the shape that `clearance judge` prints."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance.judgement import Judgement, MissingFact, RuleVerdict
from dashboard.clinical.clearance.limits import Limit, Value
from dashboard.clinical.clearance.verdicts import Reason, Verdict
from dashboard.clinical.quantities import Quantity, Unit

Plain = dict[str, object]
DECIMALS = 3
MOST_DECIMALS = 12


def plain(judgement: Judgement) -> Plain:
    """Return the judgement as JSON can carry it."""
    domains: dict[str, Plain] = {
        domain.name: {
            "verdict": domain.verdict.name,
            "rules": [_rule(rule) for rule in domain.rules],
        }
        for domain in judgement.domains
    }
    if judgement.missing_facts:
        facts = [_fact(fact) for fact in judgement.missing_facts]
        domains["patient"] = {"verdict": Verdict.UNKNOWN.name, "rules": facts}
    return {
        "ruleset": judgement.ruleset,
        "ruleset_sha256": judgement.sha256,
        "purpose": judgement.purpose.value,
        "on": judgement.on.isoformat(),
        "tier": judgement.tier.value,
        "tier_reasons": list(judgement.tier_reasons),
        "outcome": judgement.outcome.name,
        "domains": domains,
        "missing": list(judgement.missing),
        "stale": list(judgement.because(Reason.STALE, Reason.EXPIRED)),
        "future_dated": list(judgement.because(Reason.FUTURE)),
        "in_question": list(judgement.because(Reason.UNIT)),
        "needs": [
            {"name": n.name, "what": n.what.value, "reason": n.reason, "rules": list(n.rules)}
            for n in judgement.needs
        ],
    }


def _rule(found: RuleVerdict) -> Plain:
    rule = found.rule
    return {
        "id": rule.id,
        "verdict": found.verdict.name,
        "value": None if found.value is None else shown(found.value, rule.limit),
        "limit": rule.words,
        "source": rule.source,
        "status": rule.standing.value,
        "variable": rule.variable,
        "unit": rule.unit,
        "framework": rule.framework.value,
        "hard": rule.is_hard,
        "note": rule.note,
        "fires": found.fires,
        "reason": found.reason,
        "explanation": found.explanation,
        "taken_on": None if found.taken_on is None else found.taken_on.isoformat(),
        "valid_until": None if found.valid_until is None else found.valid_until.isoformat(),
        "days_left": found.days_left,
    }


def _fact(fact: MissingFact) -> Plain:
    return {
        "id": fact.name,
        "verdict": Verdict.UNKNOWN.name,
        "value": None,
        "limit": "recorded",
        "source": "clearance decisions 2026-2, section 1",
        "status": "design",
        "reason": Reason.MISSING,
        "explanation": f"decides whether {', '.join(fact.rules)} apply",
    }


def shown(value: Value, limit: Limit) -> int | float | bool | str:
    """Return a value to print, with as many digits as keep it on its side of the limit."""
    if not isinstance(value, Fraction):
        return value
    if value.denominator == 1:
        return int(value)
    for decimals in range(DECIMALS, MOST_DECIMALS):
        text = rounded(value, decimals)
        if limit.is_met_by(Fraction(text)) is limit.is_met_by(value):
            return float(text)
    return float(value)


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Round half up, for display only."""
    return Quantity(value, Unit.PERCENT).rounded(decimals)
