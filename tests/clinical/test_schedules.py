"""Which questionnaires are asked on which day: never too often, never too many at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.clinical.schedules import (
    AfterDose,
    Answered,
    Calendar,
    Dose,
    Entry,
    occasions,
    plan,
    problems,
)
from dashboard.clinical.turns import MOST_QUESTIONS, choose

HERE = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 2)
START = datetime(2026, 11, 2, tzinfo=HERE)
INSTRUMENTS: Mapping[str, Instrument] = catalogue()


def asked(*entries, weeks=4, doses=(), answered=(), start=START):
    """Work out the check-ins of so many weeks."""
    return occasions(
        entries, instruments=INSTRUMENTS, doses=doses, answered=answered, zone=HERE,
        start=start, until=START + timedelta(weeks=weeks),
    )  # fmt: skip


def every(days, name, *, starting=MONDAY) -> Entry:
    return Entry(name, Calendar(days, starting))


def days_of(name, made) -> list[str]:
    return [one.on.isoformat() for one in made if name in one.instrument_ids]


def at(day, hour=9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=HERE)


def test_what_is_due_on_one_day_is_one_check_in_with_the_eating_disorder_first():
    made = asked(every(14, "phq9"), every(7, "edeqs"), every(14, "gad7"), weeks=2)

    assert [(one.key, one.instrument_ids, one.questions) for one in made] == [
        ("2026-11-02", ("edeqs", "phq9", "gad7"), 29),
        ("2026-11-09", ("edeqs",), 12),
    ]


def test_check_ins_open_at_the_same_hour_of_the_clinic_when_the_clocks_change():
    made = asked(every(7, "edeqs", starting=date(2026, 10, 26)),
                 start=datetime(2026, 10, 25, tzinfo=HERE), weeks=1)  # fmt: skip

    assert [one.due_at for one in made] == [
        datetime(2026, 10, 26, 12, tzinfo=UTC),
        datetime(2026, 11, 2, 13, tzinfo=UTC),
    ]


def test_after_a_dose_each_check_in_opens_so_many_hours_later():
    dose = Dose("17", at(3, 14))

    made = asked(Entry("nrs_daily", AfterDose((24, 72, 168))), doses=[dose])

    assert [(one.key, one.due_at.astimezone(HERE)) for one in made] == [
        ("dose:17:24h", at(4, 14)), ("dose:17:72h", at(6, 14)), ("dose:17:168h", at(10, 14)),
    ]  # fmt: skip


def test_a_check_in_of_the_calendar_takes_in_what_a_dose_asks_on_that_day():
    made = asked(every(7, "edeqs"), Entry("nrs_daily", AfterDose((24,))), weeks=1,
                 doses=[Dose("17", at(1, 14))])  # fmt: skip

    assert [(one.key, one.instrument_ids) for one in made] == [
        ("2026-11-02", ("edeqs", "nrs_daily"))
    ]
    assert made[0].due_at == at(2, 14), "never before the 24 hours are over"


def test_one_answered_late_is_asked_when_its_days_are_over_and_the_reason_is_said():
    late = Answered("edeqs", at(3, 20))

    made = asked(every(7, "edeqs"), every(1, "nrs_daily"), weeks=2, answered=[late])

    assert days_of("edeqs", made) == ["2026-11-02", "2026-11-10"]
    monday = next(one for one in made if one.key == "2026-11-09")
    assert monday.left_out[0].why == (
        "Answered on 03-Nov-2026: it looks back 7 days, so every 7 days at the soonest. "
        "Asked on 10-Nov-2026 instead."
    )


def test_one_that_would_run_into_its_next_turn_is_left_out():
    on_paper = Answered("edeqs", at(8, 20))

    made = asked(every(7, "edeqs"), every(7, "phq9"), weeks=4, answered=[on_paper])

    assert days_of("edeqs", made) == ["2026-11-02", "2026-11-15", "2026-11-22", "2026-11-29"]
    assert days_of("phq9", made) == ["2026-11-02", "2026-11-16"]


def test_answering_on_paper_before_the_check_in_of_the_day_opens_spares_it():
    assert days_of("edeqs", asked(every(7, "edeqs"), weeks=1, answered=[Answered("edeqs", at(2, 7))])) == []  # fmt: skip # noqa: E501
    assert days_of("edeqs", asked(every(7, "edeqs"), weeks=1, answered=[Answered("edeqs", at(2, 9))])) == ["2026-11-02"]  # fmt: skip # noqa: E501


def test_forty_questions_are_the_most_and_what_waited_comes_first():
    weekly = [every(7, name) for name in ("edeqs", "core10", "nrs_weekly", "counts_weekly")]

    made = asked(*weekly, every(7, "peg"), every(14, "phq9"), weeks=4)

    assert all(one.questions <= MOST_QUESTIONS for one in made)
    assert "phq9" in made[0].instrument_ids, "a questionnaire that asks about danger is kept"
    first_left = {left.instrument_id for left in made[0].left_out}
    assert first_left
    assert first_left <= set(made[1].instrument_ids)
    assert made[0].left_out[0].why == (
        "The check-in would have more than 40 questions. First next time."
    )


def test_what_waited_comes_with_the_next_check_in_and_then_keeps_its_own_distance():
    crowded = [every(7, "edeqs"), every(7, "nrs_weekly"), every(14, "phq9"), every(14, "gad7")]

    made = asked(*crowded, weeks=6)

    assert days_of("phq9", made) == ["2026-11-02", "2026-11-16", "2026-11-30"]
    assert days_of("gad7", made) == ["2026-11-02", "2026-11-16", "2026-11-30"]
    made = asked(*crowded, every(7, "counts_weekly"), every(7, "peg"), weeks=6)
    waits = {left.instrument_id for one in made for left in one.left_out}
    assert waits
    assert all(days_of(entry.instrument_id, made) for entry in crowded)
    assert len({one.on for one in made}) == len(made) == 6, "no check-in more than the calendar's"


def test_cia_follows_the_ede_q_directly():
    made = asked(every(28, "cia3"), every(28, "edeq6"), every(28, "gad7"), weeks=4)

    order = [name for one in made for name in one.instrument_ids]
    assert order.index("cia3") > order.index("edeq6")
    assert made[0].on == made[-1].on == MONDAY
    assert [one.questions <= MOST_QUESTIONS for one in made] == [True] * len(made)
    assert made[1].key == "2026-11-02:2"
    assert (made[1].follows, made[1].instrument_ids) == (made[0].key, ("cia3",))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (every(14, "phq9"), ()),
        (every(7, "phq9"), ("PHQ-9 would be asked too often: it looks back 14 days, "
                            "so every 14 days at the soonest.",)),
        (every(7, "edeqs"), ()),
        (every(6, "edeqs"), ("EDE-QS would be asked too often: it looks back 7 days, "
                             "so every 7 days at the soonest.",)),
        (Entry("nrs_daily", AfterDose((24, 72, 168))), ()),
        (Entry("edeqs", AfterDose((24, 72))), ("EDE-QS would be asked too often: it looks back "
                                               "7 days, so every 7 days at the soonest.",)),
        (every(28, "cadss"), ("CADSS is filled in by the clinician, not by the patient.",)),
        (every(365, "mdq"), ("MDQ is asked once and never on a schedule.",)),
    ],
)  # fmt: skip
def test_a_schedule_that_asks_too_often_is_refused_in_words(entry, words):
    assert problems(entry, INSTRUMENTS[entry.instrument_id]) == words


def test_what_cannot_be_asked_is_left_out_in_words():
    made = plan(
        [every(7, "cadss"), every(7, "unheard_of")], instruments=INSTRUMENTS, doses=(),
        answered=(), zone=HERE, start=START, until=START + timedelta(weeks=1),
    )  # fmt: skip

    assert made.occasions == ()
    assert [left.why for left in made.left_out] == [
        "CADSS is filled in by the clinician, not by the patient.",
        "It cannot be asked by link here.",
    ]


@pytest.mark.parametrize("make", [lambda: Calendar(0, MONDAY), lambda: AfterDose(()),
                                  lambda: AfterDose((24, 24)), lambda: AfterDose((0,)),
                                  lambda: AfterDose((72, 24))])  # fmt: skip
def test_a_timing_that_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError, match=r"asked every|hours after"):
        make()


def test_a_longer_look_ahead_never_changes_a_key():
    entries = [every(7, "edeqs"), every(14, "phq9"), Entry("nrs_daily", AfterDose((24, 72)))]
    doses = [Dose("1", at(3, 15)), Dose("2", at(17, 15))]
    late = [Answered("edeqs", at(12, 20))]

    short = asked(*entries, weeks=3, doses=doses, answered=late)
    long = asked(*entries, weeks=9, doses=doses, answered=late)

    assert long[: len(short)] == short
    assert asked(*entries, weeks=3, doses=doses, answered=late, start=at(10)) == tuple(
        one for one in short if one.due_at >= at(10)
    )


NAMES = ["edeqs", "phq9", "gad7", "nrs_daily", "nrs_weekly", "counts_weekly", "core10", "peg"]
calendars = st.builds(
    Calendar, st.integers(1, 30), st.dates(MONDAY, MONDAY + timedelta(days=9))
)  # fmt: skip
after_doses = st.lists(st.sampled_from([6, 24, 72, 168]), min_size=1, unique=True).map(
    lambda hours: AfterDose(tuple(sorted(hours)))
)
schedules = st.lists(st.builds(Entry, st.sampled_from(NAMES), calendars | after_doses), max_size=6)
moments = st.integers(0, 24 * 40).map(lambda hours: START + timedelta(hours=hours))
forms = st.lists(st.builds(Answered, st.sampled_from(NAMES), moments), max_size=6)
dose_lists = st.lists(moments, max_size=3).map(
    lambda given: [Dose(str(n), one) for n, one in enumerate(given)]
)
law = settings(max_examples=60, deadline=None, derandomize=True)


@law
@given(schedules, dose_lists, forms)
def test_no_day_is_ever_asked_about_twice(entries, doses, answered):
    made = asked(*entries, weeks=6, doses=doses, answered=answered)

    for name in NAMES:
        spacing = INSTRUMENTS[name].administration.shortest_interval_days
        days = [one.on for one in made if name in one.instrument_ids]
        assert all((later - earlier).days >= spacing for earlier, later in pairwise(days))
        for form in answered:
            before = [
                one.on for one in made
                if name in one.instrument_ids and form.instrument_id == name
                and form.at.astimezone(HERE).date() < one.on
            ]  # fmt: skip
            assert all((on - form.at.astimezone(HERE).date()).days >= spacing for on in before)


@law
@given(schedules, dose_lists, forms)
def test_every_check_in_is_short_and_has_its_own_key(entries, doses, answered):
    made = asked(*entries, weeks=6, doses=doses, answered=answered)

    assert all(0 < one.questions <= MOST_QUESTIONS for one in made)
    assert len({one.key for one in made}) == len(made)
    assert [one.due_at for one in made] == sorted(one.due_at for one in made)


@law
@given(schedules, dose_lists, forms, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(entries, doses, answered, shuffler):
    shuffled = shuffler.sample(entries, len(entries))

    assert asked(*shuffled, weeks=6, doses=doses, answered=answered) == asked(
        *entries, weeks=6, doses=doses, answered=answered
    )


@law
@given(st.sampled_from(NAMES), schedules, dose_lists, forms, moments)
def test_one_more_answer_never_makes_for_more_asking(name, entries, doses, answered, extra):
    mine = [replace(entry, instrument_id=name) for entry in entries]
    more = [*answered, Answered(name, extra)]

    without = asked(*mine, weeks=6, doses=doses, answered=answered)
    with_it = asked(*mine, weeks=6, doses=doses, answered=more)

    assert len(with_it) <= len(without)


@law
@given(st.sets(st.sampled_from([*NAMES, "dass21", "pcl5", "edeq6", "cia3"]), min_size=1))
def test_nobody_waits_for_ever(names):
    waited: dict[str, int] = {}
    longest = 0
    for _ in range(60):
        chosen = choose(names, instruments=INSTRUMENTS, waited=waited)
        waited = {name: waited.get(name, 0) + 1 for name in chosen.waiting}
        longest = max(longest, *waited.values(), 0)

    assert longest <= len(names)
