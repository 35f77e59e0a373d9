"""Laws that hold for every instrument and every form: found by trying, not by example."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.exact import Bounds, exact_text, half_up
from dashboard.clinical.instruments import Direction, Instrument, Result, score
from dashboard.clinical.logic import Comparison, holds
from tests.clinical.questionnaires import everything

INSTRUMENTS = everything()
LAW = settings(max_examples=80, deadline=None, derandomize=True)
every_instrument = st.sampled_from(INSTRUMENTS)

Answers = dict[str, int]
Pick = Callable[[Instrument, str], int]


@st.composite
def forms(draw: st.DrawFn) -> tuple[Instrument, Answers, frozenset[str]]:
    """Draw an instrument, a complete form without contradictions, and items to leave blank."""
    instrument = draw(every_instrument)
    answers = {
        item.id: draw(st.sampled_from(sorted(item.scale.values)[:40])) for item in instrument.items
    }
    blanks = frozenset(draw(st.sets(st.sampled_from(sorted(answers)), max_size=len(answers))))
    return instrument, _through_gates(instrument, answers), blanks - _excusing(instrument)


def _through_gates(instrument: Instrument, answers: Answers) -> Answers:
    """Answer as the form asks to: behind a closed gate there is only the gate's value."""
    for gate in instrument.gates:
        facts = {name: Bounds(value, value) for name, value in answers.items()}
        if gate.value is not None and holds(gate.closed_when, facts):
            answers = {**answers, **dict.fromkeys(gate.then, gate.value)}
    return answers


def _excusing(instrument: Instrument) -> frozenset[str]:
    """Items that may legitimately stay blank beside another one (QIDS 6/7, 8/9)."""
    return frozenset(name for rule in instrument.scores for some in rule.one_of for name in some)


def _with_blanks(answers: Answers, blanks: frozenset[str]) -> dict[str, int | None]:
    return {name: None if name in blanks else value for name, value in answers.items()}


@LAW
@given(forms())
def test_bounds_contain_the_score_of_every_completion(form):
    instrument, answers, blanks = form

    whole, part = score(instrument, answers), score(instrument, _with_blanks(answers, blanks))

    for name, made in part.scores.items():
        complete = whole.scores[name].value
        assert complete is not None
        assert made.lo <= complete <= made.hi


@LAW
@given(forms())
def test_a_score_lies_within_its_bounds_and_they_within_its_range(form):
    instrument, answers, blanks = form

    for name, made in score(instrument, _with_blanks(answers, blanks)).scores.items():
        rule = instrument.score_rule(name)
        assert rule.lowest <= made.lo <= made.hi <= rule.highest
        assert made.value is None or made.lo <= made.value <= made.hi
        assert made.is_complete <= (made.lo == made.hi == made.value)


@LAW
@given(forms(), st.data())
def test_another_blank_never_narrows_the_bounds(form, data):
    instrument, answers, blanks = form
    more = blanks | ({data.draw(st.sampled_from(sorted(answers)))} - _excusing(instrument))

    fewer_blanks = score(instrument, _with_blanks(answers, blanks))
    more_blanks = score(instrument, _with_blanks(answers, more))

    for name, made in more_blanks.scores.items():
        assert made.lo <= fewer_blanks.scores[name].lo
        assert made.hi >= fewer_blanks.scores[name].hi


@LAW
@given(forms())
def test_the_bounds_are_reached_by_some_completion(form):
    instrument, answers, blanks = form
    part = score(instrument, _with_blanks(answers, blanks))
    least, most = (
        score(instrument, _completed(instrument, answers, blanks, pick))
        for pick in (_least_worth, _most_worth)
    )

    for name, made in part.scores.items():
        lowest, highest = least.scores[name].value, most.scores[name].value
        assert lowest is not None and highest is not None
        assert made.lo <= lowest <= highest <= made.hi
        if not instrument.gates:  # the extreme answer to a gate may close it
            assert (lowest, highest) == (made.lo, made.hi)


def _completed(
    instrument: Instrument, answers: Answers, blanks: frozenset[str], pick: Pick
) -> Answers:
    """Fill in blanks; behind a gate that this closes they hold its value, given answers stay."""
    filled = {**answers, **{name: pick(instrument, name) for name in blanks}}
    asked = _through_gates(instrument, filled)
    return {name: asked[name] if name in blanks else value for name, value in filled.items()}


def _least_worth(instrument: Instrument, name: str) -> int:
    return min(instrument.item(name).scale.values, key=instrument.item(name).worth)


def _most_worth(instrument: Instrument, name: str) -> int:
    return max(instrument.item(name).scale.values, key=instrument.item(name).worth)


@LAW
@given(forms())
def test_a_rule_that_is_sure_is_right_about_every_completion(form):
    instrument, answers, blanks = form

    whole, part = score(instrument, answers), score(instrument, _with_blanks(answers, blanks))

    for name, verdict in part.rules.items():
        assert verdict is None or verdict is whole.rules[name]
        assert whole.rules[name] is not None


@LAW
@given(forms())
def test_a_plain_screen_cannot_tell_only_when_completions_disagree(form):
    instrument, answers, blanks = form
    if instrument.gates:
        return
    part = score(instrument, _with_blanks(answers, blanks))
    ends = [
        score(instrument, {**answers, **{name: pick(instrument, name) for name in blanks}})
        for pick in (_least_worth, _most_worth)
    ]

    for rule in instrument.rules:
        if isinstance(rule.when, Comparison):
            disagree = ends[0].rules[rule.id] is not ends[1].rules[rule.id]
            assert (part.rules[rule.id] is None) is disagree


@LAW
@given(forms())
def test_a_danger_is_clear_only_when_every_completion_is(form):
    instrument, answers, blanks = form
    part = score(instrument, _with_blanks(answers, blanks))
    whole = score(instrument, answers)

    for before, after in zip(part.safety, whole.safety, strict=True):
        assert before.is_follow_up or before.status is after.status
        assert not after.is_follow_up


@LAW
@given(forms(), st.data())
def test_a_worthier_answer_never_lowers_a_score(form, data):
    instrument, answers, _ = form
    item = instrument.item(data.draw(st.sampled_from(sorted(answers))))
    higher = data.draw(st.sampled_from(sorted(item.scale.values)[:40]))
    if item.worth(higher) < item.worth(answers[item.id]):
        return

    before, after = score(instrument, answers), score(instrument, {**answers, item.id: higher})

    for name, made in after.scores.items():
        assert (made.value or 0) >= (before.scores[name].value or 0)


@LAW
@given(forms(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(form, random):
    instrument, answers, blanks = form
    shuffled = list(_with_blanks(answers, blanks).items())
    random.shuffle(shuffled)

    assert _all_of(score(instrument, dict(shuffled))) == _all_of(
        score(instrument, _with_blanks(answers, blanks))
    )


def _all_of(result: Result) -> tuple[object, ...]:
    return dict(result.scores), dict(result.rules), result.safety, result.messages


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.id)
def test_a_blank_form_spans_the_whole_range_and_says_nothing(instrument: Instrument):
    result = score(instrument, {})

    for rule in instrument.scores:
        made = result.scores[rule.id]
        assert (made.value, made.lo, made.hi) == (None, rule.lowest, rule.highest)
    assert set(result.rules.values()) <= {None}
    assert all(outcome.is_follow_up for outcome in result.safety)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.id)
def test_every_score_says_which_way_is_worse(instrument: Instrument):
    better = {"who5", "cfi", "ed_distance", "energy", "connected"}

    for rule in instrument.scores:
        is_better = bool({instrument.id, rule.id} & better)
        assert rule.direction is (Direction.HIGHER_BETTER if is_better else Direction.HIGHER_WORSE)


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 4))
def test_rounding_is_to_the_nearest_and_halves_go_up(value: Fraction, decimals: int):
    shown = Fraction(half_up(value, decimals))

    step = Fraction(1, 10**decimals)
    assert abs(shown - value) * 2 <= step
    if abs(shown - value) * 2 == step:
        assert abs(shown) > abs(value)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [("12.5", 0, "13"), ("13.5", 0, "14"), ("2.675", 2, "2.68"), ("-0.4", 0, "0"),
     ("-12.5", 0, "-13"), ("0.05", 1, "0.1"), ("8/3", 2, "2.67"), ("3", 1, "3.0")],
)  # fmt: skip
def test_halves_are_rounded_up_for_display(value: str, decimals: int, words: str):
    assert half_up(Fraction(value), decimals) == words


@given(st.fractions())
def test_stored_numbers_come_back_exactly(value: Fraction):
    assert Fraction(exact_text(value)) == value


@pytest.mark.parametrize(
    ("value", "words"), [("18", "18"), ("3.325", "3.325"), ("8/3", "8/3"), ("-0.5", "-0.5")]
)
def test_stored_numbers_are_readable(value: str, words: str):
    assert exact_text(Fraction(value)) == words
