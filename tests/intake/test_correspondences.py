"""What answers what: only what both ask, in values the field can hold, each with its reason."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dashboard.clinical.instruments import catalogue, load
from dashboard.intake.answers import Amount
from dashboard.intake.correspondences import MATCHES, PLACES, matches, place
from dashboard.intake.definition import Number, YesNo
from dashboard.intake.sections import BY_KEY
from dashboard.settings import ROOT

PACK = ROOT / "dashboard/clinical/data/packs/who5"


@pytest.mark.parametrize("match", MATCHES, ids=lambda one: f"{one.instrument} {one.item}")
def test_every_match_names_what_exists_and_gives_values_of_its_field(match):
    item = catalogue()[match.instrument].item(match.item)
    field = BY_KEY[match.section].field(match.field)
    values = [match.value(one) for one in item.scale.values]

    assert match.reason
    assert any(one is not None for one in values)
    kind = bool if isinstance(field, YesNo) else Amount
    assert isinstance(field, YesNo | Number)
    assert all(one is None or isinstance(one, kind) for one in values)
    assert not BY_KEY[match.section].is_blind, "weights never come by link"


@pytest.mark.parametrize("where", PLACES, ids=lambda one: f"{one.instrument} {one.items}")
def test_every_place_names_what_exists_and_says_why_it_is_no_answer(where):
    instrument = catalogue().get(where.instrument)
    if instrument is None:
        assert where.instrument == "who5", "a pack that a practice turns on"
        instrument = load(PACK / "who5-2015.1.toml")
    assert {instrument.item(name).id for name in where.items} == set(where.items)
    assert BY_KEY[where.section].field(where.field).key == where.field
    assert where.reason


@pytest.mark.parametrize(
    ("times", "a_week"), [(0, "0"), (1, "0.25"), (2, "0.5"), (5, "1.25"), (28, "7")]
)
def test_times_in_28_days_are_a_quarter_a_week_exactly(times, a_week):
    (vomiting,) = matches("edeq6", "16")
    assert vomiting.value(times) == Amount(a_week, "a week")
    assert Fraction(a_week) == Fraction(times, 4)


def test_an_unusual_number_is_a_question_and_an_impossible_one_is_no_answer():
    (vomiting,) = matches("edeq6", "16")
    assert vomiting.value(300).is_questioned
    assert vomiting.value(900) is None


def test_never_drinking_is_0_a_week_and_nothing_else_of_the_audit_is_a_number():
    (alcohol,) = matches("auditc", "1")
    assert alcohol.value(0) == Amount("0", "a week")
    assert [alcohol.value(one) for one in (1, 2, 3, 4)] == [None] * 4


def test_no_question_of_another_scale_gives_a_level_of_the_columbia_scale():
    assert not [one for one in MATCHES if one.field.startswith("cssrs")]
    assert "no level" in place("phq9", "9").reason
    assert "no diagnosis" in place("phq9", "1").reason
    assert place("nrs_daily", "mood") is None
