"""A form on its way: what is asked next, what was declined, and which danger is certain already."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.instruments import (
    BadAnswer,
    Instrument,
    Level,
    SafetyStatus,
    asks,
    dangers_in,
    score,
)
from tests.clinical.questionnaires import everything, shipped

ASQ = shipped("asq")
NO_TO_ALL = dict.fromkeys("1234", 0)


@pytest.mark.parametrize(
    ("name", "item", "answers", "asked"),
    [
        ("auditc", "2", {"1": 0}, False), ("auditc", "2", {"1": 1}, True),
        ("auditc", "2", {}, None), ("auditc", "1", {}, True),
        ("edeqs", "10", {"9": 0}, False), ("edeqs", "10", {"9": 3}, True),
        ("pcptsd5", "1", {"0": 0}, False), ("pcptsd5", "1", {"0": 1}, True),
        ("mdq", "14", {str(n): 0 for n in range(1, 14)}, False), ("mdq", "15", {"7": 1}, True),
        ("phq9", "10", {str(n): 0 for n in range(1, 10)}, False), ("phq9", "10", {"4": 1}, True),
        ("cssrs", "4", {"2": 0}, False), ("cssrs", "6_recent", {"6": 1}, True),
        ("asq", "5", NO_TO_ALL, False), ("asq", "5", {**NO_TO_ALL, "4": 1}, True),
        ("asq", "5", {"1": 0, "2": 0}, None), ("gad7", "1", {}, True),
    ],
)  # fmt: skip
def test_a_question_behind_a_closed_gate_is_not_asked(name, item, answers, asked):
    assert asks(shipped(name), item, answers) is asked


def test_a_refusal_leads_to_the_last_question_of_the_asq():
    assert asks(ASQ, "5", {"1": 0, "2": 0, "4": 0}, declined={"3"}) is True


def test_a_question_that_is_not_there_cannot_be_asked():
    with pytest.raises(KeyError):
        asks(ASQ, "6", {})


def test_a_declined_answer_is_a_blank_for_the_score():
    pack = shipped("nrs_weekly")
    ratings = dict.fromkeys(pack.items_by_id, 4)

    result = score(pack, {**ratings, "mood": None}, declined={"mood"})

    assert result.scores["mood"].value is None
    assert [result.scores["mood"].lo, result.scores["mood"].hi] == [0, 10]
    assert result.as_plain()["declined"] == ["mood"]
    assert "declined" not in score(pack, ratings).as_plain()


@pytest.mark.parametrize(
    ("name", "answers", "declined", "words"),
    [("phq9", {}, "9", "cannot be declined"), ("asq", {}, "6", "has no item"),
     ("asq", {"3": 1}, "3", "both answered and declined")],
)  # fmt: skip
def test_not_everything_can_be_declined(name, answers, declined, words):
    with pytest.raises(BadAnswer, match=words) as refusal:
        score(shipped(name), answers, declined={declined})

    assert refusal.value.item == declined


@pytest.mark.parametrize(
    ("name", "answers", "level"),
    [
        ("phq9", {"9": 1}, Level.SAME_DAY), ("phq9", {"9": 2}, Level.SAME_DAY),
        ("phq9", {"9": 3}, Level.IMMEDIATE),
        ("qids_sr16", {"12": 1}, Level.SAME_DAY), ("qids_sr16", {"12": 2}, Level.IMMEDIATE),
        ("core10", {"6": 1}, Level.SAME_DAY), ("core10", {"6": 2}, Level.IMMEDIATE),
        ("pcl5", {"16": 2}, Level.SAME_DAY),
        ("asq", {"2": 1}, Level.SAME_DAY), ("asq", {"2": 1, "5": 1}, Level.IMMEDIATE),
        ("cssrs", {"1": 1}, Level.NEXT_VISIT), ("cssrs", {"3": 1}, Level.SAME_DAY),
        ("cssrs", {"6": 1}, Level.SAME_DAY), ("cssrs", {"4": 1}, Level.IMMEDIATE),
        ("cssrs", {"5": 1}, Level.IMMEDIATE), ("cssrs", {"6_recent": 1}, Level.IMMEDIATE),
        ("nrs_session", {"back_to_baseline_minutes": 121}, Level.NEXT_VISIT),
    ],
)  # fmt: skip
def test_one_answer_alone_raises_its_danger_at_the_level_of_the_table(name, answers, level):
    found = dangers_in(shipped(name), answers)

    assert max((one.level for one in found if one.level), key=lambda one: one.urgency) is level
    assert all(one.message_clinician and one.message_patient for one in found)


@pytest.mark.parametrize("instrument", everything(), ids=lambda one: one.id)
def test_nothing_is_certain_before_the_first_answer(instrument: Instrument):
    assert dangers_in(instrument, {}) == ()


def test_declining_the_last_question_after_a_yes_is_as_urgent_as_a_yes():
    found = dangers_in(ASQ, {"1": 1}, declined={"5"})

    assert {one.id: one.level for one in found} == {
        "suicide_screen": Level.SAME_DAY, "suicide_now": Level.IMMEDIATE,
    }  # fmt: skip
    assert [one.id for one in dangers_in(ASQ, {}, declined={"1", "5"})] == ["suicide_screen"]


CHOICES = (0, 1, None, "declined")


def test_every_way_to_answer_the_asq_is_judged_as_the_toolkit_says():
    for form in product(CHOICES, repeat=5):
        _is_judged_rightly(form[:4], form[4])


def _is_judged_rightly(first, last):
    numbered = list(enumerate((*first, last), 1))
    answers = {str(n): a for n, a in numbered if a != "declined"}
    declined = {str(n) for n, a in numbered if a == "declined"}
    screen, now = (one.status for one in score(ASQ, answers, declined=declined).safety)

    if 1 in first or "declined" in first:
        assert screen is SafetyStatus.TRIGGERED
    else:
        expected = SafetyStatus.UNANSWERED if None in first else SafetyStatus.CLEAR
        assert screen is expected
    if last == 1 or (last == "declined" and 1 in first):
        assert now is SafetyStatus.TRIGGERED
    if last in (None, "declined") and set(first) != {0} and now is not SafetyStatus.TRIGGERED:
        assert now is SafetyStatus.UNANSWERED
    if last == 0:
        assert now is SafetyStatus.CLEAR


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_a_danger_that_is_certain_stays_so_whatever_is_answered_next(data):
    risky = [one for one in everything() if one.safety]
    instrument = data.draw(st.sampled_from(risky))
    whole = {
        item.id: data.draw(st.sampled_from(sorted(item.scale.values)[:200]))
        for item in instrument.items
    }
    so_far = {name: whole[name] for name in data.draw(st.sets(st.sampled_from(sorted(whole))))}

    before = {one.id: one.level for one in dangers_in(instrument, so_far) if one.level}
    after = {one.id: one.level for one in dangers_in(instrument, whole) if one.level}

    assert all(after[name].urgency >= level.urgency for name, level in before.items())
