"""Units lead back to exactly what was typed: a hundred thousand values for each measurement."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import cycle, permutations
from random import Random

import pytest

from dashboard.clinical.clearance import ruleset
from dashboard.clinical.quantities import SCALES, Quantity, Unit

VALUES = 100_000
KINDS = {kind.name: kind for kind in ruleset().kinds.values() if len(kind.entries) > 1}
BODY = ("weight_kg", "height_cm", "temp_c")
LABORATORY = tuple(sorted(set(KINDS) - set(BODY)))
VITAL = [
    (one, other)
    for one, other in permutations(Unit, 2)
    if SCALES[one].canonical is SCALES[other].canonical
]


@cache
def typed_values() -> tuple[Fraction, ...]:
    """Return numbers as people type them: up to six digits and four decimals, the same each run."""
    draw = Random(4)  # noqa: S311 - so that a failure comes back
    return tuple(Fraction(draw.randrange(1, 10**10), 10**4) for _ in range(VALUES))


@pytest.mark.parametrize("names", [("weight_kg",), ("height_cm",), ("temp_c",), LABORATORY],
                         ids=[*BODY, "laboratory"])  # fmt: skip
def test_a_hundred_thousand_values_come_back_from_another_unit(names):
    """Every way between two units leads over the rules' own: each leg is exact, so each pair is."""
    entries = [e for name in names for e in KINDS[name].entries if e.unit != KINDS[name].unit]
    assert entries

    for value, entry in zip(typed_values(), cycle(entries), strict=False):
        if entry.entered(entry.canonical(value)) != value:
            pytest.fail(f"{value} {entry.unit} comes back changed from {entry}")


@pytest.mark.parametrize("name", KINDS)
def test_a_value_comes_back_from_every_other_unit_of_its_kind(name):
    for value in typed_values()[:20]:
        for one, other in permutations(KINDS[name].entries, 2):
            there = other.entered(one.canonical(value))

            assert one.entered(other.canonical(there)) == value


def test_vital_signs_come_back_from_another_unit():
    for value, (one, other) in zip(typed_values()[:10_000], cycle(VITAL), strict=False):
        quantity = Quantity(value, one)
        if quantity.to(other).to(one) != quantity:
            pytest.fail(f"{value} {one} comes back changed from {other}")


def test_the_two_tables_of_units_say_the_same():
    """Vital signs are converted by one table, findings by another: they must not drift apart."""
    kinds = ruleset().kinds
    for name, unit, word in (
        ("weight_kg", Unit.POUND, "lb"), ("height_cm", Unit.INCH, "in"),
        ("temp_c", Unit.FAHRENHEIT, "F"),
    ):  # fmt: skip
        entry = kinds[name].entry(word)

        assert (entry.factor, entry.offset) == (SCALES[unit].factor, SCALES[unit].offset)
