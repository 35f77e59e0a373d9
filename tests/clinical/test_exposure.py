"""A dose is shown with what it comes to for this body, or with the reason why nobody can tell."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.clearance.patient import ROUTES
from dashboard.clinical.clearance.validity import Span
from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.exposure import SHARES, BodyWeight, Share, exposure

TODAY = date(2026, 11, 23)
WEEK = Span(7)


def weighed(kg, *, days_ago=0, **more):
    return BodyWeight(Fraction(kg), TODAY - timedelta(days=days_ago), "clinic scale", **more)


def of(dose, *weights, route="RDT", valid=WEEK):
    return exposure(Fraction(dose), route=route, weights=weights, valid=valid, on=TODAY)


@pytest.mark.parametrize(
    ("kg", "rate", "low", "high"),
    [("43.2", "6.9", "1.7", "2.1"), ("75", "4.0", "0.96", "1.2")],
)
def test_the_worked_example_of_the_reference_comes_out(kg, rate, low, high):
    found = of(300, weighed(kg))

    assert None not in (found.mg_per_kg, found.iv_low, found.iv_high)
    shown = [(found.mg_per_kg, rate), (found.iv_low, low), (found.iv_high, high)]
    for value, text in shown:
        assert round(float(value), len(text.partition(".")[2])) == float(text)
    assert found.reason == ""


def test_every_route_of_the_clearance_has_its_range_and_shares_its_upper_end():
    assert {route: share.high for route, share in SHARES.items()} == dict(ROUTES)
    lows = {route: str(float(share.low)) for route, share in SHARES.items()}
    assert lows == {
        "IV": "1.0", "IM": "0.93", "SC": "0.9", "IN racemic": "0.25", "IN esketamine": "0.48",
        "SL": "0.24", "RDT": "0.24", "troche": "0.24", "oral": "0.2",
    }  # fmt: skip


def test_each_range_says_how_well_it_is_known():
    assert SHARES["oral"].provenance.standing is Standing.VERIFIED
    assert SHARES["IM"].provenance.words == "from memory, about 90 % sure"
    assert SHARES["SL"].provenance.words == "not marked in the reference"
    assert all(share.provenance.source for share in SHARES.values())


@pytest.mark.parametrize(("days_ago", "is_known"), [(0, True), (7, True), (8, False)])
def test_a_weight_counts_to_the_last_day_of_its_validity(days_ago, is_known):
    found = of(100, weighed(50, days_ago=days_ago))

    assert (found.mg_per_kg == 2) is is_known
    assert (found.mg_per_kg is None) is not is_known
    assert found.weight is not None  # shown as it is, with its day
    assert found.reason == ("" if is_known else "the latest weight is out of date: 8 days old")


def test_an_old_weight_is_not_replaced_by_nothing_better():
    found = of(100, weighed(50, days_ago=9), weighed(49, days_ago=30))

    assert found.weight == weighed(50, days_ago=9)
    assert (found.mg_per_kg, found.iv_low, found.iv_high) == (None, None, None)


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ([], "no weight was measured"),
        ([weighed(50, is_stated=True)], "no weight was measured"),
        ([weighed(50, days_ago=-1)], "the only weight is of a later day"),
        (
            [weighed(60, days_ago=2), weighed(50, is_in_question=True)],
            "the latest weight is in question: confirm it or weigh again",
        ),
    ],
)
def test_without_a_weight_to_rely_on_there_is_no_figure(weights, reason):
    found = of(100, *weights)

    assert (found.mg_per_kg, found.iv_low, found.iv_high) == (None, None, None)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("route", "reason"),
    [(None, "the route is not known"), ("rectal", 'no range is known for the route "rectal"')],
)
def test_without_a_known_route_there_is_no_equivalent(route, reason):
    found = of(100, weighed(50), route=route)

    assert (found.mg_per_kg, found.iv_low, found.iv_high) == (2, None, None)
    assert found.reason == reason


def test_of_two_weights_on_one_day_the_lower_counts():
    assert of(100, weighed(50), weighed(40), weighed(45, days_ago=1)).mg_per_kg == Fraction(5, 2)


@given(
    dose=st.integers(1, 1000),
    kg=st.integers(25, 250),
    lighter=st.integers(1, 20),
    route=st.sampled_from(sorted(SHARES)),
)
def test_the_same_tablet_is_more_for_a_lighter_patient(dose, kg, lighter, route):
    heavy = of(dose, weighed(kg), route=route)
    light = of(dose, weighed(kg - lighter), route=route)

    assert light.mg_per_kg > heavy.mg_per_kg
    assert heavy.iv_low <= heavy.iv_high <= heavy.mg_per_kg
    assert light.iv_high > heavy.iv_high


@pytest.mark.parametrize("dose", [0, -1])
def test_no_dose_has_no_exposure(dose):
    with pytest.raises(ValueError, match="above 0 mg"):
        of(dose, weighed(50))


def test_nonsense_is_refused_where_it_enters():
    with pytest.raises(ValueError, match="above 0 kg"):
        weighed(0)
    with pytest.raises(ValueError, match="from above 0 up to 1"):
        Share(Fraction(1, 2), Fraction(1, 4), SHARES["IM"].provenance)
