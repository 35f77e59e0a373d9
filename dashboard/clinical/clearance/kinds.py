"""Kinds of findings: what they are called, in which units they are entered, what is plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.clearance.verdicts import Standing

ALIASES: Mapping[str, str] = {
    "°c": "C", "degc": "C", "cel": "C", "°f": "F", "degf": "F", "[degf]": "F",
    "lbs": "lb", "[lb_av]": "lb", "pound": "lb", "pounds": "lb", "inch": "in", "inches": "in",
    "[in_i]": "in", "gm/dl": "g/dL", "[iu]/l": "U/L", "thousand/ul": "10^3/uL",
    "/min": "bpm", "beats/min": "bpm", "{beats}/min": "bpm", "mm[hg]": "mmHg",
    "µmol/l": "umol/L", "μmol/l": "umol/L", "µkat/l": "ukat/L", "μkat/l": "ukat/L",
    "iu/l": "U/L", "x10^3/ul": "10^3/uL", "10*3/ul": "10^3/uL", "10³/µl": "10^3/uL",
    "10³/μl": "10^3/uL", "10^3/µl": "10^3/uL", "10^3/μl": "10^3/uL", "k/ul": "10^3/uL",
    "x10^9/l": "10^9/L", "10*9/l": "10^9/L", "10⁹/l": "10^9/L", "/µl": "/uL", "/μl": "/uL",
    "cells/ul": "/uL", "×uln": "xULN", "x uln": "xULN", "kg/m²": "kg/m2", "kg/m^2": "kg/m2",
    "ml/min/1.73m²": "mL/min/1.73m2", "ml/min/1.73 m2": "mL/min/1.73m2", "percent": "%",
    "mm hg": "mmHg", "msec": "ms", "celsius": "C", "fahrenheit": "F", "beats per minute": "bpm",
    "episodes/week": "episodes/wk", "/wk": "episodes/wk", "per week": "episodes/wk",
    "days/wk": "d/wk", "days/week": "d/wk", "kg/week": "kg/wk", "ml/min/1.73 m²": "mL/min/1.73m2",
    "×10⁹/l": "10^9/L", "×10³/µl": "10^3/uL", "x10³/µl": "10^3/uL",
    "kcal/day": "kcal/d", "kcal": "kcal/d",
    "h/day": "h/d", "hours": "h", "minutes": "min", "days": "d",
}  # fmt: skip


class Form(StrEnum):
    """What a value looks like."""

    NUMBER = "number"
    WHOLE = "whole number"
    TRUTH = "yes or no"
    RESULT = "negative, positive or indeterminate"
    LEVEL = "none, mild or severe"
    PRESSURE = "systolic/diastolic"


@dataclass(frozen=True)
class Entry:
    """One unit a kind is entered in; ranges that are None are not in the sources."""

    unit: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    accepted: tuple[Fraction, Fraction] | None = None
    outer: tuple[Fraction, Fraction] | None = None

    def canonical(self, value: Fraction) -> Fraction:
        """Return the value in the unit of the rules, exactly."""
        return self.factor * value + self.offset

    def entered(self, canonical: Fraction) -> Fraction:
        """Return a value of the rules' unit in this unit, exactly: the inverse of `canonical`."""
        return (canonical - self.offset) / self.factor


@dataclass(frozen=True)
class Kind:
    """One kind of finding or answer."""

    name: str
    label: str
    form: Form
    unit: str
    validity: str
    entries: tuple[Entry, ...]
    review: str = ""
    is_judged: bool = True

    def entry(self, unit: str | None) -> Entry | None:
        """Return how this unit is entered; without a unit, the rules' own; None if it cannot be."""
        wanted = unit_name(unit) if unit else self.unit
        for entry in self.entries:
            if entry.unit.casefold() == wanted.casefold():
                return entry
        return None


@dataclass(frozen=True)
class Interval:
    """A laboratory interval used where a result came without its own."""

    analyte: str
    sex: str
    age_from: int
    age_below: int | None
    low: Fraction | None
    high: Fraction | None
    unit: str
    standing: Standing

    def is_for(self, *, age: int, sex: str) -> bool:
        """Whether it is the interval of this age and sex."""
        in_age = self.age_from <= age and (self.age_below is None or age < self.age_below)
        return in_age and self.sex in {"", sex}


def unit_name(text: str) -> str:
    """Return the rules' spelling of a unit."""
    return ALIASES.get(text.strip().casefold(), text.strip())
