"""What a patient is asked by default, by diagnosis."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.clinical.check_in_sets import Proposal, all_sets, default_set, proposals, sets_for
from dashboard.clinical.diagnoses import all_diagnoses
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.schedules import AfterDose, Calendar, Dose, Entry, occasions, problems

MONDAY = date(2026, 11, 2)
HERE = ZoneInfo("America/New_York")
WITH_TEXT = {name for name, one in catalogue().items() if one.licence.text_included}
AFTER_A_DOSE = [
    Entry("nrs_session", AfterDose((24,))),
    Entry("nrs_daily", AfterDose((24, 72, 168))),
]


def asked(*codes, available=frozenset(WITH_TEXT)):
    return default_set(codes, starting=MONDAY, available=available)


def every(days, *names):
    return [Entry(name, Calendar(days, MONDAY)) for name in names]


@pytest.mark.parametrize("code", ["F50.011", "F50.24", "F50.812", "F50.9", "f50.2"])
def test_an_eating_disorder_is_followed_weekly_and_mood_every_two_weeks(code):
    assert list(asked(code)) == [
        *every(7, "edeqs", "counts_weekly", "nrs_weekly"), *every(14, "phq9", "gad7"),
        *AFTER_A_DOSE,
    ]  # fmt: skip


def test_ede_q_and_cia_come_every_28_days_where_the_practice_holds_the_text():
    with_them = asked("F50.24", available=set(catalogue()))

    assert [entry for entry in with_them if entry.instrument_id in ("edeq6", "cia3")] == every(
        28, "edeq6", "cia3"
    )


@pytest.mark.parametrize("code", ["F50.82", "F50.83", "F50.84", "F98.21", "F98.3"])
def test_a_feeding_disorder_is_not_asked_about_weight_and_shape(code):
    names = {entry.instrument_id for entry in asked(code, available=set(catalogue()))}

    assert names == {"phq9", "gad7", "nrs_weekly", "nrs_session", "nrs_daily"}
    assert not any("ARFID" in catalogue()[name].administration.not_for for name in names)


@pytest.mark.parametrize("codes", [[], ["F33.1"], ["Z68.1", "R63.4"]])
def test_without_an_eating_disorder_nothing_about_eating_is_assumed(codes):
    assert list(asked(*codes)) == [*every(14, "phq9", "gad7"), *AFTER_A_DOSE]


def test_two_diagnoses_are_asked_about_together_and_nothing_twice():
    both = asked("F50.82", "F50.24", "F33.1")

    assert set(both) == set(asked("F50.24"))
    assert len({entry.instrument_id for entry in both}) == len(both)
    assert [one.id for one in sets_for(["F50.82", "F50.24"])] == [
        "eating_disorder",
        "feeding_disorder",
    ]


def test_every_default_gives_reason_and_source_and_breaks_no_rule_of_its_instrument():
    for diagnosis in all_diagnoses():
        for one in proposals([diagnosis.code], available=set(catalogue())):
            assert one.reason
            assert one.source
            assert problems(one.entry(starting=MONDAY), catalogue()[one.instrument_id]) == ()
    assert {one.instrument_id for kind in all_sets() for one in kind.proposals} <= set(catalogue())


def test_a_default_says_when_it_comes_in_one_way_only():
    for every_days, hours in ((None, ()), (7, (24,))):
        with pytest.raises(ValueError, match="every_days or at after_dose_hours"):
            Proposal("phq9", "why", "who", every_days, hours)


def test_the_default_set_leaves_nobody_out_for_long():
    start = datetime(2026, 11, 2, tzinfo=HERE)

    made = occasions(
        asked("F50.24", available=set(catalogue())), instruments=catalogue(), answered=(),
        doses=[Dose("1", start + timedelta(days=8, hours=14))], zone=HERE, start=start,
        until=start + timedelta(weeks=12),
    )  # fmt: skip

    times = {name: sum(name in one.instrument_ids for one in made) for name in catalogue()}
    assert (times["edeq6"], times["cia3"]) == (3, 3)
    assert times["phq9"] == 6
    assert [times[name] for name in ("edeqs", "counts_weekly", "gad7", "nrs_weekly")] == [
        9,
        9,
        6,
        6,
    ]
