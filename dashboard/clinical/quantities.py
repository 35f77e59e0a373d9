"""A value with a unit: exact conversions that refuse nonsense, and guards against typing errors.

A typing guard is not a clinical limit: outside it a value was mistyped or has another unit; inside
it nothing is said about health. No value is converted silently: what was typed stays the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

PLAIN = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?", re.ASCII)
THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)
CANONICAL_PLACES = 4


class Unit(StrEnum):
    """The units that vital signs are taken in."""

    KILOGRAM = "kg"
    POUND = "lb"
    CENTIMETRE = "cm"
    INCH = "in"
    CELSIUS = "°C"
    FAHRENHEIT = "°F"
    MMHG = "mmHg"
    PER_MINUTE = "/min"
    PERCENT = "%"


@dataclass(frozen=True)
class Scale:
    """How a unit becomes its dimension's canonical one: canonical = factor x value + offset."""

    canonical: Unit
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)


# Exact by definition: pound and inch by the international yard and pound agreement of 1959
# (0.45359237 kg, 2.54 cm); degrees Fahrenheit by 32 °F = 0 °C, 212 °F = 100 °C.
SCALES: Mapping[Unit, Scale] = MappingProxyType(
    {
        Unit.KILOGRAM: Scale(Unit.KILOGRAM),
        Unit.POUND: Scale(Unit.KILOGRAM, Fraction("0.45359237")),
        Unit.CENTIMETRE: Scale(Unit.CENTIMETRE),
        Unit.INCH: Scale(Unit.CENTIMETRE, Fraction("2.54")),
        Unit.CELSIUS: Scale(Unit.CELSIUS),
        Unit.FAHRENHEIT: Scale(Unit.CELSIUS, Fraction(5, 9), Fraction(-160, 9)),
        Unit.MMHG: Scale(Unit.MMHG),
        Unit.PER_MINUTE: Scale(Unit.PER_MINUTE),
        Unit.PERCENT: Scale(Unit.PERCENT),
    }
)


class UnitsDoNotMatch(ValueError):
    """One quantity cannot be written in that unit: they measure different things."""


class NotANumber(ValueError):
    """The text is not a plain number such as 36.6."""


class TwoReadings(NotANumber):
    """The comma may part thousands or decimals. Write the number without it, or with a point."""


@dataclass(frozen=True)
class Quantity:
    """An exact number with its unit. Floats, NaN and infinity are refused."""

    value: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.value, Fraction):
            raise TypeError("a quantity's value is a Fraction; use Quantity.of for other numbers")

    @classmethod
    def of(cls, number: Decimal | int | Fraction | str, unit: Unit) -> Quantity:
        """Make a quantity of an exact number, or of a typed one; raise `NotANumber`."""
        if isinstance(number, str):
            return cls(_read(number), unit)
        if isinstance(number, bool | float):
            raise TypeError("only exact numbers have a place in a chart")
        if isinstance(number, Decimal) and not number.is_finite():
            raise NotANumber(NotANumber.__doc__)
        return cls(Fraction(number), unit)

    def to(self, unit: Unit) -> Quantity:
        """Return the same quantity in another unit, exactly; raise `UnitsDoNotMatch`."""
        here, there = SCALES[self.unit], SCALES[unit]
        if here.canonical is not there.canonical:
            raise UnitsDoNotMatch(f"{self.unit} cannot be written in {unit}")
        return Quantity(
            (self.value * here.factor + here.offset - there.offset) / there.factor, unit
        )

    @property
    def canonical(self) -> Quantity:
        """The same quantity in the unit that its dimension is compared in: kg, cm, °C."""
        return self.to(SCALES[self.unit].canonical)

    def rounded(self, places: int = CANONICAL_PLACES) -> Decimal:
        """Return the value rounded half up: for storing beside what was typed, and for display."""
        scaled = abs(self.value) * 10**places
        digits = Decimal(int(scaled + Fraction(1, 2))).scaleb(-places)
        return -digits if self.value < 0 else digits


@dataclass(frozen=True)
class TypingGuard:
    """From where to where a typed value is believed, ends included, in the unit it was typed in."""

    lowest: Decimal
    highest: Decimal
    unit: Unit

    def holds(self, quantity: Quantity) -> bool:
        """Whether the value can have been meant; raise `UnitsDoNotMatch` for another unit."""
        if quantity.unit is not self.unit:
            raise UnitsDoNotMatch(f"a guard in {self.unit} cannot judge a value in {quantity.unit}")
        return Fraction(self.lowest) <= quantity.value <= Fraction(self.highest)

    @property
    def words(self) -> str:
        """The range as a form says it: 86 to 107.6 °F."""
        return f"{self.lowest} to {self.highest} {self.unit}"


def _guard(lowest: str, highest: str, unit: Unit) -> TypingGuard:
    return TypingGuard(Decimal(lowest), Decimal(highest), unit)


# Outer ranges of entry from the clearance decisions, section 7 ("outside the outer range:
# rejected"). The respiratory rate has no range there: 4 to 80 is a wide physical bound chosen here
# as a typing guard only; it is no clinical limit and has no clinical source.
SYSTOLIC = (_guard("50", "260", Unit.MMHG),)
DIASTOLIC = (_guard("20", "160", Unit.MMHG),)
HEART_RATE = (_guard("20", "250", Unit.PER_MINUTE),)
SPO2 = (_guard("50", "100", Unit.PERCENT),)
RESPIRATORY_RATE = (_guard("4", "80", Unit.PER_MINUTE),)
TEMPERATURE = (_guard("86", "107.6", Unit.FAHRENHEIT), _guard("30", "42", Unit.CELSIUS))
WEIGHT = (_guard("33", "770", Unit.POUND), _guard("15", "350", Unit.KILOGRAM))
HEIGHT = (_guard("24", "98", Unit.INCH), _guard("60", "250", Unit.CENTIMETRE))


def guard_for(guards: tuple[TypingGuard, ...], unit: Unit) -> TypingGuard:
    """Return the guard of a measurement in one of its units; raise `UnitsDoNotMatch`."""
    for guard in guards:
        if guard.unit is unit:
            return guard
    raise UnitsDoNotMatch(f"this is not measured in {unit}")


def refuse_two_readings(text: str) -> None:
    """Raise `TwoReadings` for a number such as 1,200: one reads it as 1200, another as 1.2."""
    if THOUSANDS.fullmatch(text.strip()):
        raise TwoReadings(TwoReadings.__doc__)


def _read(text: str) -> Fraction:
    refuse_two_readings(text)
    if not PLAIN.fullmatch(text):
        raise NotANumber(NotANumber.__doc__)
    return Fraction(text.replace(",", "."))
