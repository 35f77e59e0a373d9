"""Fields: what people type is read or refused with a sentence, and never stored half-understood."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    LongTextField,
    NumberField,
    Required,
    TextField,
    WholeNumberField,
    clean,
)


class Sample(Form):
    line = TextField("Line", longest=20)
    text = LongTextField("Text", longest=50)
    whole = WholeNumberField("Whole", [Between(0, 300, "/min")])
    number = NumberField("Number", [Between(Decimal(30), Decimal(45), "°C")], places=1)
    day = DayField("Day")
    clock = ClockField("Clock")
    needed = TextField("Needed", [Required("Enter something.")])


def filled(**typed):
    form = Sample(MultiDict({"needed": "x", **typed}))
    form.validate()
    return form


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1e3",
        "3_0",
        "sNaN",
        "NaN",
        "inf",
        "9223372036854775808",
        "٣",
        "１２",
        "1.5",
        "--1",
        "0x10",
        "1 2",
    ],
)
def test_what_is_no_whole_number_is_refused_and_kept(text):
    form = filled(whole=text)

    assert form.whole.errors and form.whole.data is None
    assert form.whole._value() == clean(text)


@pytest.mark.parametrize(
    "text", ["sNaN", "NaN", "Infinity", "1e1", "3_6", "36.66", "36,6,1", "٣٦", "1.", ".5", "36.6°"]
)
def test_what_is_no_plain_number_is_refused(text):
    form = filled(number=text)

    assert form.number.errors and form.number.data is None


@pytest.mark.parametrize(
    ("text", "value"), [("36.6", "36.6"), ("36,6", "36.6"), (" 37 ", "37"), ("45", "45")]
)
def test_a_number_is_read(text, value):
    form = filled(number=text)

    assert not form.number.errors and form.number.data == Decimal(value)


@pytest.mark.parametrize("text", ["29.9", "45.1", "-36.6", "366"])
def test_a_number_out_of_range_is_refused_with_its_limits(text):
    assert "from 30 to 45 °C" in filled(number=text).number.errors[0]


@pytest.mark.parametrize(
    ("text", "clock"), [("14:05", (14, 5)), ("1405", (14, 5)), ("9:30", (9, 30)), ("0:00", (0, 0))]
)
def test_a_time_is_read(text, clock):
    data = filled(clock=text).clock.data

    assert (data.hour, data.minute) == clock


@pytest.mark.parametrize("text", ["24:00", "12:60", "2 pm", "noon", "12:5", "1:2:3", "١٤:٠٥"])
def test_what_is_no_time_is_refused(text):
    assert filled(clock=text).clock.errors


@pytest.mark.parametrize("text", ["01-Jan-1899", "01-Jan-2200", "9999-12-31"])
def test_a_year_that_cannot_be_meant_is_refused(text):
    assert filled(day=text).day.errors


def test_an_empty_field_is_absent_not_zero():
    form = filled(whole="", number="  ", day="", clock="")

    assert (form.whole.data, form.number.data, form.day.data, form.clock.data) == (None,) * 4


def test_text_is_normalised_and_freed_of_control_characters():
    assert clean("e\u0301\x00\x07 a\u200fb\ud800") == "é a\u200fb"
    assert clean("a\r\nb\tc", lines=True) == "a\nb\tc"
    assert clean("a\nb") == "ab"


def test_a_name_cannot_be_written_backwards():
    assert clean("Ann \u202elebA\u202c") == "Ann lebA"
    assert clean("\u05d0\u05b5\u05d9") == "\u05d0\u05b5\u05d9"


def test_text_that_is_too_long_is_refused_and_not_cut():
    form = filled(text="x" * 51)

    assert "Shorten this to 50 characters; it has 51." in form.text.errors
    assert form.text.data == "x" * 51


def test_a_needed_field_says_what_is_missing():
    assert filled(needed="  \x00 ").needed.errors == ["Enter something."]
