"""Sparklines: the scores in small, true in time and range."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from dashboard.charts.spark import Spark, sparkline
from dashboard.charts.trend import Number
from tests.charts.builders import SVG, day

PHQ9 = Spark(0, 27)


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 our own drawing


def lines(markup: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (p.split(",") for p in line.attrib["points"].split())]
        for line in parsed(markup).iter(f"{SVG}polyline")
    ]


def test_readings_are_at_true_distances_over_the_full_range():
    values: list[Number] = [0, Decimal("13.5"), Fraction(27)]
    readings = list(zip((day(21), day(14), day(0)), values, strict=True))

    assert lines(sparkline(readings, PHQ9)) == [[(4, 28), (41.3, 16), (116, 4)]]


def test_readings_are_put_in_order_of_time():
    assert sparkline([(day(0), 9), (day(7), 3)], PHQ9) == sparkline(
        [(day(7), 3), (day(0), 9)], PHQ9
    )


def test_a_list_of_patients_can_share_one_time_axis():
    spark = Spark(0, 27, start=day(100), end=day(0))

    [line] = lines(sparkline([(day(50), 9), (day(25), 9)], spark))
    assert [x for x, _ in line] == [60, 88]


def test_a_gap_is_not_joined_and_what_stands_alone_is_a_dot():
    spark = Spark(0, 27, max_gap_days=28)
    markup = sparkline([(day(90), 9), (day(20), 8), (day(0), 7)], spark)

    assert [len(line) for line in lines(markup)] == [2]
    assert markup.count("<circle") == 2


def test_a_single_reading_is_a_dot_at_the_end():
    [dot] = parsed(sparkline([(day(3), 27)], PHQ9)).findall(f"{SVG}circle")[-1:]

    assert (dot.get("cx"), dot.get("cy")) == ("116.0", "4.0")


def test_nothing_measured_is_a_dotted_line_not_a_zero():
    markup = sparkline([], PHQ9)

    assert "stroke-dasharray" in markup
    assert "circle" not in markup


def test_the_normal_range_is_shaded_when_asked_for():
    assert "f-norm" in sparkline([(day(3), 9)], Spark(0, 27, normal=(0, 4)))
    assert "f-norm" not in sparkline([(day(3), 9)], PHQ9)


@pytest.mark.parametrize("value", [-1, 28, Decimal("NaN"), 1.5])
def test_a_reading_that_has_no_place_is_refused(value):
    with pytest.raises(ValueError, match=r"outside|exact"):
        sparkline([(day(3), value)], PHQ9)


def test_a_reading_outside_the_time_is_refused():
    with pytest.raises(ValueError, match="time"):
        sparkline([(day(9), 3)], Spark(0, 27, start=day(5), end=day(0)))


def test_it_is_hidden_from_screen_readers_unless_named():
    assert parsed(sparkline([(day(3), 9)], PHQ9)).get("aria-hidden") == "true"

    named = parsed(sparkline([(day(3), 9)], PHQ9, title="<b>PHQ-9\x00</b>"))
    assert named.get("role") == "img"
    assert named.findtext(f"{SVG}title") == "<b>PHQ-9 </b>"


def test_it_carries_no_style_and_no_id():
    markup = sparkline([(day(3 * n), n % 28) for n in range(520)], Spark(0, 27, normal=(0, 4)))

    assert not re.search(r"style|id=|on[a-z]+=", markup)
    assert len(lines(markup)[0]) == 520


def test_two_readings_at_one_instant_are_both_there():
    markup = sparkline([(day(3), 5), (day(3), 9), (day(3) + timedelta(days=1), 9)], PHQ9)

    assert len(lines(markup)[0]) == 3
