"""Vital signs at the demo's visits: a home cuff's values, a weight now and then, all ordinary."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import NamedTuple

from dashboard.clinical.quantities import Quantity, Unit
from dashboard.demo.course import Contact
from dashboard.demo.people import Person

WEIGHED_EVERY = 3  # contacts


class Measured(NamedTuple):
    """One measurement as it was typed."""

    key: str
    typed: str
    unit: Unit


def measured(person: Person, contact: Contact, *, rng: random.Random) -> tuple[Measured, ...]:
    """Return what was measured at a visit; nothing by telephone."""
    if contact.kind == "phone":
        return ()
    found = [
        Measured("blood pressure", f"{rng.randint(100, 124)}/{rng.randint(62, 79)}", Unit.MMHG),
        Measured("heart rate", str(rng.randint(60, 84)), Unit.PER_MINUTE),
    ]
    if contact.is_first:
        found.append(Measured("spo2", str(rng.randint(97, 99)), Unit.PERCENT))
        found.append(Measured("temperature", f"{rng.randint(973, 987) / 10}", Unit.FAHRENHEIT))
        found.append(Measured("height", _height(person), Unit.INCH))
    if contact.from_end % WEIGHED_EVERY == 0 or contact.is_first:
        found.append(Measured("weight", _weight(person, contact, rng), Unit.POUND))
    return tuple(found)


def _height(person: Person) -> str:
    return str(Quantity.of(person.height_cm, Unit.CENTIMETRE).to(Unit.INCH).rounded(1))


def _weight(person: Person, contact: Contact, rng: random.Random) -> str:
    """Return pounds on the way from the first weight to the last."""
    first, last = person.weight_kg
    grams = round((first + (last - first) * contact.progress) * 1000) + rng.randint(-400, 400)
    return str(Quantity.of(Fraction(grams, 1000), Unit.KILOGRAM).to(Unit.POUND).rounded(1))
