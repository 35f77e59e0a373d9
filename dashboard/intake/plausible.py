"""What a number can be: impossible ones are refused, unusual ones asked about, none is changed.

The ranges of a measurement are those of the clearance's units (clearance decisions, section 7).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance import ruleset
from dashboard.clinical.clearance.kinds import Entry
from dashboard.intake.definition import Measured, Number


def question_number(one: Number, value: Fraction) -> str:
    """Return what is odd about a plain number, "" for nothing; raise ValueError if it cannot be."""
    if value * 10**one.places % 1:
        places = "a whole number" if not one.places else f"at most {one.places} decimal places"
        raise ValueError(f"Enter {places}.")
    if not one.lowest <= value <= one.highest:
        raise ValueError(f"Enter a number from {one.lowest} to {one.highest} {one.unit}.")
    if one.usual is not None and value > one.usual:
        return f"{_short(value)} {one.unit} is unusual. Correct it, or say that it is right."
    return ""


def question_measured(one: Measured, value: Fraction, unit: str) -> str:
    """Return what is odd about a measurement and what may have been meant; raise ValueError."""
    entry = _entry(one, unit)
    if entry.outer and not entry.outer[0] <= value <= entry.outer[1]:
        low, high = map(_short, entry.outer)
        raise ValueError(
            f"{_short(value)} {unit} is not possible ({low} to {high} {unit})."
            f"{_did_you_mean(one, value, unit)} Check number and unit."
        )
    if entry.accepted and not entry.accepted[0] <= value <= entry.accepted[1]:
        low, high = map(_short, entry.accepted)
        return (
            f"{_short(value)} {unit} is unusual ({low} to {high} {unit})."
            f"{_did_you_mean(one, value, unit)} Correct it, or say that it is right."
        )
    return ""


def _did_you_mean(one: Measured, value: Fraction, unit: str) -> str:
    """Offer the same number in another unit, or with the point moved, if that is usual."""
    meant = [f"{_short(value)} {other}" for other in one.units if other != unit
             and _is_usual(one, value, other)]  # fmt: skip
    meant += [
        f"{_short(moved)} {unit}"
        for moved in (value / 10, value * 10, value * 100)
        if _is_usual(one, moved, unit)
    ]
    return f" Did you mean {' or '.join(meant)}?" if meant else ""


def _is_usual(one: Measured, value: Fraction, unit: str) -> bool:
    accepted = _entry(one, unit).accepted
    return accepted is not None and accepted[0] <= value <= accepted[1]


def _entry(one: Measured, unit: str) -> Entry:
    entry = ruleset().kinds[one.kind].entry(unit)
    if entry is None:
        raise ValueError(f"This is not measured in {unit}.")
    return entry


def _short(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.12g}"
