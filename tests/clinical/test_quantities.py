"""A value with a unit: converted exactly, or refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical import quantities
from dashboard.clinical.clearance.findings import plain_number
from dashboard.clinical.quantities import NotANumber, Quantity, TwoReadings, Unit, UnitsDoNotMatch

EXACT = [
    ("1", Unit.POUND, Unit.KILOGRAM, "0.45359237"),
    ("1", Unit.INCH, Unit.CENTIMETRE, "2.54"),
    ("32", Unit.FAHRENHEIT, Unit.CELSIUS, "0"),
    ("212", Unit.FAHRENHEIT, Unit.CELSIUS, "100"),
    ("98.6", Unit.FAHRENHEIT, Unit.CELSIUS, "37"),
    ("37", Unit.CELSIUS, Unit.FAHRENHEIT, "98.6"),
    ("110", Unit.POUND, Unit.KILOGRAM, "49.8951607"),
    ("64", Unit.INCH, Unit.CENTIMETRE, "162.56"),
]
GUARDS = {
    name: getattr(quantities, name)
    for name in (
        "SYSTOLIC", "DIASTOLIC", "HEART_RATE", "SPO2", "RESPIRATORY_RATE", "TEMPERATURE", "WEIGHT",
        "HEIGHT",
    )
}  # fmt: skip
NUMBERS = st.decimals(0, 1000, places=3, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(("typed", "unit", "wanted", "exactly"), EXACT)
def test_units_convert_exactly_by_their_definitions(typed, unit, wanted, exactly):
    assert Quantity.of(typed, unit).to(wanted).value == Fraction(exactly)


@given(NUMBERS, st.sampled_from(Unit), st.sampled_from(Unit))
def test_there_and_back_is_the_same_value_or_refused(number, unit, other):
    quantity = Quantity.of(number, unit)
    same_kind = quantities.SCALES[unit].canonical is quantities.SCALES[other].canonical

    if same_kind:
        assert quantity.to(other).to(unit) == quantity
    else:
        with pytest.raises(UnitsDoNotMatch):
            quantity.to(other)


@pytest.mark.parametrize(
    "text",
    ["", " 72", "7_2", "sNaN", "NaN", "inf", "1e3", "-1", "+1", "٧٢", "72 kg", "1,2,3", "9" * 7,
     "1.23456", "1.", ".5", "0x1f", "72\n"],
)  # fmt: skip
def test_what_is_not_a_plain_number_is_refused(text):
    with pytest.raises(NotANumber):
        Quantity.of(text, Unit.KILOGRAM)


@pytest.mark.parametrize("typed", ["1,200", "250,000", "12,345"])
def test_a_comma_that_may_part_thousands_is_asked_about(typed):
    with pytest.raises(TwoReadings, match="Write the number without it"):
        Quantity.of(typed, Unit.PERCENT)
    with pytest.raises(ValueError, match="Write the number without it"):
        plain_number(typed)


def test_a_comma_is_read_as_a_point():
    assert Quantity.of("36,6", Unit.CELSIUS) == Quantity.of("36.6", Unit.CELSIUS)


@pytest.mark.parametrize("number", [36.6, True, float("nan")])
def test_a_rounded_number_has_no_place_in_a_chart(number):
    with pytest.raises(TypeError):
        Quantity.of(number, Unit.CELSIUS)
    with pytest.raises(TypeError):
        Quantity(number, Unit.CELSIUS)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity"])
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(NotANumber):
        Quantity.of(Decimal(number), Unit.CELSIUS)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("36.65", 1, "36.7"),
        ("36.64999", 1, "36.6"),
        ("-0.05", 1, "-0.1"),
        ("49.8951607", 4, "49.8952"),
    ],
)
def test_display_rounds_half_up(value, places, shown):
    assert str(Quantity(Fraction(value), Unit.KILOGRAM).rounded(places)) == shown


@pytest.mark.parametrize("name", GUARDS)
def test_both_ends_of_a_typing_guard_are_believed_and_nothing_outside(name):
    for guard in GUARDS[name]:
        step = Decimal("0.0001")

        assert guard.holds(Quantity.of(guard.lowest, guard.unit))
        assert guard.holds(Quantity.of(guard.highest, guard.unit))
        assert not guard.holds(Quantity.of(guard.lowest - step, guard.unit))
        assert not guard.holds(Quantity.of(guard.highest + step, guard.unit))


def test_the_guards_of_a_measurement_agree_between_its_units_within_a_unit():
    for guards in GUARDS.values():
        for guard in guards[1:]:
            low = Quantity.of(guards[0].lowest, guards[0].unit).to(guard.unit)
            high = Quantity.of(guards[0].highest, guards[0].unit).to(guard.unit)
            assert abs(low.value - Fraction(guard.lowest)) < 1
            assert abs(high.value - Fraction(guard.highest)) < 2


def test_a_celsius_temperature_typed_as_fahrenheit_is_a_typing_error():
    guard = quantities.guard_for(quantities.TEMPERATURE, Unit.FAHRENHEIT)

    assert not guard.holds(Quantity.of("36.6", Unit.FAHRENHEIT))
    assert guard.words == "86 to 107.6 °F"


def test_a_guard_never_judges_a_value_in_another_unit():
    guard = quantities.guard_for(quantities.WEIGHT, Unit.POUND)

    with pytest.raises(UnitsDoNotMatch):
        guard.holds(Quantity.of("50", Unit.KILOGRAM))
    with pytest.raises(UnitsDoNotMatch):
        quantities.guard_for(quantities.WEIGHT, Unit.INCH)
