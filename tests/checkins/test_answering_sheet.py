"""What a check-in asks, in which order, and what its answers become. No database."""

from __future__ import annotations

import json

from dashboard.checkins.questions import Answer, Sheet, questions_of
from dashboard.clinical.instruments import catalogue


def sheet(*names: str, **given: int | None) -> Sheet:
    """Return a sheet with answers such as phq9_3=1, None where declined."""
    asked = json.dumps([[name, catalogue()[name].version] for name in names])
    split = {
        (name, key.removeprefix(f"{name}_")): Answer(value)
        for key, value in given.items()
        for name in names
        if key.startswith(name)
    }
    return Sheet(questions_of(asked), split)


def test_questionnaires_follow_each_other_and_each_says_what_it_asks_about():
    both = sheet("phq9", "edeqs")

    assert [one.number for one in both.questions] == list(range(1, 23))
    assert {one.stem for one in both.questions[:10]} == {
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    }
    assert both.questions[11].stem == "On how many of the past 7 days..."
    assert both.questions[21].stem == "Over the past 7 days..."


def test_long_instructions_open_a_form_and_are_at_hand_after():
    first, second = sheet("dass21").questions[:2]

    assert (first.stem, first.is_first, second.is_first) == ("", True, False)
    assert (
        first.instructions
        == second.instructions
        == (catalogue()["dass21"].administration.instructions)
    )


def test_a_question_that_cannot_apply_is_not_asked_and_not_counted():
    unknown, needless = sheet("edeqs"), sheet("edeqs", edeqs_9=0)

    assert len(unknown.asked) == 12
    assert [one.item.id for one in needless.asked][8:] == ["9", "11", "12"]
    assert needless.at(10) is None
    assert needless.place(needless.questions[10]) == 10


def test_going_on_leads_to_the_next_question_without_an_answer():
    partly = sheet("counts_daily", counts_daily_binge_times=0, counts_daily_laxative_times=None)

    assert partly.onward(0).number == 2
    assert partly.onward(2).number == 4
    assert partly.onward(5) is None
    assert partly.before(partly.questions[3]).number == 3
    assert partly.before(partly.questions[0]) is None


def test_the_time_left_falls_with_every_question_and_is_never_nothing():
    whole = sheet("phq9", "gad7", "edeqs")
    left = [whole.minutes_left(one) for one in whole.asked]

    assert left[0] == 6 and left[-1] == 1
    assert left == sorted(left, reverse=True)


def test_an_answer_that_ceased_to_apply_is_not_sent_unless_a_danger_looks_at_it():
    changed = sheet("edeqs", edeqs_9=0, edeqs_10=3)
    danger = sheet("asq", asq_1=0, asq_2=0, asq_3=0, asq_4=0, asq_5=1)

    assert "10" not in changed.sent_of(catalogue()["edeqs"])
    assert danger.sent_of(catalogue()["asq"])["5"] == 1


def test_a_questionnaire_without_its_wording_is_not_asked():
    assert questions_of('[["edeq6","2008.1"],["nothing","1"]]') == ()
