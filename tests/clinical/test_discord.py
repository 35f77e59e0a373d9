"""Better scores are no good news beside purging, item 9, a laboratory value or a falling weight."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.change import Reading, judge
from dashboard.clinical.clearance import Verdict, ruleset
from dashboard.clinical.discord import (
    WEIGHT_ROWS,
    Kind,
    Signal,
    State,
    Tone,
    Trend,
    Way,
    counted,
    headline,
    item_9,
    laboratory,
    weight,
)
from tests.clinical.clearance.complete_cases import changed, complete, judged
from tests.clinical.questionnaires import shipped

QUIET = (
    counted([4, 2], baseline=4),
    item_9([1, 0]),
    laboratory("potassium", now=Verdict.CLEAR),
    weight(dict.fromkeys(WEIGHT_ROWS, Verdict.CLEAR)),
)
BETTER = (Trend("EDE-QS", Way.BETTER), Trend("PHQ-9", Way.BETTER))
SIGNALS = st.builds(
    Signal, st.sampled_from(Kind), st.sampled_from(State), st.just("x"), st.booleans()
)
TRENDS = st.lists(st.builds(Trend, st.just("EDE-QS"), st.sampled_from(Way)), max_size=4)


def beside(*signals):
    """Return the quiet signals with these in place of their kind."""
    kinds = {signal.kind for signal in signals}
    return (*(one for one in QUIET if one.kind not in kinds), *signals)


def test_better_scores_with_nothing_against_them_are_green():
    said = headline(BETTER, QUIET)

    assert (said.words, said.tone, said.is_discord) == ("Scores better", Tone.OK, False)


@pytest.mark.parametrize(
    ("signal", "words", "tone"),
    [
        (counted([6, 2, 3], baseline=8), "Scores better, purging up again", Tone.DUE),
        (counted([2, 3], baseline=8), "Scores better, purging up", Tone.DUE),
        (counted([9, 8], baseline=4), "Scores better, purging above baseline", Tone.DUE),
        (item_9([0, 1]), "Scores better, item 9 up", Tone.DUE),
        (
            laboratory("potassium", now=Verdict.CAUTION, before=Verdict.CLEAR),
            "Scores better, potassium worse",
            Tone.DUE,
        ),
        (
            laboratory("QTc", now=Verdict.STOP, before=Verdict.CAUTION),
            "Scores better, QTc worse",
            Tone.STOP,
        ),
        (
            weight(dict.fromkeys(WEIGHT_ROWS, Verdict.CLEAR) | {"A07": Verdict.CAUTION}),
            "Scores better, weight falling",
            Tone.DUE,
        ),
    ],
)
def test_the_headline_names_both_sides_of_a_discord(signal, words, tone):
    said = headline(BETTER, beside(signal))

    assert (said.words, said.tone, said.is_discord) == (words, tone, True)


def test_instruments_that_disagree_are_named():
    said = headline([Trend("PHQ-9", Way.WORSE), Trend("EDE-QS", Way.BETTER)], QUIET)

    assert said.words == "EDE-QS better, PHQ-9 worse"
    assert (said.tone, said.is_discord) == (Tone.DUE, True)


def test_what_was_not_asked_is_said_and_is_not_green():
    said = headline(BETTER, [item_9([0])])

    assert said.words == "Scores better; not known: purging, labs and QTc, weight"
    assert (said.tone, said.is_discord) == (Tone.INFO, False)


def test_a_patient_who_never_purged_is_said_not_to_be_asked():
    none = Signal(Kind.PURGING, State.NOT_ASKED, "purging")

    assert headline(BETTER, beside(none)).tone is Tone.OK


@pytest.mark.parametrize(
    ("counts", "baseline", "state"),
    [
        ([], 3, State.UNKNOWN),
        ([2, None], 3, State.UNKNOWN),
        ([0], None, State.WELL),
        ([1], None, State.UNKNOWN),
        ([3], 3, State.WELL),
        ([4], 3, State.WORSE),
        ([3, 3], None, State.WELL),
        ([3, None, 4], 9, State.WORSE),
        ([0, 1], 9, State.WORSE),
    ],
)
def test_any_rise_of_a_count_is_a_rise_and_a_blank_is_no_zero(counts, baseline, state):
    assert counted(counts, baseline=baseline).state is state


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], State.UNKNOWN), ([0, None], State.UNKNOWN), ([0], State.WELL), ([2, 0], State.WELL),
        ([2, 1], State.BAD), ([1], State.BAD), ([1, 1], State.BAD), ([1, None, 2], State.WORSE),
    ],
)  # fmt: skip
def test_item_9_is_well_only_at_0(answers, state):
    assert item_9(answers).state is state


@pytest.mark.parametrize(
    ("now", "before", "state", "is_stop"),
    [
        (None, None, State.UNKNOWN, False),
        (Verdict.UNKNOWN, Verdict.CLEAR, State.UNKNOWN, False),
        (Verdict.NOT_APPLICABLE, None, State.NOT_ASKED, False),
        (Verdict.CLEAR, Verdict.STOP, State.WELL, False),
        (Verdict.CAUTION, Verdict.STOP, State.BAD, False),
        (Verdict.CAUTION, None, State.BAD, False),
        (Verdict.CAUTION, Verdict.UNKNOWN, State.BAD, False),
        (Verdict.STOP, Verdict.CLEAR, State.WORSE, True),
        (Verdict.STOP, Verdict.STOP, State.BAD, True),
    ],
)
def test_a_laboratory_value_is_judged_by_the_clearance(now, before, state, is_stop):
    signal = laboratory("potassium", now=now, before=before)

    assert (signal.state, signal.is_stop) == (state, is_stop)


@pytest.mark.parametrize("row", WEIGHT_ROWS)
def test_every_row_on_weight_loss_is_heard_and_none_is_missing(row):
    rest = dict.fromkeys(WEIGHT_ROWS, Verdict.CLEAR)

    assert ruleset().rule(row).variable.startswith("weight_loss")
    assert weight(rest | {row: Verdict.STOP}).is_stop
    assert weight(rest | {row: Verdict.UNKNOWN}).state is State.UNKNOWN
    assert weight({name: one for name, one in rest.items() if name != row}).state is State.UNKNOWN
    assert weight(rest | {row: Verdict.NOT_APPLICABLE}).state is State.WELL
    told_now = {"weight_loss_kg_per_wk", "weight_loss_pct_14d"}
    assert {rule.id for rule in ruleset().rules if rule.variable in told_now} == set(WEIGHT_ROWS)


@pytest.mark.parametrize("restrictive", [True, False])
@pytest.mark.parametrize(
    ("kilos", "state"),
    [
        ([68], State.UNKNOWN),
        ([68, 68, 68], State.WELL),
        ([66, 67, 68], State.WELL),
        ([70, 68.9, 67.8], State.WORSE),
    ],
)
def test_the_clearances_own_judgement_tells_where_the_weight_goes(kilos, state, restrictive):
    case = complete("activation", restrictive=restrictive)
    days = [date.fromisoformat(case["on"]) - timedelta(days=7 * back) for back in (2, 1, 0)]
    taken = zip(days[-len(kilos) :], kilos, strict=True)
    weights = [{"value": kilo, "unit": "kg", "on": day.isoformat()} for day, kilo in taken]
    judgement = judged(changed(case, weight_kg=weights))

    verdicts = {one.rule.id: one.verdict for one in judgement.rules}
    assert weight(verdicts).state is state


def test_a_weight_that_no_row_could_judge_is_not_known():
    assert weight(dict.fromkeys(WEIGHT_ROWS, Verdict.NOT_APPLICABLE)).state is State.UNKNOWN


@given(trends=TRENDS, signals=st.lists(SIGNALS, max_size=6), danger=st.booleans())
def test_green_needs_better_scores_and_every_signal_well(trends, signals, danger):
    said = headline(trends, signals, has_open_danger=danger)

    if said.tone is Tone.OK:
        assert not danger
        assert {trend.way for trend in trends} <= {Way.BETTER, Way.UNCHANGED}
        assert {signal.kind for signal in signals} == set(Kind)
        assert {signal.state for signal in signals} <= {State.WELL, State.NOT_ASKED}
        assert not any(signal.is_stop for signal in signals)


COUNTS = st.lists(st.none() | st.integers(0, 30), max_size=5)
VERDICTS = st.none() | st.sampled_from(Verdict)


@given(
    counts=COUNTS, before=st.none() | st.integers(0, 30),
    answers=st.lists(st.none() | st.integers(0, 3), max_size=4),
    now=VERDICTS, was=VERDICTS,
    rows=st.dictionaries(st.sampled_from(WEIGHT_ROWS), st.sampled_from(Verdict)),
)  # fmt: skip
def test_whatever_gets_worse_while_scores_get_better_it_is_never_green(
    counts, before, answers, now, was, rows
):
    purging = counted(counts, baseline=before)
    thoughts, lab = item_9(answers), laboratory("potassium", now=now, before=was)
    body = weight(rows)
    said = headline(BETTER, [purging, thoughts, lab, body])

    known = [one for one in counts if one is not None]
    got_worse = (
        (len(known) > 1 and counts[-1] is not None and known[-1] > known[-2])
        or (counts and counts[-1] is not None and before is not None and counts[-1] > before)
        or (answers and answers[-1] is not None and answers[-1] > 0)
        or now in {Verdict.CAUTION, Verdict.STOP}
        or {Verdict.CAUTION, Verdict.STOP} & set(rows.values())
    )
    if got_worse:
        assert said.tone in {Tone.DUE, Tone.STOP}
    if any(one.state is State.UNKNOWN for one in (purging, thoughts, lab, body)):
        assert said.tone is not Tone.OK
        assert "not known" in said.words


@given(trends=TRENDS, signals=st.lists(SIGNALS, max_size=6), more=SIGNALS)
def test_one_more_bad_sign_never_makes_the_headline_better(trends, signals, more):
    order = [Tone.OK, Tone.INFO, Tone.NONE, Tone.DUE, Tone.STOP]
    bad = Signal(more.kind, State.WORSE, "x", more.is_stop)

    without = headline(trends, signals).tone
    assert order.index(headline(trends, [*signals, bad]).tone) >= order.index(without)


def test_an_open_danger_is_a_stop_whatever_the_scores_say():
    assert headline(BETTER, QUIET, has_open_danger=True).tone is Tone.STOP


@pytest.mark.parametrize(
    ("trends", "words", "tone"),
    [
        ([], "No scores yet", Tone.NONE),
        ([Trend("PHQ-9", Way.AT_BASELINE)], "PHQ-9 at baseline", Tone.NONE),
        ([Trend("PHQ-9", Way.UNCHANGED)], "PHQ-9 without reliable change", Tone.INFO),
        ([*BETTER, Trend("GAD-7", Way.NOT_LATELY)],
         "EDE-QS and PHQ-9 better, GAD-7 not measured lately", Tone.INFO),
        ([*BETTER, Trend("GAD-7", Way.LOSING_GAINS)],
         "EDE-QS and PHQ-9 better, GAD-7 losing gains", Tone.DUE),
    ],
)  # fmt: skip
def test_scores_alone_say_what_the_chart_says(trends, words, tone):
    said = headline(trends, QUIET)

    assert (said.words, said.tone) == (words, tone)


@pytest.mark.parametrize(
    ("values", "way"),
    [
        ([19, 9], Way.BETTER), ([12, 20], Way.WORSE), ([19, 18], Way.UNCHANGED),
        ([24, 8, 15], Way.LOSING_GAINS), ([19], Way.AT_BASELINE),
    ],
)  # fmt: skip
def test_a_trend_is_what_the_change_says(values, way):
    readings = [
        Reading(date(2026, 11, 2) + timedelta(days=7 * index), *(Fraction(value),) * 3, "2001.2")
        for index, value in enumerate(values)
    ]
    change = judge(shipped("phq9"), baseline=readings[0], latest=readings[-1], history=readings)

    assert Trend.of("PHQ-9", change).way is way
    assert Trend.of("PHQ-9", change, is_stale=True).way is Way.NOT_LATELY


def test_better_is_not_said_while_blanks_could_hide_lost_gains():
    at = [date(2026, 11, 2) + timedelta(days=7 * index) for index in range(3)]
    before, best = (
        Reading(on, *(Fraction(n),) * 3, "2001.2") for on, n in zip(at[:2], (24, 8), strict=True)
    )
    latest = Reading(at[2], Fraction(14), Fraction(12), Fraction(16), "2001.2", prorated=True)
    change = judge(shipped("phq9"), baseline=before, latest=latest, history=[before, best, latest])

    assert change.reliable == 1
    assert change.losing_gains is None
    assert Trend.of("PHQ-9", change).way is Way.UNKNOWN
