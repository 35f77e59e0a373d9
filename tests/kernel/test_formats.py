"""How days, times, ages and numbers are written and read."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from flask import g
from hypothesis import given
from hypothesis import strategies as st

from dashboard import fields, formats
from dashboard.practice.models import Practice

UTC = dt.UTC


@pytest.fixture
def in_new_york(app):
    with app.test_request_context():
        g.practice = Practice(name="x", time_zone="America/New_York", is_synthetic=False)
        yield


READ = {
    "03-Nov-2026": (2026, 11, 3),
    "3 nov 2026": (2026, 11, 3),
    "3 November 2026": (2026, 11, 3),
    "Nov 3, 2026": (2026, 11, 3),
    "2026-11-03": (2026, 11, 3),
    "11/3/2026": (2026, 11, 3),
    "t": (2026, 11, 23),
    "Today": (2026, 11, 23),
    "-3d": (2026, 11, 20),
    "+2w": (2026, 12, 7),
    "+3m": (2027, 2, 23),
    "-1y": (2025, 11, 23),
    "29-Feb-2024": (2024, 2, 29),
}


@pytest.mark.one_database
@pytest.mark.parametrize("text", READ)
def test_a_typed_day_is_read(in_new_york, text):
    with time_machine.travel(dt.datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        assert formats.read_day(text) == dt.date(*READ[text])


UNREADABLE = (
    "", "30-Feb-2026", "29-Feb-2026", "31/12/2026", "2026-13-01", "3 Nonsense 2026", "99999d",
    "+9999y", "٣-Nov-2026", "1-1-26", "tomorrow", "0000-01-01", "3 n 2026", "2026-11-03T10:00",
    "-3d'; DROP TABLE",
)  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("text", UNREADABLE)
def test_a_day_that_cannot_be_meant_is_refused_with_a_sentence(in_new_york, text):
    with pytest.raises(ValueError, match=r"\w"):
        formats.read_day(text)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_day_written_by_us_is_read_back(day):
    assert formats.read_day(formats.day(day)) == day


@pytest.mark.one_database
def test_times_are_written_in_the_practices_zone(in_new_york):
    summer = dt.datetime(2026, 7, 1, 16, 5, tzinfo=UTC)

    assert formats.moment(summer) == "01-Jul-2026 12:05 ET"
    assert formats.zone_label(summer) == "ET (UTC−4)"


@pytest.mark.one_database
def test_the_two_half_past_ones_of_autumn_are_told_apart(in_new_york):
    first = dt.datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    second = dt.datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    assert formats.moment(first) == "01-Nov-2026 01:30 ET (UTC−4)"
    assert formats.moment(second) == "01-Nov-2026 01:30 ET (UTC−5)"


@pytest.mark.one_database
def test_an_instant_late_in_the_evening_belongs_to_the_practices_day(in_new_york):
    assert formats.day(dt.datetime(2026, 11, 4, 3, tzinfo=UTC)) == "03-Nov-2026"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("12.5"), 0, "13"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(8, 3), 2, "2.67"),
        (Decimal("-0.5"), 0, "-1"),
        (None, 1, "–"),
        (7, 1, "7.0"),
    ],
)
def test_numbers_are_rounded_half_up_and_an_absent_one_is_no_zero(value, decimals, text):
    assert formats.number(value, decimals) == text


@pytest.mark.parametrize(
    ("born", "at", "age"),
    [
        ((1996, 3, 14), (2026, 3, 13), 29),
        ((1996, 3, 14), (2026, 3, 14), 30),
        ((2000, 2, 29), (2026, 2, 28), 25),
        ((2000, 2, 29), (2026, 3, 1), 26),
    ],
)
def test_age_is_completed_years(born, at, age):
    assert formats.age_on(dt.date(*born), dt.date(*at)) == age


def test_a_time_the_clocks_skip_is_refused():
    with pytest.raises(fields.TimeIsSkipped):
        fields.instant(dt.date(2026, 3, 8), dt.time(2, 30), "America/New_York")


def test_a_time_that_happens_twice_is_asked_about_and_both_can_be_stored():
    day, time, zone = dt.date(2026, 11, 1), dt.time(1, 30), "America/New_York"
    with pytest.raises(fields.TimeIsDoubled):
        fields.instant(day, time, zone)

    first = fields.instant(day, time, zone, second=False)
    second = fields.instant(day, time, zone, second=True)
    assert second - first == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Dr N. Okafor", "NO"), ("Alice", "A"), ("Ana María de la Cruz", "AC"), ("", ""), ("Dr.", "")],
)
def test_initials_leave_the_title_out(name, initials):
    assert formats.initials(name) == initials


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("3.9 10^3/uL", "3.9 10³/µL"),
        ("below 60 mL/min/1.73m2", "below 60 mL/min/1.73 m²"),
        ("0.6 xULN", "0.6 × ULN"),
        ("36 to 38 C", "36 to 38 °C"),
        ("kg/m2", "kg/m²"),
        ("Child-Pugh C", "Child-Pugh C"),
        ("2.8 mEq/L", "2.8 mEq/L"),
    ],
)
def test_units_are_written_as_they_are_printed(words, printed):
    assert formats.printed(words) == printed
