"""A share and a rate are told with how sure they are, as the literature computes it."""

from fractions import Fraction
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.proportions import Interval, expected, rate, share

COUNTS = st.integers(0, 3000)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)  # fmt: skip
def test_wilsons_interval_is_the_published_one(hits, of, low, high):
    found = share(hits, of)

    assert found.value == Fraction(hits, of)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390),
     (100, 81.364, 121.627)],
)  # fmt: skip
def test_garwoods_interval_is_the_published_one(events, low, high):
    found = expected(events)

    assert isclose(found.low, low, abs_tol=5e-4) and isclose(found.high, high, abs_tol=5e-4)


def test_no_event_is_no_proof_of_safety():
    found = rate(0, 40)

    assert found.value == 0 and found.interval.low == 0
    assert isclose(found.interval.high, 3.688879 / 40 * 100, rel_tol=1e-6), "9.2 per 100 sessions"


def test_a_rate_may_be_above_one_a_session():
    assert rate(250, 100).value == 250 and rate(250, 100).interval.low > 200


def test_a_huge_count_is_computed_as_well_as_a_small_one():
    events, z = 1_000_000, 1.959963984540054
    found = expected(events)

    def nearly(count: int, *, sign: int) -> float:  # Wilson & Hilferty 1931, good for large counts
        return float(count * (1 - 1 / (9 * count) + sign * z / (3 * count**0.5)) ** 3)

    assert isclose(found.low, nearly(events, sign=-1), rel_tol=1e-7)
    assert isclose(found.high, nearly(events + 1, sign=1), rel_tol=1e-7)


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (1, 0), (3, 2), (-1, 5), (0, -1)])
def test_a_share_of_nothing_is_no_share(hits, of):
    with pytest.raises(ValueError, match="no share"):
        share(hits, of)


@pytest.mark.parametrize(("events", "of", "per"), [(1, 0, 100), (-1, 5, 100), (1, -5, 100),
                                                   (1, 5, 0)])  # fmt: skip
def test_a_rate_of_nothing_is_no_rate(events, of, per):
    with pytest.raises(ValueError, match="is no"):
        rate(events, of, per=per)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (-1, 1), (float("nan"), 1)])
def test_an_interval_runs_upwards(low, high):
    with pytest.raises(ValueError, match="upwards"):
        Interval(low, high)


@given(st.data(), st.integers(1, 5000))
def test_the_share_lies_inside_and_its_mirror_is_the_mirror(data, of):
    hits = data.draw(st.integers(0, of))
    found, other = share(hits, of).interval, share(of - hits, of).interval

    assert 0 <= found.low <= hits / of <= found.high <= 1
    assert isclose(found.low, 1 - other.high, abs_tol=1e-12)
    assert (found.low == 0) == (hits == 0) and (found.high == 1) == (hits == of)


@given(st.integers(0, 50), st.integers(1, 50))
def test_ten_times_as_many_make_it_narrower(hits, missed):
    few, many = share(hits, hits + missed), share(10 * hits, 10 * (hits + missed))

    width, narrower = (one.interval.high - one.interval.low for one in (few, many))
    assert narrower < width


@given(COUNTS)
def test_the_count_lies_inside_and_more_events_move_both_ends_up(events):
    found, more = expected(events), expected(events + 1)

    assert found.low <= events < found.high
    assert found.low < more.low and found.high < more.high


@given(st.integers(0, 60))
def test_each_end_leaves_two_and_a_half_percent_outside(events):
    def at_most(count: int, mean: Fraction) -> Fraction:  # the sum itself, without floats
        term = total = Fraction(1)
        for number in range(1, count + 1):
            term *= mean / number
            total += term
        return total

    found = expected(events)
    high = Fraction(found.high)
    beyond = float(at_most(events, high)) * 2.718281828459045**-found.high
    assert isclose(beyond, 0.025, rel_tol=1e-9)
    if events:
        low = Fraction(found.low)
        below = 1 - float(at_most(events - 1, low)) * 2.718281828459045**-found.low
        assert isclose(below, 0.025, rel_tol=1e-8)


@given(COUNTS, st.integers(1, 400))
def test_a_rate_is_the_count_in_another_unit(events, sessions):
    found, counted = rate(events, sessions).interval, expected(events)

    assert isclose(found.high, counted.high * 100 / sessions, rel_tol=1e-12)
