"""How far a measure has come: never told where a blank or another version could change it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.clinical.benchmarks import Met
from dashboard.clinical.goals import Bounded, Measured, improvement, reached, way_gone
from dashboard.clinical.ruler import Reading
from dashboard.clinical.score_rules import Direction

START = date(2026, 11, 2)
LOWER, HIGHER = Direction.HIGHER_WORSE, Direction.HIGHER_BETTER


def reading(lo, hi=None, *, day=0, version="v") -> Reading:
    low, high = Fraction(lo), Fraction(lo if hi is None else hi)
    return Reading(START + timedelta(days=day), low if low == high else None, low, high, version)


def measured(before, after, *, direction=LOWER, **more) -> Measured:
    return Measured("EDE-QS", direction, before, after, **more)


def one(value) -> Bounded:
    return Bounded(Fraction(value), Fraction(value))


@pytest.mark.parametrize(
    ("before", "after", "direction", "percent"),
    [(20, 15, LOWER, 25), (20, 25, LOWER, -25), (40, 50, HIGHER, 25), (20, 20, LOWER, 0)],
)
def test_improvement_is_in_per_cent_of_the_baseline_and_in_its_own_direction(
    before, after, direction, percent
):
    found = improvement(measured(reading(before), reading(after, day=7), direction=direction))

    assert found == one(percent)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, reading(5, day=7)),
        (reading(20), None),
        (reading(0), reading(0, day=7)),  # a per cent of nothing
        (reading(0, 3), reading(0, day=7)),
        (reading(20), reading(15, day=7, version="w")),
        (reading(20), reading(15)),  # the same day
    ],
)
def test_without_two_comparable_readings_nothing_is_said(before, after):
    assert improvement(measured(before, after)) is None


def test_blanks_give_a_range():
    found = improvement(measured(reading(20), reading(14, 16, day=7)))

    assert found == Bounded(Fraction(20), Fraction(30))


@pytest.mark.parametrize(
    ("latest", "target", "direction", "met"),
    [
        (reading(15, day=7), 15, LOWER, Met.YES),
        (reading(16, day=7), 15, LOWER, Met.NO),
        (reading(14, 16, day=7), 15, LOWER, Met.CANNOT_TELL),
        (reading(50, day=7), 50, HIGHER, Met.YES),
        (reading(49, day=7), 50, HIGHER, Met.NO),
        (None, 15, LOWER, Met.CANNOT_TELL),
    ],
)
def test_a_target_is_reached_at_it_and_beyond_it(latest, target, direction, met):
    here = measured(None, latest, direction=direction)

    assert reached(here, target=Fraction(target)) is met


def test_an_old_score_does_not_say_that_a_target_is_reached():
    here = measured(reading(20), reading(5, day=7), stale_since=START)

    assert reached(here, target=Fraction(15)) is Met.CANNOT_TELL


def test_the_way_gone_runs_from_baseline_to_target_and_says_when_it_goes_back():
    def way(after, target=10):
        return way_gone(measured(reading(20), reading(after, day=7)), target=Fraction(target))

    assert (way(15), way(10), way(22), way(5)) == (one(50), one(100), one(-20), one(150))
    assert way(15, target=20) is None  # reached before it began
    assert way_gone(measured(reading(20), None), target=Fraction(10)) is None


@given(
    before=st.integers(1, 36), after=st.integers(0, 36), target=st.integers(0, 36),
    direction=st.sampled_from(Direction),
)  # fmt: skip
def test_reached_and_the_whole_way_gone_are_the_same(before, after, target, direction):
    here = measured(reading(before), reading(after, day=7), direction=direction)
    gone = way_gone(here, target=Fraction(target))
    assume(gone is not None)

    assert (gone.low >= 100) is (reached(here, target=Fraction(target)) is Met.YES)
    assert (gone.low > 0) is (improvement(here).low > 0)
