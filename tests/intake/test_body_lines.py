"""What is computed from the weights of an intake, with the computation beside it."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.clinical.formulas.body_size import Sex
from dashboard.intake import answers, body_lines
from dashboard.intake.answers import Amount, Plain
from dashboard.intake.body_lines import Grown
from dashboard.intake.definition import Unsaid

TODAY = dt.date(2026, 11, 23)
WEIGHED = "2026-11-20"
GIRL = Grown(dt.date(2011, 11, 20), Sex.FEMALE)  # 15 years, 180.0 months of 30.4375 days


def computed(of=GIRL, *, kg="43.2", cm="165", on=WEIGHED, **more):
    values = {"current": Amount(kg, "kg"), "height": Amount(cm, "cm"), **more}
    weights = answers.carried({}, values | ({"current_on": on} if on else {}), today=TODAY)
    found = body_lines.lines(weights, of=of, today=TODAY)
    return {line.label: line.words for line in found}


def test_under_twenty_the_place_among_peers_is_shown_with_its_computation():
    """The worked example of the clearance reference, 4.2."""
    girl = Grown(dt.date(2011, 5, 23), Sex.FEMALE)

    found = computed(girl, kg="40.0", cm="163", on="2026-11-23")

    peers = "females of 186.0 months"
    assert found["BMI"] == "15.05 kg/m² = 40.00 kg / (1.6300 m)²"
    assert found["Per cent of median BMI"] == (
        f"74.6 % = 15.05 / 20.18 kg/m², the median of {peers} (CDC 2000)"
    )
    assert found["BMI z-score"].startswith("-2.69 = ((BMI/M)^L - 1) / (L × S); L ")
    assert found["BMI percentile"] == f"0.36 among {peers}"
    assert "For information" not in found


@pytest.mark.parametrize(
    ("born", "is_adult"),
    [("2006-11-20", True), ("2006-11-21", False), ("2001-01-01", True), ("2000-11-20", True)],
)
def test_from_the_twentieth_birthday_the_bmi_counts(born, is_adult):
    found = computed(Grown(dt.date.fromisoformat(born), Sex.MALE))

    assert ("Per cent of median BMI" not in found) == is_adult
    assert ("BMI z-score" not in found) == is_adult
    assert ("For information" in found) == (born in {"2006-11-20", "2001-01-01"})


def test_an_unknown_sex_is_compared_with_both():
    weights: dict[str, Plain | Unsaid] = {
        "current": Amount("43.2", "kg"),
        "height": Amount("165", "cm"),
        "current_on": WEIGHED,
    }
    content = answers.carried({}, weights, today=TODAY)
    found = body_lines.lines(content, of=Grown(GIRL.born_on, None), today=TODAY)

    words = [line.words for line in found if line.label == "Per cent of median BMI"]
    assert len(words) == 2
    assert "females" in words[0] and "males of" in words[1]


@pytest.mark.parametrize(
    ("on", "born", "why"),
    [
        (None, GIRL.born_on, "exact day"),
        ("2026-11", GIRL.born_on, "exact day"),
        (Unsaid.DECLINED, GIRL.born_on, "exact day"),
        (WEIGHED, dt.date(2025, 1, 1), "begins at 2 years"),
    ],
)
def test_without_an_exact_day_or_before_two_years_it_says_why_nothing_is_computed(on, born, why):
    found = computed(Grown(born, Sex.FEMALE), on=on)

    assert why in found["Per cent of median BMI"]
    assert "BMI z-score" not in found


def test_above_the_95th_percentile_it_says_how_far_the_numbers_carry():
    assert "grow too slowly" in computed(kg="90")["BMI percentile"]
    assert "grow too slowly" not in computed(kg="55")["BMI percentile"]


def test_a_number_in_question_computes_nothing():
    asked = Amount("14.9", "kg", is_questioned=True)
    sure = Amount("29.0", "kg", is_questioned=True, is_sure=True)

    assert computed(current=asked) == {}
    assert "BMI" in computed(current=sure)


def test_a_bmi_below_a_limit_is_never_shown_at_it():
    adult = Grown(dt.date(1990, 1, 1), Sex.FEMALE)

    assert computed(adult, kg="40.83", cm="165")["BMI"].startswith("14.99 ")


def test_suppression_is_counted_from_the_highest_adult_weight():
    found = computed(highest=Amount("61.7", "kg"))

    assert found["Weight suppression"] == "30.0 % below the highest adult weight"
