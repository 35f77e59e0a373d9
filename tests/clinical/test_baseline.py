"""Which score later ones are compared with, and the reason when there is none."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.baseline import Basis, automatic, find

HERE = ZoneInfo("America/New_York")
DOSE = datetime(2026, 11, 3, 14, 0, tzinfo=HERE)


@dataclass(frozen=True)
class Form:
    """One answered form."""

    at: datetime
    value: Fraction | None


def form(value, *, days=0, hours=0) -> Form:
    """Answer a form so long after the first dose; negative is before."""
    exact = None if value is None else Fraction(value)
    return Form(DOSE + timedelta(days=days, hours=hours), exact)


def chosen_of(*forms, dose=DOSE):
    return automatic(forms, first_dose_at=dose, zone=HERE)


def test_the_baseline_is_the_last_score_before_the_first_dose():
    assert chosen_of(form(20, days=-9), form(18, days=-2), form(4, days=7)) == form(18, days=-2)


def test_a_score_on_the_day_of_the_dose_counts_until_the_dose():
    morning, noon, evening = form(17, hours=-5), form(16, hours=-1), form(3, hours=4)

    assert chosen_of(morning, noon, evening) == noon
    assert chosen_of(form(3)) is None


@pytest.mark.parametrize(
    ("days", "hours", "counts"),
    [(-14, 0, True), (-14, -6, True), (-14, -15, False), (-15, 0, False)],
)
def test_fourteen_days_are_days_of_the_calendar(days, hours, counts):
    early = form(20, days=days, hours=hours)

    assert (chosen_of(early) == early) is counts


def test_a_score_without_value_is_no_baseline():
    assert chosen_of(form(20, days=-9), form(None, days=-1)) == form(20, days=-9)


def test_the_day_is_the_clinics_and_not_greenwichs():
    late_evening = Form(datetime(2026, 10, 21, 2, 0, tzinfo=UTC), Fraction(20))

    assert chosen_of(late_evening) is late_evening


def test_a_recorded_choice_wins():
    before, after = form(20, days=-2), form(15, days=30)

    found = find([before, after], first_dose_at=DOSE, zone=HERE, chosen=after)

    assert (found.reading, found.basis) == (after, Basis.CHOSEN)
    assert found.words == "Chosen by a clinician (03-Dec-2026)"


def test_a_choice_that_was_struck_gives_way_and_the_words_say_so():
    before, struck = form(20, days=-2), form(15, days=30)

    found = find([before], first_dose_at=DOSE, zone=HERE, chosen=struck)

    assert found.reading == before
    assert found.words == (
        "The score chosen as baseline no longer counts. "
        "Last score before the first dose (03-Nov-2026), taken 01-Nov-2026"
    )


@pytest.mark.parametrize(
    ("dose", "words"),
    [(None, "No dose has been recorded"),
     (DOSE, "No score in the 14 days before the first dose (03-Nov-2026)")],
)  # fmt: skip
def test_without_a_baseline_the_reason_is_said(dose, words):
    found = find([form(20, days=-20)], first_dose_at=dose, zone=HERE)

    assert (found.reading, found.basis, found.words) == (None, Basis.NONE, words)


moments = st.lists(
    st.builds(
        form, st.none() | st.integers(0, 27), days=st.integers(-20, 20), hours=st.integers(-9, 9)
    )
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(moments)
def test_what_came_after_the_dose_or_has_no_value_never_moves_the_baseline(forms):
    before = [one for one in forms if one.at < DOSE and one.value is not None]

    assert chosen_of(*forms) == chosen_of(*before) == chosen_of(*reversed(forms))
