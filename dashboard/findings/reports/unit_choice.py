"""In which unit a printed number is: as printed, or a question with what the interval speaks for.

A unit is never guessed: what fits the laboratory's interval is proposed, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance.kinds import Entry, Kind
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.laboratory.units import unit as spelled
from dashboard.findings.reports.intervals import Limits
from dashboard.findings.reports.kinds import LEAVE_OUT
from dashboard.findings.reports.model import About, Asks, Choice, Doubt
from dashboard.findings.reports.text import short

NO_LABORATORY_UNIT = frozenset({"xULN"})  # a multiple is computed here, no laboratory prints it
WITHOUT_UNIT = frozenset({"ratio"})  # a specific gravity has none


@dataclass(frozen=True)
class InUnit:
    """The unit of a number, or the doubt about it; both where the printed one looks wrong."""

    entry: Entry | None = None
    doubt: Doubt | None = None


def in_unit(
    kind: Kind, *, printed: str, text: str | None, limits: Limits, rules: RuleSet
) -> InUnit:
    """Return the entry a number belongs to, as printed beside it or, without that, its interval."""
    entries, value = entries_of(kind), Fraction(text) if text else None
    printed = printed.strip() or limits.unit or ""
    if not printed:
        return _without(kind, entries, value, limits, rules)
    entry = _entry(entries, spelled(printed) or printed)
    if entry is None:
        sentence = (
            f"{kind.label}: {short(printed)} cannot be converted; it is kept in {_listed(entries)}."
        )
        return InUnit(doubt=_doubt(About.UNIT_UNKNOWN, sentence, entries, None))
    other = None if value is None else _other(entries, entry, value, limits)
    if other is None or value is None or text is None:
        return InUnit(entry)
    return InUnit(entry, _did_you_mean(kind, text, entry, other))


def chosen(kind: Kind, answer: str | None) -> Entry | None:
    """Return the entry that a person chose; None for anything that is no choice."""
    return _entry(entries_of(kind), answer) if answer else None


def entries_of(kind: Kind) -> tuple[Entry, ...]:
    """Return the units a laboratory can print for a kind."""
    return tuple(entry for entry in kind.entries if entry.unit not in NO_LABORATORY_UNIT)


def _entry(entries: Sequence[Entry], name: str) -> Entry | None:
    return next((one for one in entries if one.unit.casefold() == name.casefold()), None)


def _without(
    kind: Kind, entries: Sequence[Entry], value: Fraction | None, limits: Limits, rules: RuleSet
) -> InUnit:
    if {entry.unit for entry in entries} <= WITHOUT_UNIT:
        return InUnit(entries[0])
    proposed = _proposed(kind, entries, value, limits, rules)
    sentence = f"{kind.label}: no unit is printed."
    if proposed:
        sentence += f" {_because(entries, limits)} {proposed.unit}."
    return InUnit(doubt=_doubt(About.UNIT_MISSING, sentence, entries, proposed))


def _because(entries: Sequence[Entry], limits: Limits) -> str:
    if len({(entry.factor, entry.offset) for entry in entries}) == 1:
        return "It is kept in" if len(entries) == 1 else "All its units give the same number, as in"
    return "The laboratory's interval speaks for"


def _proposed(
    kind: Kind, entries: Sequence[Entry], value: Fraction | None, limits: Limits, rules: RuleSet
) -> Entry | None:
    """Return the one unit in which interval and value make sense; None where two do."""
    if len({(entry.factor, entry.offset) for entry in entries}) == 1:
        return entries[0]
    ends = [end for end in (limits.low, limits.high) if end is not None]
    if not ends:
        return None
    fitting = [one for one in entries if value is None or _is_within(one.outer, value)]
    ranked = sorted((_overlap(kind, one, limits, rules), one.unit, one) for one in fitting)
    if not ranked or ranked[-1][0] <= 0:
        return None
    best = [one for overlap, _, one in ranked if overlap == ranked[-1][0]]
    return best[0] if len({(one.factor, one.offset) for one in best}) == 1 else None


def _overlap(kind: Kind, entry: Entry, limits: Limits, rules: RuleSet) -> Fraction:
    """Return how much of a known interval the printed one covers, read in this unit, 0 to 1."""
    known = [one for one in rules.intervals if one.analyte == kind.name]
    shares = [
        _shared(
            tuple(
                None if end is None else entry.canonical(Fraction(end))
                for end in (limits.low, limits.high)
            ),
            (one.low, one.high),
        )
        for one in known
    ]
    return max(shares, default=Fraction(0))


def _shared(printed: tuple[Fraction | None, ...], known: tuple[Fraction | None, ...]) -> Fraction:
    low, high = printed[0] or Fraction(0), printed[1]
    known_low, known_high = known[0] or Fraction(0), known[1]
    if high is None or known_high is None:
        return _alike(printed[0], known[0])
    if printed[0] is None:
        return _alike(high, known_high)
    widest = max(high, known_high) - min(low, known_low)
    both = min(high, known_high) - max(low, known_low)
    return max(both, Fraction(0)) / widest if widest else Fraction(0)


def _alike(one: Fraction | None, other: Fraction | None) -> Fraction:
    if not one or not other:
        return Fraction(0)
    return min(one, other) / max(one, other)


def _other(entries: Sequence[Entry], entry: Entry, value: Fraction, limits: Limits) -> Entry | None:
    """Return the unit that fits where the printed one does not: mmol/L in an mg/dL column."""
    if entry.accepted is None or limits.unit == entry.unit:
        return None
    if _is_within(entry.accepted, value) and _fits(entry, limits):
        return None
    for one in entries:
        is_same = (one.factor, one.offset) == (entry.factor, entry.offset)
        if not is_same and _is_within(one.accepted, value) and _fits(one, limits):
            return one
    return None


def _fits(entry: Entry, limits: Limits) -> bool:
    """Whether the printed interval is of this unit: its upper end, or its only one, is possible."""
    end: Decimal | None = limits.high if limits.high is not None else limits.low
    return end is None or _is_within(entry.accepted, Fraction(end))


def _is_within(ends: tuple[Fraction, Fraction] | None, value: Fraction) -> bool:
    return ends is None or ends[0] <= value <= ends[1]


def _did_you_mean(kind: Kind, told: str, entry: Entry, other: Entry) -> Doubt:
    value = Fraction(told)
    sentence = (
        f"{kind.label}: {told} {entry.unit} would be very unusual. Did you mean {other.unit}?"
    )
    possible = [one for one in (other, entry) if _is_within(one.outer, value)]
    choices = tuple(Choice(one.unit, f"{told} {one.unit}") for one in possible)
    return Doubt(About.UNIT_OTHER, Asks.UNIT, sentence, (*choices, LEAVE_OUT))


def _doubt(about: About, sentence: str, entries: Sequence[Entry], proposed: Entry | None) -> Doubt:
    choices = tuple(Choice(one.unit, one.unit, one is proposed) for one in entries)
    return Doubt(about, Asks.UNIT, sentence, (*choices, LEAVE_OUT))


def _listed(entries: Sequence[Entry]) -> str:
    return ", ".join(entry.unit for entry in entries)
