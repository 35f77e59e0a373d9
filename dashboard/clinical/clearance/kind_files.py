"""Kinds, units, intervals and validity periods from the files beside the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from dashboard.clinical.clearance.kinds import Entry, Form, Interval, Kind
from dashboard.clinical.clearance.limits import number
from dashboard.clinical.clearance.rows import BadRuleSet, Row, filled
from dashboard.clinical.clearance.rules import Rule
from dashboard.clinical.clearance.validity import Validities, Validity
from dashboard.clinical.clearance.verdicts import Standing, Tier

_FORMS: Mapping[str, Form] = {
    "bool": Form.TRUTH,
    "result": Form.RESULT,
    "count": Form.WHOLE,
    "score": Form.WHOLE,
}
_LEVELS = {"haematemesis": Form.LEVEL}  # the other level is an ordinal, C-SSRS 0 to 5
_OWN_VALIDITY = {"monitor_agreement_signed": "monitor_agreement"}


def kinds_of(
    rows: Iterable[Row], units: Iterable[Row], rules: Sequence[Rule]
) -> Mapping[str, Kind]:
    """Read every kind with its units; every variable of a rule must be among them."""
    entries = _entries(units)
    variables = {rule.variable: rule for rule in rules}
    found: dict[str, Kind] = {}
    for row in rows:
        name = row.read("kind", filled)
        if name in found:
            raise BadRuleSet(row.file, row.line, "kind", f"{name} is used twice")
        found[name] = _kind(row, variables.get(name), entries.pop(name, ()))
        _refuse_units_that_disagree(found[name])
    if missing := [name for name in variables if name not in found]:
        raise BadRuleSet("kinds.csv", None, "kind", f"{missing[0]} has a rule and no name")
    if entries:
        raise BadRuleSet("units.csv", None, "kind", f"{next(iter(entries))} is no kind")
    return MappingProxyType(found)


def _kind(row: Row, rule: Rule | None, entries: Sequence[Entry]) -> Kind:
    name, unit = row.cells["kind"], row.cells["unit"]
    if bool(unit) is (rule is not None):
        raise BadRuleSet(row.file, row.line, "unit", "stands here or in the rules, never in both")
    own = rule.unit if rule else unit
    form = _LEVELS.get(name) or _FORMS.get(own, Form.NUMBER)
    if name.startswith("bp") and own == "mmHg":
        form = Form.PRESSURE
    validity = rule.validity_kind if rule else row.read("validity", filled)
    if form in {Form.NUMBER, Form.WHOLE} and not any(entry.unit == own for entry in entries):
        entries = (*entries, Entry(own))
    if name == "cssrs_ideation_past_month":
        form = Form.WHOLE
    return Kind(
        name=name,
        label=row.read("label", filled),
        form=form,
        unit=own,
        validity=_OWN_VALIDITY.get(name, validity),
        entries=tuple(entries),
        review=row.cells["review"],
        is_judged=rule is not None,
    )


def _entries(rows: Iterable[Row]) -> dict[str, Sequence[Entry]]:
    found: dict[str, Sequence[Entry]] = {}
    for row in rows:
        entry = Entry(
            unit=row.read("unit", filled),
            factor=row.read("factor", _ratio),
            offset=row.read("offset", _ratio),
            accepted=_range(row, "accepted_low", "accepted_high"),
            outer=_range(row, "outer_low", "outer_high"),
        )
        _refuse_bad_ranges(entry, row)
        found[row.cells["kind"]] = (*found.get(row.cells["kind"], ()), entry)
    return found


def _refuse_bad_ranges(entry: Entry, row: Row) -> None:
    if entry.factor <= 0:
        raise BadRuleSet(row.file, row.line, "factor", "is above zero")
    if (entry.accepted is None) is not (entry.outer is None):
        raise BadRuleSet(row.file, row.line, "outer_low", "both ranges or none")
    if entry.accepted and entry.outer:
        (low, high), (lowest, highest) = entry.accepted, entry.outer
        if not lowest <= low < high <= highest:
            raise BadRuleSet(row.file, row.line, "outer_low", "the ranges must nest")


def _refuse_units_that_disagree(kind: Kind) -> None:
    """Refuse units that do not lead back to what was typed, or that mean another amount.

    A factor typed upside down or with a digit lost puts the outer ranges of two units apart. The
    ranges are rounded for each unit, so they need to agree only within a twentieth of the wider.
    """
    for entry in kind.entries:
        ends = (*(entry.accepted or ()), *(entry.outer or ()))
        if any(entry.entered(entry.canonical(end)) != end for end in ends):
            raise BadRuleSet("units.csv", None, "factor", f"{kind.name} does not lead back")
    ranges = [
        (e.unit, e.canonical(e.outer[0]), e.canonical(e.outer[1])) for e in kind.entries if e.outer
    ]
    for (unit, low, high), (other, other_low, other_high) in pairwise(ranges):
        room = max(high - low, other_high - other_low) / 20
        if abs(low - other_low) > room or abs(high - other_high) > room:
            raise BadRuleSet(
                "units.csv", None, "factor", f"{kind.name} in {unit} is not {kind.name} in {other}"
            )


def intervals_of(rows: Iterable[Row]) -> tuple[Interval, ...]:
    """Read the laboratory intervals that stand in for missing ones."""
    return tuple(
        Interval(
            analyte=row.read("analyte", filled),
            sex=row.read("sex", _sex),
            age_from=row.read("age_from", int),
            age_below=row.read("age_below", _optional_whole),
            low=row.read("low", _optional),
            high=row.read("high", _optional),
            unit=row.read("unit", filled),
            standing=row.read("status", Standing),
        )
        for row in rows
    )


def validities_of(rows: Iterable[Row], rules: Sequence[Rule]) -> Validities:
    """Read the validity periods; every kind that a rule names must be among them."""
    found = {}
    for row in rows:
        days: dict[Tier, int | None] = {
            tier: row.read(tier, _optional_whole) for tier in (Tier.T0, Tier.T1, Tier.T2)
        }
        kind = row.read("validity_kind", filled)
        found[kind] = Validity(kind, MappingProxyType(days), row.cells["shortened"])
    for rule in rules:
        if rule.validity_kind not in found:
            raise BadRuleSet(
                "rules.csv", rule.line, "validity_kind", f"{rule.validity_kind} has no days"
            )
    return MappingProxyType(found)


def with_days(validities: Validities, *, changes: Mapping[tuple[str, Tier], int]) -> Validities:
    """Return the periods with a practice's own days in their place; raise LookupError."""
    changed = dict(validities)
    for (kind, tier), days in changes.items():
        if changed[kind].days[tier] is None or days < 0:
            raise LookupError(f"{kind} has no days to change in {tier}")
        new = {**changed[kind].days, tier: days}
        changed[kind] = replace(changed[kind], days=MappingProxyType(new))
    return MappingProxyType(changed)


def _ratio(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return number(top) / number(bottom or "1")


def _range(row: Row, low: str, high: str) -> tuple[Fraction, Fraction] | None:
    ends = (row.read(low, _optional), row.read(high, _optional))
    return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def _optional(text: str) -> Fraction | None:
    return number(text) if text else None


def _optional_whole(text: str) -> int | None:
    return int(text) if text else None


def _sex(text: str) -> str:
    if text not in {"", "F", "M"}:
        raise ValueError(f"{text!r} is neither F, M nor empty")
    return text
