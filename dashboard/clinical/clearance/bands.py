"""Bands: that the rules of a variable leave no gap, and from which side its values get worse.

What is clear is one interval for every patient: between a STOP and its CAUTION nothing is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from types import MappingProxyType

from dashboard.clinical.clearance.conditions import FLAGS, SETTINGS, Facts
from dashboard.clinical.clearance.limits import Interval, Side
from dashboard.clinical.clearance.rules import Rule
from dashboard.clinical.clearance.verdicts import Tier

NOBODY: Mapping[str, bool | None] = MappingProxyType(dict.fromkeys(FLAGS, False))


class Gap(ValueError):
    """The bands of a variable leave a gap for some patients."""

    def __init__(self, rule: Rule, why: str) -> None:
        super().__init__(why)
        self.line, self.rule_id = rule.line, rule.id


def with_sides(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules with every interval put on the side of the rows that it continues."""
    sides = {rule.id: rule.limit.side for rule in rules}
    changed = True
    while changed:
        changed = False
        for rule in rules:
            if rule.limit.op == "in" and sides[rule.id] is Side.EITHER:
                side = _side(rule, rules, sides)
                sides[rule.id], changed = side, changed or side is not Side.EITHER
    for rule in rules:
        if rule.limit.interval is not None and sides[rule.id] is Side.EITHER:
            raise Gap(rule, "the band continues no other row of its variable")
    return [replace(r, limit=replace(r.limit, side=sides[r.id])) for r in rules]


def _side(rule: Rule, rules: Sequence[Rule], sides: Mapping[str, Side]) -> Side:
    for other in rules:
        if other.variable != rule.variable or other is rule:
            continue
        mine, its = rule.limit.interval, other.limit.interval
        if mine is None or its is None:
            continue
        if sides[other.id] is Side.LOW and its.touches(mine):
            return Side.LOW
        if sides[other.id] is Side.HIGH and mine.touches(its):
            return Side.HIGH
    return Side.EITHER


def refuse_gaps(rules: Sequence[Rule]) -> None:
    """Raise `Gap` when some patient's bands do not touch, or a worse value is judged better."""
    for variable in dict.fromkeys(rule.variable for rule in rules):
        mine = [r for r in rules if r.variable == variable and r.limit.interval is not None]
        for facts in _patients(mine):
            here = [rule for rule in mine if rule.population.applies(facts)]
            for side in (Side.LOW, Side.HIGH):
                _refuse_gap([rule for rule in here if rule.limit.side is side], side)


def _refuse_gap(rules: Sequence[Rule], side: Side) -> None:
    """Walk from the outer end towards what is clear."""
    inward = sorted(rules, key=lambda rule: _outer_end(rule, side))
    if not inward:
        return
    reach = inward[0].limit.interval
    if reach is None or not _is_open(reach, side):
        raise Gap(inward[0], "no row catches the values beyond this band")
    worst_so_far = inward[0].verdict
    for rule in inward[1:]:
        band = rule.limit.interval
        if band is None:
            continue
        touching = reach.touches(band) if side is Side.LOW else band.touches(reach)
        if not touching:
            raise Gap(rule, "a gap lies between this band and the next worse one")
        if rule.verdict > worst_so_far and not _is_open(band, side):
            raise Gap(rule, "a worse value would be judged better")
        worst_so_far = max(worst_so_far, rule.verdict)
        reach = _longer(reach, band, side)


def _outer_end(rule: Rule, side: Side) -> tuple[bool, Fraction, int]:
    band = rule.limit.interval
    end = None if band is None else band.low if side is Side.LOW else band.high
    if end is None:
        return (False, Fraction(0), -rule.verdict)
    return (True, end if side is Side.LOW else -end, -rule.verdict)


def _is_open(band: Interval, side: Side) -> bool:
    return (band.low if side is Side.LOW else band.high) is None


def _longer(one: Interval, other: Interval, side: Side) -> Interval:
    """Return the one that reaches further towards what is clear."""
    if side is Side.LOW:
        ends = [(i.high, i.has_high) for i in (one, other) if i.high is not None]
        return one if len(ends) < 2 or ends[0] >= ends[1] else other
    starts = [(i.low, not i.has_low) for i in (one, other) if i.low is not None]
    return one if len(starts) < 2 or starts[0] <= starts[1] else other


def _patients(rules: Sequence[Rule]) -> Iterator[Facts]:
    """Make one patient of every sort that these rules tell apart."""
    terms = [term for rule in rules for term in rule.population.terms]
    ages = {0, *(int(term.value) for term in terms if term.about == "age")}
    flags = sorted({name for term in terms for name in term.names})
    sexes = ("F", "M") if any(term.about == "sex" for term in terms) else ("F",)
    settings = SETTINGS if any(term.about == "setting" for term in terms) else ("home",)
    states = ("FL", "NJ", "other") if any(term.about == "location" for term in terms) else ("FL",)
    for age, sex, setting, state in product(sorted(ages), sexes, settings, states):
        for values in product((False, True), repeat=len(flags)):
            given = {**NOBODY, **dict(zip(flags, values, strict=True))}
            yield Facts(
                age=age, sex=sex, setting=setting, location=state, tier=Tier.T2,
                flags=MappingProxyType(given),
            )  # fmt: skip
