"""What a set of answers says, and what it does not say while answers are missing."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.clinical.instruments import BadAnswer, Level, SafetyStatus, score
from tests.clinical.questionnaires import all_answered, shipped

phq9, gad7, edeqs = shipped("phq9"), shipped("gad7"), shipped("edeqs")


def test_a_missing_answer_is_not_a_zero():
    total = score(phq9, all_answered(phq9, 2, q3=None, q5=None)).primary

    assert total.value == 18
    assert [total.lo, total.hi] == [14, 20]
    assert (total.n_answered, total.n_items, total.prorated) == (7, 9, True)


def test_an_empty_form_has_no_score_but_its_full_range():
    total = score(phq9, {}).primary

    assert total.value is None
    assert total.band is None
    assert [total.lo, total.hi] == [0, 27]
    assert (total.n_answered, total.shown, total.is_complete) == (0, "", False)


def test_an_answer_left_out_and_an_answer_left_blank_are_the_same():
    assert score(gad7, {"1": 2}).scores == score(gad7, all_answered(gad7, 2) | {
        str(n): None for n in range(2, 8)}).scores  # fmt: skip


def test_the_difficulty_item_is_never_added():
    easy, hard = all_answered(phq9, 1, q10=0), all_answered(phq9, 1, q10=3)

    assert score(phq9, easy).primary.value == score(phq9, hard).primary.value == 9


def test_a_complete_score_says_which_definition_made_it():
    total = score(phq9, all_answered(phq9, 2)).primary

    assert total.is_complete
    assert (total.instrument_id, total.version, total.sha256) == phq9.identity
    assert total.band is not None
    assert total.band.label == "Moderately severe"


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"),
     (14, "moderate"), (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"),
     (27, "severe")],
)  # fmt: skip
def test_each_phq9_total_falls_in_its_band(total: int, band: str):
    answers: dict[str, int | None] = {
        str(n): min(3, max(0, total - 3 * (n - 1))) for n in range(1, 10)
    }

    made = score(phq9, answers).primary

    assert made.value == total
    assert made.band is not None
    assert made.band.id == band


def test_a_prorated_score_just_below_a_band_is_not_shown_as_in_it():
    made = score(phq9, {"1": 3, "2": 3, "3": 3, "4": 2, "5": 0, "6": 0, "7": 0}).primary

    assert (made.value, made.shown) == (Fraction(99, 7), "14.1")
    assert made.band is not None
    assert made.band.id == "moderate"


@pytest.mark.parametrize(
    ("answer", "level"),
    [(0, None), (1, Level.SAME_DAY), (2, Level.SAME_DAY), (3, Level.IMMEDIATE)],
)
def test_item_9_is_heard_whatever_the_total_is(answer: int, level: Level | None):
    result = score(phq9, all_answered(phq9, 0, q9=answer))

    assert result.danger is level
    assert result.primary.band is not None
    assert result.primary.band.id == "minimal"


def test_a_blank_item_9_is_a_follow_up_and_never_a_no():
    result = score(phq9, all_answered(phq9, 0, q9=None))

    assert [outcome.status for outcome in result.safety] == [SafetyStatus.UNANSWERED]
    assert [outcome.id for outcome in result.follow_ups] == ["item9"]
    assert "not answered" in result.follow_ups[0].message_clinician
    assert result.danger is None


def test_a_screen_cannot_tell_while_the_blanks_decide():
    open_form = all_answered(gad7, 2, q4=None, q5=None, q6=None)

    result = score(gad7, open_form)

    assert result.rules == {"screen": None, "gad2_screen": True}


def test_edeqs_is_sure_to_be_below_its_cutoff_with_one_blank():
    result = score(edeqs, all_answered(edeqs, 1, q12=None))

    assert result.primary.value is None
    assert result.rules["probable_ed"] is False


def test_no_loss_of_control_means_no_binge():
    result = score(edeqs, all_answered(edeqs, 1, q9=0, q10=None))

    assert result.primary.value == 10
    assert result.primary.n_answered == 12
    assert result.messages == ()


def test_a_blank_that_another_answer_excuses_is_not_counted_as_answered():
    qids = shipped("qids_sr16")
    total = score(qids, all_answered(qids, 1, q7=None, q9=None)).primary

    assert [total.value, total.lo, total.hi] == [9, 9, 9]
    assert (total.n_answered, total.n_items, total.prorated) == (14, 16, False)


def test_a_contradiction_is_said_and_the_answer_is_kept():
    result = score(edeqs, all_answered(edeqs, 1, q9=0, q10=2))

    assert result.primary.value == 12
    assert result.messages == (
        "Item 10 is answered, although item 9 says it does not apply.",
    )  # fmt: skip


def test_a_soft_check_speaks_only_when_it_is_sure():
    edeq6 = shipped("edeq6")

    assert score(edeq6, {"13": 2, "14": 3}).messages == (
        "More episodes with loss of control (14) than episodes (13).",
    )
    assert score(edeq6, {"14": 3}).messages == ()


@pytest.mark.parametrize(
    ("answers", "item", "words"),
    [
        ({"3": 4}, "3", 'PHQ-9 item "3": 4 is not an answer, 0 to 3 are'),
        ({"3": -1}, "3", "-1 is not an answer"),
        ({"3": True}, "3", "True is not an answer"),
        ({"3": 1.0}, "3", "1.0 is not an answer"),
        ({"3": Decimal(1)}, "3", "Decimal"),
        ({"3": "1"}, "3", '"1" is not an answer'),
        ({"3": 2**63}, "3", "0 to 3 are"),
        ({"3": 10**5000}, "3", "that number is not an answer"),
        ({"3": "x" * 10**6}, "3", f'"{"x" * 40}" is not an answer'),
        ({"3": [1]}, "3", "[1] is not an answer"),
        ({"11": 1}, "11", 'PHQ-9 has no item "11"'),
        ({"": 1}, "", 'PHQ-9 has no item ""'),
        ({"x" * 10**6: 1}, "x" * 40, f'no item "{"x" * 40}"'),
        ({"\x00\x1b[2J": 1}, "\x00\x1b[2J", 'no item "\\u0000\\u001b[2J"'),
        ({3: 1}, "3", 'PHQ-9 has no item "3"'),
    ],
)
def test_what_is_no_answer_is_refused_by_name(answers, item, words):
    with pytest.raises(BadAnswer) as refused:
        score(phq9, answers)

    assert refused.value.item == item
    assert words in str(refused.value)


def test_a_result_can_be_stored_without_losing_anything():
    result = score(gad7, all_answered(gad7, 1, q3=2, q4=None))

    stored = json.loads(json.dumps(result.as_plain()))

    assert stored["scores"]["total"] == {
        "value": exact_words(Fraction(49, 6)), "lo": "7", "hi": "10", "answered": 6, "items": 7,
        "prorated": True, "band": "mild",
    }  # fmt: skip
    assert Fraction(stored["scores"]["total"]["value"]) == result.primary.value
    assert stored["answers"]["4"] is None
    assert (stored["instrument"], stored["version"], stored["sha256"]) == gad7.identity
    assert stored["rules"] == {"screen": None, "gad2_screen": False}


def test_a_stored_result_keeps_dangers():
    stored = score(phq9, all_answered(phq9, 3)).as_plain()

    assert stored["safety"] == [{"id": "item9", "status": "triggered", "level": "immediate"}]


def exact_words(value: Fraction) -> str:
    """Write a fraction the way it is stored."""
    return f"{value.numerator}/{value.denominator}"
