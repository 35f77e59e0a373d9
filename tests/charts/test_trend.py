"""Chart data: exact, frozen, and never more joined or more complete than the record."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.charts.lanes import Trend
from dashboard.charts.trend import Band, Baseline, ChangeLines, Mode, Point, Strip, written
from tests.charts.builders import anns, day, phq9, trend, weekly


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(17), "17"),
        (Fraction(33, 2), "16.5"),
        (Fraction(10, 3), "3.3"),
        (Fraction(1, 20), "0.1"),
        (Fraction(-1, 2), "\N{MINUS SIGN}0.5"),
        (Fraction(-1, 100), "0"),
        (Fraction(2699, 100), "27"),
    ],
)
def test_a_value_is_written_whole_or_rounded_half_up_to_a_tenth(value, text):
    assert written(value) == text


@pytest.mark.parametrize(
    "number", [1.5, True, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")]
)
def test_a_number_that_is_not_exact_is_refused(number):
    with pytest.raises(ValueError, match="exact"):
        Point(day(1), number)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Point(datetime(2026, 1, 1), 3)


def test_equal_charts_are_equal_keys_however_their_numbers_and_zones_were_written():
    here = Point(datetime(2026, 1, 1, 7, tzinfo=timezone(timedelta(hours=-5))), Decimal("17.0"))
    there = Point(datetime(2026, 1, 1, 12, tzinfo=UTC), 17)

    assert here == there
    assert hash(here) == hash(there)
    assert repr(here) == repr(there)
    assert hash(anns()) == hash(anns())


@pytest.mark.parametrize(
    "bounds", [{"low": 3}, {"high": 3}, {"low": 9, "high": 4}, {"low": 6, "high": 9}]
)
def test_bounds_that_do_not_hold_the_value_are_refused(bounds):
    with pytest.raises(ValueError, match="bounds"):
        Point(day(1), 5, **bounds)


def test_an_incomplete_score_says_only_what_is_known():
    assert Point(day(1), None, low=14, high=20).label == "14\N{EN DASH}20"
    assert Point(day(1), None).label == "incomplete"


def test_an_unknown_way_of_answering_is_refused():
    with pytest.raises(ValueError, match="telegram"):
        Point(day(1), 5, mode="telegram")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1, 28])
def test_a_score_outside_the_instruments_range_is_refused(value):
    with pytest.raises(ValueError, match="outside 0 to 27"):
        phq9(Point(day(1), value))


def test_a_point_outside_the_charts_days_is_refused_rather_than_hidden():
    inside = trend(phq9(*weekly(5, 6)))

    with pytest.raises(ValueError, match="outside the chart"):
        Trend(inside.span, (phq9(Point(day(4000), 5)),))


def test_points_are_kept_in_order_of_time():
    late, early = Point(day(1), 9), Point(day(8), 12)

    assert phq9(late, early).points == (early, late)


def values_of(strip: Strip) -> list[list[int]]:
    return [[int(point.value or 0) for point in run] for run in strip.runs()]


def test_scores_further_apart_than_the_instrument_allows_are_not_joined():
    strip = phq9(Point(day(60), 5), Point(day(32), 6), Point(day(3), 7))

    assert values_of(strip) == [[5, 6], [7]]


def test_two_versions_of_an_instrument_are_not_joined():
    strip = phq9(Point(day(9), 5, version="1"), Point(day(2), 6, version="2"))

    assert values_of(strip) == [[5], [6]]


def test_an_incomplete_score_is_a_gap_not_a_line():
    strip = phq9(Point(day(9), 5), Point(day(5), None, low=0, high=20), Point(day(2), 6))

    assert values_of(strip) == [[5], [6]]


def test_a_corrected_score_joins_nothing_and_parts_nothing():
    strip = phq9(Point(day(9), 5), Point(day(5), 20, superseded=True), Point(day(2), 6))

    assert values_of(strip) == [[5, 6]]
    assert strip.last == Point(day(2), 6)


def test_a_corrected_or_incomplete_score_is_never_the_newest_value():
    strip = phq9(Point(day(9), 5), Point(day(5), 20, superseded=True), Point(day(2), None))

    assert strip.last == Point(day(9), 5)


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (Fraction(49, 10), "minimal"),
        (5, "mild"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_a_band_holds_its_own_limit(value, label):
    band = phq9().band_of(value)

    assert band is not None
    assert band.label == label


@pytest.mark.parametrize(
    "bands",
    [(Band(5, "a", 0),), (Band(0, "a", 0), Band(0, "b", 1)), (Band(9, "a", 0), Band(0, "b", 1))],
)
def test_bands_that_do_not_rise_from_the_bottom_are_refused(bands):
    with pytest.raises(ValueError, match="bands rise"):
        phq9(bands=bands)


def test_the_table_lists_exactly_the_points():
    rows = trend(
        phq9(
            Point(day(9), 5, mode=Mode.PAPER),
            Point(day(5), None, low=3, high=9),
            Point(day(2), Fraction(25, 2), prorated=True),
        )
    ).table()

    assert [(row.value, row.band, row.remark) for row in rows] == [
        ("5", "mild", "by paper"),
        ("3\N{EN DASH}9", "", "incomplete"),
        ("12.5", "moderate", "prorated"),
    ]


def test_the_summary_says_every_value_the_baseline_and_the_change():
    said = anns().strip("phq9").summary

    assert said.startswith("PHQ-9, depression, 0 to 27, higher is worse. 13 scores: ")
    assert "16-Nov-2026: 9, mild" in said
    assert "Baseline 19 on 29-Aug-2026." in said
    assert "Reliable improvement at 13 and worsening at 25." in said
    assert said.endswith("PHQ-9 19 to 9: reliable improvement.")


def test_a_chart_without_scores_says_so():
    assert "No scores yet." in trend(phq9()).summary


def test_provisional_limits_are_called_provisional():
    strip = phq9(
        *weekly(9), baseline=Baseline(day(1), 9), change=ChangeLines(worse=15, is_provisional=True)
    )

    assert "Reliable worsening at 15 (provisional limits)." in trend(strip).summary
