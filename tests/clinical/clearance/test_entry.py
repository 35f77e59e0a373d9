"""Entry: what is taken, what is questioned, what is refused; nothing is converted silently."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.clinical.clearance import Collection, Finding, Pressure, Rejected, read, ruleset
from dashboard.clinical.clearance.kinds import Entry, Kind

TODAY = date(2026, 11, 23)
RANGED = [
    (kind, entry) for kind in ruleset().kinds.values() for entry in kind.entries if entry.outer
]
SMALL = Fraction(1, 10_000)
READING = Pressure(Fraction(118), Fraction(74))


def typed(kind: str, value: object, unit: str | None = None, **how: object) -> Finding:
    taken = Collection(on=TODAY, **how)  # type: ignore[arg-type]
    return read(kind, value=value, unit=unit, taken=taken, rules=ruleset())  # type: ignore[arg-type]


def number(kind: Kind, value: Fraction) -> Decimal | int:
    if kind.form.value == "whole number":
        return int(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


@pytest.mark.parametrize(("kind", "entry"), RANGED, ids=lambda v: getattr(v, "name", v.unit))
def test_every_unit_takes_questions_and_refuses_at_its_own_edges(kind: Kind, entry: Entry):
    assert entry.accepted and entry.outer
    step = 1 if kind.form.value == "whole number" else SMALL
    (low, high), (lowest, highest) = entry.accepted, entry.outer
    for value in (low, high):
        assert typed(kind.name, number(kind, value), entry.unit).question is None
    for value in (lowest, highest):
        is_odd = not low <= value <= high
        assert bool(typed(kind.name, number(kind, value), entry.unit).question) is is_odd
    for value in (lowest - step, highest + step):
        with pytest.raises(Rejected, match=kind.name):
            typed(kind.name, number(kind, value), entry.unit)


def test_what_a_person_confirmed_is_no_longer_questioned():
    assert typed("P", "0.8", "mg/dL").question
    assert typed("P", "0.8", "mg/dL", is_confirmed=True).question is None


CONVERSIONS = [  # worked numbers of the clearance reference, section 1.6, and exact definitions
    ("P", "0.81", "mmol/L", Fraction("0.81") / Fraction("0.3229")),
    ("glucose", "3.00", "mmol/L", Fraction(3) / Fraction("0.0555")),
    ("creatinine", "79.6", "µmol/L", Fraction("79.6") / Fraction("88.4")),
    ("K", "3.4", "mmol/L", Fraction("3.4")),
    ("temp_c", "96.0", "°F", Fraction(320, 9)),
    ("weight_kg", "100", "lb", Fraction("45.359237")),
    ("height_cm", "65", "in", Fraction("165.1")),
    ("albumin", "29", "g/L", Fraction("2.9")),
    ("plt", "250000", "/uL", Fraction(250)),
    ("HbA1c", "53", "mmol/mol", Fraction("76.5") / Fraction("10.93")),
    ("WBC", "6,1", "10^9/L", Fraction("6.1")),
]


@pytest.mark.parametrize(("kind", "value", "unit", "canonical"), CONVERSIONS)
def test_a_value_is_converted_exactly_and_kept_as_typed(kind, value, unit, canonical):
    finding = typed(kind, value, unit)

    assert finding.value == canonical
    assert finding.entered.startswith(value)


def test_the_laboratory_s_interval_is_converted_with_the_value():
    finding = typed("P", "1.2", "mmol/L", ref_low="0.8", ref_high="1.45", flag="H")

    assert finding.low == Fraction("0.8") / Fraction("0.3229")
    assert finding.high == Fraction("1.45") / Fraction("0.3229")
    assert finding.is_flagged
    with pytest.raises(Rejected, match="laboratory's interval"):
        typed("P", "1.2", "mmol/L", ref_low="low")


@pytest.mark.parametrize(
    ("kind", "value", "unit"),
    [
        ("K", "4.0", "mg/dL"), ("K", "<3", "mEq/L"), ("K", "", "mEq/L"), ("K", True, "mEq/L"),
        ("K", Decimal("NaN"), "mEq/L"), ("bpic_ss", "3.5", "score"), ("hcg", "maybe", None),
        ("haematemesis", "a little", None), ("syncope_14d", "1", None), ("syncope_14d", 1, None),
        ("bp", "118", "mmHg"), ("bp", "118/74", "kPa"), ("bp", "300/74", None),
        ("hours_since_food", "-1", "h"), ("nothing", "1", None), ("K", READING, None),
        ("hcg", "negative", "mg/dL"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(kind, value, unit):
    with pytest.raises(Rejected, match=f"^{kind}: "):
        typed(kind, value, unit)


@pytest.mark.parametrize("reading", ["118/74", "90/50", "200/120"])
def test_a_pressure_is_two_numbers(reading):
    assert typed("bp", reading).question is None
    assert str(typed("bp", reading).value) == reading


@pytest.mark.parametrize("reading", ["74/118", "80/80", "68/40", "118/34", "201/90"])
def test_an_odd_pressure_is_questioned(reading):
    assert typed("bp", reading).question


def test_collected_after_it_was_resulted_is_questioned():
    assert typed("K", "4.0", "mEq/L", resulted_on=date(2026, 11, 22)).question
    assert typed("K", "4.0", "mEq/L", resulted_on=TODAY).question is None


def test_a_change_may_be_negative_and_a_value_may_not():
    assert typed("weight_loss_pct_14d", "-2", "%").value == -2
    assert typed("days_early_refill", "-3", "d").value == -3


@pytest.mark.parametrize("name", ["height_cm", "temp_c"])
def test_no_height_and_no_temperature_is_usual_in_two_units(name: str):
    """A wrong unit is always asked about or refused by its range; only a weight needs the last."""
    one, other = (entry.accepted for entry in ruleset().kinds[name].entries)
    assert one and other
    assert one[1] < other[0] or other[1] < one[0]
