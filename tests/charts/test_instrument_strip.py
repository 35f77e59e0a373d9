"""An instrument's strip takes every number from the instrument's definition."""

from fractions import Fraction

import pytest

from dashboard.charts.instrument_strip import point_of, strip_of
from dashboard.charts.trend import Baseline, Mode
from dashboard.clinical.instruments import Direction, catalogue, score
from tests.charts.builders import day, drawn, trend, words

PHQ9 = catalogue()["phq9"]
DRAWN = [one for one in catalogue().values() if one.has_primary]


def answered(*values: int | None):
    return score(PHQ9, dict(zip((item.id for item in PHQ9.items), values, strict=False)))


@pytest.mark.parametrize("instrument", DRAWN, ids=lambda instrument: instrument.id)
def test_range_bands_and_gap_are_the_definitions(instrument):
    rule = instrument.primary
    strip = strip_of(instrument, [], subtitle="")

    assert (strip.low, strip.high) == (rule.lowest, rule.highest)
    assert [(band.low, band.label) for band in strip.bands] == [
        (band.start, band.label) for band in rule.bands
    ]
    assert strip.thresholds == tuple(band.start for band in rule.bands[1:])
    assert strip.max_gap_days == rule.chart.max_gap_days


@pytest.mark.parametrize("instrument", DRAWN, ids=lambda instrument: instrument.id)
def test_a_worse_band_is_never_drawn_fainter(instrument):
    shades = [band.shade for band in strip_of(instrument, [], subtitle="").bands]

    worse_up = instrument.primary.direction is Direction.HIGHER_WORSE
    assert shades == sorted(shades, reverse=not worse_up)
    assert len(set(shades)) == len(shades)


@pytest.mark.parametrize("instrument", DRAWN, ids=lambda instrument: instrument.id)
def test_every_bands_word_fits_the_wide_chart(instrument):
    strip = strip_of(instrument, [], subtitle="")

    left_out = {band.short for band in strip.bands} - set(
        words(drawn(trend(strip).strip(strip.key)))
    )
    # four points of 42 are too thin for a word: the table below the chart names them
    assert left_out == ({"mild"} if instrument.id == "dass21" else set())


def test_change_is_counted_from_the_baseline_by_the_instruments_own_limit():
    limit = PHQ9.primary.change
    assert limit is not None
    strip = strip_of(PHQ9, [], subtitle="depression", baseline=Baseline(day(9), 12))

    assert strip.change is not None
    assert strip.change.better == 12 - limit.rci_points
    assert strip.change.worse == 12 + limit.rci_points
    assert strip.change.is_provisional == limit.is_provisional


def test_a_limit_beyond_the_range_is_not_claimed():
    strip = strip_of(PHQ9, [], subtitle="depression", baseline=Baseline(day(9), 26))

    assert strip.change is not None
    assert strip.change.worse is None


def test_a_complete_score_is_drawn_without_bounds():
    point = point_of(answered(*[2] * 9).primary, at=day(3))

    assert (point.value, point.label, point.low, point.high) == (18, "18", None, None)


def test_an_incomplete_score_has_no_value_only_bounds():
    result = answered(*[2] * 5).primary
    point = point_of(result, at=day(3), mode=Mode.PAPER)

    assert point.value is None
    assert (point.low, point.high) == (result.lo, result.hi)
    assert point.remarks == ("incomplete", "by paper")
    assert point.low == Fraction(10)


def test_a_strip_of_real_scores_can_be_drawn():
    points = [point_of(answered(*[n] * 9).primary, at=day(20 - n)) for n in range(4)]
    strip = strip_of(PHQ9, points, subtitle="depression", baseline=Baseline(day(20), 0))

    assert "27" in words(drawn(trend(strip).strip("phq9")))
