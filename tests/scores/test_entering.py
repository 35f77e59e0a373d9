"""A physician enters a questionnaire: what is scored, what is refused, what is asked back."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from tests import cast as people
from tests.scores.doses import dose
from tests.scores.filling import answers, enter, path_of, text_of


@pytest.mark.one_database
def test_two_blanks_are_estimated_and_their_bounds_are_said(alice, cast):
    page = enter(alice, cast.ann_ref, "phq9", answers(2, 9, blank={3, 5}))

    words = text_of(page)
    assert "18" in words
    assert "Moderately severe" in words
    assert "7 of 9 answered" in words
    assert "Prorated" in words
    assert "14 to 20" in words


@pytest.mark.one_database
def test_item_nine_above_zero_is_the_first_thing_on_the_result_page(alice, cast):
    page = enter(alice, cast.ann_ref, "phq9", answers(1, 9))

    main = BeautifulSoup(page.text, "html.parser").find("main")
    care = main.find("section", class_="care")
    assert "item 9: 1, several days" in care.text
    assert "Assess suicide risk today" in care.text
    assert "988 Suicide & Crisis Lifeline (call or text)" in care.text
    assert main.find(["section", "h1"]) is care


@pytest.mark.one_database
def test_item_nine_nearly_every_day_is_to_be_looked_at_now(alice, cast):
    page = enter(alice, cast.ann_ref, "phq9", {**answers(0, 9), "9": 3})

    assert "Look at this now" in text_of(page)
    assert "Assess suicide risk now" in text_of(page)


@pytest.mark.one_database
def test_item_nine_left_blank_is_a_follow_up_and_never_a_no(alice, cast):
    page = enter(alice, cast.ann_ref, "phq9", answers(1, 9, blank={3, 5, 9}))

    words = text_of(page)
    assert "No score" in words
    assert "it lies from 6 to 15" in words
    assert "item 9: not answered" in words
    assert "Ask: a blank is not a no" in words
    assert "Cannot tell" in words


@pytest.mark.one_database
def test_no_binge_item_is_needed_when_no_control_was_lost(alice, cast):
    page = enter(alice, cast.ann_ref, "edeqs", {**answers(1, 12, blank={10}), "9": 0})

    words = text_of(page)
    assert "12 of 12 answered" in words
    assert "Below cut-off" in words
    assert "CC BY 4.0" in words


@pytest.mark.one_database
def test_an_answer_that_contradicts_another_is_said(alice, cast):
    page = enter(alice, cast.ann_ref, "edeqs", {**answers(1, 12), "9": 0})

    assert "Item 10 is answered, although item 9 says it does not apply" in text_of(page)


@pytest.mark.one_database
def test_a_missing_answer_leaves_the_edeqs_without_a_score_but_with_bounds(alice, cast):
    page = enter(alice, cast.ann_ref, "edeqs", answers(1, 12, blank={12}))

    words = text_of(page)
    assert "No score" in words
    assert "11 to 14" in words


def test_without_a_dose_there_is_no_baseline_and_no_verdict(alice, cast):
    page = enter(alice, cast.ann_ref, "gad7", answers(2, 7))

    assert "GAD-7 14: cannot judge, there is no baseline" in text_of(page)
    assert "No baseline: no dose has been recorded" in text_of(page)


def test_the_last_score_before_the_first_dose_is_the_baseline(alice, app, cast):
    enter(alice, cast.ann_ref, "gad7", answers(3, 7), days_ago=16)
    last = enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=2).request.path

    dose(app, cast, days_ago=1)

    assert "Baseline: last score before the first dose" in text_of(alice.get(last))
    assert "this is the baseline" in text_of(alice.get(last))


@pytest.mark.one_database
def test_a_reliable_change_is_said_in_words(alice, app, cast):
    enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=30)
    dose(app, cast, days_ago=29)

    page = enter(alice, cast.ann_ref, "gad7", answers(1, 7))

    assert "GAD-7 14 to 7 in 30 days: reliable improvement (4 or more), now below 8" in text_of(
        page
    )


@pytest.mark.one_database
def test_nothing_is_preselected(alice, cast):
    page = alice.get(path_of(cast.ann_ref, "phq9"))

    assert page.status_code == 200
    assert (
        not BeautifulSoup(page.text, "html.parser")
        .find("main")
        .select("input[type=radio][checked]")
    )


def test_a_second_one_on_the_same_day_is_asked_about_and_not_forbidden(alice, cast, rows):
    enter(alice, cast.ann_ref, "gad7", answers(2, 7))

    asked = enter(alice, cast.ann_ref, "gad7", answers(1, 7), status=422)
    assert "is on the chart for" in text_of(asked)
    assert "There is a problem" in text_of(asked)
    assert len(rows("SELECT id FROM response")) == 1

    enter(alice, cast.ann_ref, "gad7", answers(1, 7), another="y")
    assert len(rows("SELECT id FROM response")) == 2


@pytest.mark.one_database
def test_answers_closer_together_than_meant_are_said_to_overlap(alice, cast):
    enter(alice, cast.ann_ref, "phq9", answers(0, 9), days_ago=3)

    page = enter(alice, cast.ann_ref, "phq9", answers(0, 9))

    assert "PHQ-9 was answered 3 days after the one before" in text_of(page)
    assert "Both ask about the past 14 days" in text_of(page)


def test_a_form_sent_twice_counts_once(alice, cast, rows):
    fields = alice.fields(path_of(cast.ann_ref, "gad7"))
    fields |= {"mode": "paper", **{f"item_{n}": "1" for n in range(1, 8)}}

    first = alice.post(path_of(cast.ann_ref, "gad7"), fields)
    second = alice.post(path_of(cast.ann_ref, "gad7"), fields)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(rows("SELECT id FROM response")) == 1


BAD = [
    ("item_1", "4", "Choose one of the answers shown"),
    ("item_1", "-1", "Choose one of the answers shown"),
    ("item_1", "sNaN", "Choose one of the answers shown"),
    ("item_1", "1_0", "Choose one of the answers shown"),
    ("item_1", str(2**63), "Choose one of the answers shown"),
    ("item_1", "1\0", "Choose one of the answers shown"),
    ("item_1", "x" * 100_000, "Choose one of the answers shown"),
    ("item_1", "<script>alert(1)</script>", "Choose one of the answers shown"),
    ("item_1", "\u202e1", "Choose one of the answers shown"),
    ("mode", "", "Choose how the answers were given"),
    ("mode", "telepathy", "Choose one of the answers shown"),
    ("taken_on", "", "Enter the day the patient answered"),
    ("taken_on", "30-Feb-2026", "This day does not exist"),
    ("taken_on", "+1d", "This lies in the future"),
    ("taken_on", "01-Jan-1950", "Enter a day from 01-Jan-1990 on"),
    ("taken_on", "\u0663-Nov-2026", "Write the date as"),
    ("taken_time", "", "Enter the time the patient answered"),
    ("taken_time", "25:00", "Write the time as 14:05"),
    ("taken_time", "x" * 100_000, "Write the time as 14:05"),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("field", "typed", "told"), BAD)
def test_what_cannot_be_meant_is_told_at_the_field_and_nothing_is_saved(
    alice, cast, rows, field, typed, told
):
    sent = {"mode": "interview", "item_2": "1", field: typed}

    page = alice.fill_in(path_of(cast.ann_ref, "gad7"), sent)

    assert page.status_code == 422
    soup = BeautifulSoup(page.text, "html.parser")
    assert told in soup.find("section", class_="problem").text
    assert told in soup.find(class_="field-error").text
    assert page.text.startswith("<!doctype html>") and "<title>Error:" in page.text
    assert soup.find("input", attrs={"name": "item_2", "value": "1"}).has_attr("checked")
    assert not rows("SELECT id FROM response")


@pytest.mark.one_database
def test_the_doubled_hour_of_autumn_is_asked_about(app, cast, rows, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC), tick=False)
    alice = people.sign_in(app, cast.alice)
    sent = {"mode": "interview", "taken_on": "01-Nov-2026", "taken_time": "01:30"}
    asked = alice.fill_in(path_of(cast.ann_ref, "gad7"), sent)
    assert asked.status_code == 422
    assert "happens twice" in text_of(asked)

    done = alice.fill_in(path_of(cast.ann_ref, "gad7"), {**sent, "which": "second"})

    assert done.status_code == 303
    taken_at = str(rows("SELECT taken_at FROM response")[0][0])
    assert taken_at.startswith("2026-11-01 06:30")  # UTC; the first 01:30 was 05:30


@pytest.mark.one_database
def test_an_unknown_questionnaire_is_not_found(alice, cast):
    assert alice.get(path_of(cast.ann_ref, "phq10")).status_code == 404
