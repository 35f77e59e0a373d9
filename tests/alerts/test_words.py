"""How an alert is said: by when, and how long ago that was."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.alerts import words

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (dt.timedelta(seconds=1), "due in 1 minute"),
        (dt.timedelta(minutes=20), "due in 20 minutes"),
        (dt.timedelta(minutes=119), "due in 119 minutes"),
        (dt.timedelta(hours=2), "due in 2 hours"),
        (dt.timedelta(hours=47), "due in 47 hours"),
        (dt.timedelta(days=14), "due in 14 days"),
        (dt.timedelta(), "overdue by 1 minute"),
        (dt.timedelta(minutes=-59), "overdue by 59 minutes"),
        (dt.timedelta(hours=-2), "overdue by 2 hours"),
        (dt.timedelta(days=-3), "overdue by 3 days"),
    ],
)
def test_a_clock_is_said_in_its_largest_fitting_unit(left, said):
    assert words.clock(NOON + left, at=NOON) == said


@pytest.mark.parametrize(("number", "said"), [(1, ""), (2, "twice"), (3, "3 times")])
def test_what_was_told_again_is_counted_in_words(number, said):
    assert words.times(number) == said
