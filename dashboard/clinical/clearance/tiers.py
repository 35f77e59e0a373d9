"""The risk tier, from values alone: the latest recorded ones, whatever their age.

An input that is not known gives T2. Source: clearance decisions sections 6 and 14.6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from dashboard.clinical.clearance.conditions import Facts
from dashboard.clinical.clearance.evidence import Evidence
from dashboard.clinical.clearance.rules import Rule
from dashboard.clinical.clearance.verdicts import Demand, Framework, Tier
from dashboard.clinical.formulas.body_size import ADULT_FROM
from dashboard.clinical.formulas.weight_course import RATE_WINDOW

HIGH_BMI, MODERATE_BMI = Fraction("17.5"), Fraction("18.5")
HIGH_PERCENT, MODERATE_PERCENT = Fraction(85), Fraction(90)
NOT_AN_INPUT = frozenset({"suss_score"})  # decision 14.6: its demand depends on the tier
INPUTS = (
    "purging_frequency", "aspen_significant", "nice_high_risk", "refeeding_day_0_10",
    "qt_drug_count",
)  # fmt: skip
FACTS = ("diagnoses", "restrictive", "purging", "insulin_treated")


@dataclass(frozen=True)
class TierOf:
    """A tier and why; the reasons are those of the worst item."""

    tier: Tier
    reasons: tuple[str, ...]


def tier_of(seen: Evidence, known: Facts) -> TierOf:
    """Return T2, T1 or T0 with the reasons; T3 follows from the verdicts."""
    for tier, reasons in ((Tier.T2, _high(seen, known)), (Tier.T1, _moderate(seen, known))):
        if found := tuple(dict.fromkeys(reasons)):
            return TierOf(tier, found)
    return TierOf(Tier.T0, ("bulimia or binge-eating disorder, no purging, weight stable",))


def _high(seen: Evidence, known: Facts) -> Iterator[str]:
    yield from _size(seen, HIGH_BMI, HIGH_PERCENT, is_high=True)
    if seen.observe("purging_frequency").says(lambda count: count >= 3):
        yield "purging 3 or more a week"
    for rule in _meed(seen, known):
        if _fires(seen, rule):
            yield f"{rule.id} (MEED): {seen.rules.kinds[rule.variable].label}"
    for name, words in (
        ("aspen_significant", "ASPEN significant"),
        ("aspen_moderate", "ASPEN moderate"),
        ("nice_high_risk", "NICE high"),
        ("refeeding_day_0_10", "refeeding day 0 to 10"),
    ):
        if seen.observe(name).truth:
            yield words
    if seen.observe("weight_loss_kg_per_wk").says(lambda loss: loss >= 1):
        yield "loss of 1.0 kg a week or more"
    if seen.observe("weight_loss_pct_6mo").says(lambda loss: loss > 10):
        yield "loss of more than 10 % in 6 months"
    yield from _unknown(seen, known)


def _unknown(seen: Evidence, known: Facts) -> Iterator[str]:
    """Name every required input that is not known."""
    for fact in FACTS:
        value = known.flags.get(fact) if fact in known.flags else getattr(seen.patient, fact)
        if value is None:
            yield f"{fact} is not known"
    for name in INPUTS:
        if _is_missing(seen, name):
            yield f"{seen.rules.kinds[name].label} is not known"
    for rule in _meed(seen, known):
        if _is_required(seen, rule, known) and _is_missing(seen, rule.variable):
            yield f"{seen.rules.kinds[rule.variable].label} is not known"


def _moderate(seen: Evidence, known: Facts) -> Iterator[str]:
    yield from _size(seen, MODERATE_BMI, MODERATE_PERCENT, is_high=False)
    disorders = seen.patient.disorders or frozenset()
    claims: tuple[tuple[bool | None, str], ...] = (
        (known.flags.get("purging"), "purging in 3 months"),
        (known.flags.get("restrictive"), "restrictive"),
        (bool(disorders & {"AN", "AAN"}), "anorexia nervosa"),
        (
            bool(disorders & {"AAN", "OTHER"}),
            "an eating disorder other than bulimia or binge-eating",
        ),
        (not disorders, "no eating-disorder diagnosis"),
        (known.flags.get("insulin_treated"), "insulin-treated diabetes"),
        (seen.observe("qt_drug_count").says(lambda count: count >= 1), "a QT medicine"),
        (
            seen.observe("weight_loss_pct_14d").says(lambda loss: loss >= 3),
            f"loss of 3 % or more in {RATE_WINDOW} days",
        ),
        (known.flags.get("undernourished"), "undernourished"),
    )
    yield from (words for holds, words in claims if holds)


def _size(seen: Evidence, bmi: Fraction, percent: Fraction, *, is_high: bool) -> Iterator[str]:
    """Judge BMI from 20 years, per cent of the median below; unknown counts as high."""
    is_adult = seen.age is not None and seen.age >= ADULT_FROM
    name = "bmi" if is_adult else "pct_median_bmi"
    if is_high and (seen.age is None or _is_missing(seen, name)):
        yield f"{seen.rules.kinds[name].label} is not known"
    claim: Callable[[Fraction], bool] = (
        (lambda value: value < bmi)
        if is_adult
        else (lambda value: value <= percent if is_high else value < percent)
    )
    if seen.observe(name).says(claim):
        limit = f"below {float(bmi):g}" if is_adult else f"{float(percent):g} % or less"
        yield f"{seen.rules.kinds[name].label} {limit}"


def _meed(seen: Evidence, known: Facts) -> Iterator[Rule]:
    for rule in seen.rules.rules:
        if rule.framework is not Framework.MEED or rule.variable in NOT_AN_INPUT:
            continue
        if rule.is_judged_for(seen.purpose) and rule.population.applies(known):
            yield rule


def _fires(seen: Evidence, rule: Rule) -> bool:
    """Whether a rule is met by a known value, whatever its age."""
    return any(
        rule.limit.is_met_by(reading.value)
        for reading in seen.observe(rule.variable).readings
        if isinstance(reading.value, Fraction) or rule.limit.interval is None
    )


def _is_required(seen: Evidence, rule: Rule, known: Facts) -> bool:
    if rule.required is Demand.NO or not rule.required.holds_for(seen.purpose):
        return False
    return rule.required_if.applies(known)


def _is_missing(seen: Evidence, name: str) -> bool:
    return not seen.observe(name).is_known
