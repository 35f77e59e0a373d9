"""What became of a patient: reliable change, recovery, worsening, lost gains, in plain words."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.benchmarks import Count, Met, early_change, remission
from dashboard.clinical.change import Reading, Status, judge
from dashboard.clinical.evidence import ChangeLimits, LimitBasis
from dashboard.clinical.instruments import Instrument, score
from tests.clinical.questionnaires import all_answered, shipped

phq9, gad7, edeqs = shipped("phq9"), shipped("gad7"), shipped("edeqs")
START = date(2026, 3, 2)


def reading(value, *, day=0, lo=None, hi=None, version="2001.1") -> Reading:
    """Make a reading so many days after baseline; complete unless bounds are given."""
    exact = None if value is None else Fraction(value)
    low, high = (exact if end is None else Fraction(end) for end in (lo, hi))
    assert low is not None and high is not None
    return Reading(START + timedelta(days=day), exact, low, high, version, low != high)


def phq9_change(before, after, *, days=62, history=()):
    return judge(phq9, baseline=reading(before), latest=reading(after, day=days), history=history)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (19, 9, Status.RECOVERED),
        (10, 4, Status.RECOVERED),
        (19, 13, Status.IMPROVED),
        (16, 10, Status.IMPROVED),
        (19, 14, Status.UNCHANGED),
        (12, 9, Status.UNCHANGED),
        (12, 17, Status.UNCHANGED),
        (12, 18, Status.WORSE),
        (9, 2, Status.BELOW_AT_BASELINE),
        (9, 9, Status.BELOW_AT_BASELINE),
        (9, 14, Status.BELOW_AT_BASELINE),
        (9, 15, Status.WORSE),
        (0, 6, Status.WORSE),
    ],
)
def test_phq9_change_is_classed_by_six_points_and_caseness_ten(before, after, status):
    assert phq9_change(before, after).status is status


def test_the_sentence_says_what_changed_in_how_long_and_where_the_patient_stands():
    change = phq9_change(19, 9)

    assert change.sentence == (
        "PHQ-9 19 to 9 in 62 days: reliable improvement (6 or more), now below 10"
    )
    assert (change.short, change.difference, change.days) == ("Reliable, -10", -10, 62)


@pytest.mark.parametrize(
    ("before", "after", "days", "sentence"),
    [
        (19, 16, 1, "PHQ-9 19 to 16 in 1 day: no reliable change (less than 6), still 10 or more"),
        (12, 18, 28, "PHQ-9 12 to 18 in 28 days: reliably worse (6 or more), still 10 or more"),
        (9, 15, 28, "PHQ-9 9 to 15 in 28 days: reliably worse (6 or more), now 10 or more"),
        (9, 2, 0, "PHQ-9 9 to 2 on the same day: reliable improvement (6 or more), still below 10"),
    ],
)
def test_worsening_and_standing_still_are_said_as_plainly(before, after, days, sentence):
    assert phq9_change(before, after, days=days).sentence == sentence


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(19, 9, "Reliable, -10"), (12, 15, "Not reliable, +3"), (12, 18, "Reliably worse, +6"),
     (12, 12, "Not reliable, 0")],
)  # fmt: skip
def test_the_short_words_fit_a_table(before, after, words):
    assert phq9_change(before, after).short == words


def test_a_provisional_limit_is_called_provisional():
    change = judge(
        edeqs,
        baseline=reading(28, version="2016.1"),
        latest=reading(14, day=30, version="2016.1"),
    )

    assert change.is_provisional
    assert change.sentence == (
        "EDE-QS 28 to 14 in 30 days: reliable improvement (7 or more, provisional limit), "
        "now below 15"
    )


def test_gad7_needs_four_points_and_recovers_below_eight():
    first, then = reading(11, version="2006.1"), reading(7, day=14, version="2006.1")

    assert judge(gad7, baseline=first, latest=then).status is Status.RECOVERED


def test_scores_are_compared_unrounded():
    nearly, just = Fraction(99, 7), Fraction(14)

    assert phq9_change(20, nearly).status is Status.UNCHANGED
    assert phq9_change(20, just).status is Status.IMPROVED


def test_a_prorated_score_is_judged_when_every_completion_agrees():
    change = judge(
        phq9, baseline=reading(26), latest=reading(18, day=7, lo=14, hi=20)
    )  # fmt: skip

    assert change.status is Status.IMPROVED


@pytest.mark.parametrize(("before", "lo", "value", "hi"), [(22, 14, 18, 20), (18, 8, 9, 11)])
def test_a_prorated_score_is_not_judged_when_its_blanks_decide(before, lo, value, hi):
    change = judge(phq9, baseline=reading(before), latest=reading(value, day=7, lo=lo, hi=hi))

    assert change.status is Status.CANNOT_JUDGE
    assert change.reason == "the missing answers could change the verdict"
    assert change.short == "Cannot judge"


def test_a_score_with_too_many_blanks_is_not_judged_but_its_bounds_are_said():
    part = score(phq9, all_answered(phq9, 3, q1=None, q2=None, q3=None)).primary

    change = judge(phq9, baseline=reading(5), latest=Reading.of(part, taken_on=date(2026, 4, 1)))

    assert change.status is Status.CANNOT_JUDGE
    assert change.sentence == (
        "PHQ-9 between 18 and 27: cannot judge, too many answers are missing in the latest score"
    )


@pytest.mark.parametrize(
    ("baseline", "latest", "reason"),
    [
        (None, reading(9), "there is no baseline"),
        (reading(9), None, "there is no score yet"),
        (reading(9), reading(9), "this is the baseline"),
        (reading(9), reading(4, day=-1), "the score is older than the baseline"),
        (reading(9), reading(4, day=7, version="2030.1"), "baseline and score come from "
         "different versions of the instrument"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_says_why(baseline, latest, reason):
    change = judge(phq9, baseline=baseline, latest=latest)

    assert (change.status, change.reason) == (Status.CANNOT_JUDGE, reason)
    assert change.sentence.endswith(f"cannot judge, {reason}")


def test_a_score_without_published_limits_is_not_judged():
    change = judge(phq9, baseline=reading(6), latest=reading(0, day=7), score_id="phq2")

    assert change.status is Status.CANNOT_JUDGE
    assert change.sentence == (
        "PHQ-9 PHQ-2 6 to 0: cannot judge, no limits of change are known for this score"
    )


def test_gains_are_lost_when_the_score_is_reliably_worse_than_the_best_in_between():
    change = phq9_change(20, 14, history=[reading(20), reading(7, day=20), reading(9, day=40)])

    assert change.status is Status.IMPROVED
    assert change.losing_gains is True
    assert change.best == reading(7, day=20)
    assert change.sentence.endswith("losing gains (best was 7)")


def test_there_are_no_gains_to_lose_without_gains():
    assert phq9_change(12, 18, history=[reading(14, day=20)]).losing_gains is False
    assert phq9_change(20, 12, history=[reading(7, day=20)]).losing_gains is False
    assert phq9_change(20, 14, history=[reading(7, day=-20), reading(7, day=90)]).losing_gains is (
        False
    )


def test_lost_gains_are_not_denied_while_blanks_could_show_them():
    best = reading(8, day=20, lo=6, hi=12)

    assert phq9_change(20, 14, history=[best]).losing_gains is None


def _who5_with_limits(**limits) -> Instrument:
    """Give the higher-is-better key made-up limits, only to test the direction."""
    who5 = shipped("who5")
    change = ChangeLimits(
        rci_points=Fraction(20), basis=LimitBasis.PUBLISHED, verified="no", c=Fraction(50),
        c_basis="test", **limits,
    )  # fmt: skip
    return replace(who5, scores=(who5.scores[0], replace(who5.scores[1], change=change)))


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(40, 64, Status.RECOVERED), (20, 48, Status.IMPROVED), (20, 50, Status.IMPROVED),
     (40, 20, Status.WORSE), (60, 80, Status.BELOW_AT_BASELINE), (60, 36, Status.WORSE)],
)  # fmt: skip
def test_a_higher_score_is_better_where_the_instrument_says_so(before, after, status):
    who5 = _who5_with_limits()

    change = judge(
        who5, baseline=reading(before, version="1"), latest=reading(after, day=9, version="1")
    )

    assert change.status is status


def test_the_words_follow_the_direction_too():
    change = judge(
        _who5_with_limits(),
        baseline=reading(40, version="1"),
        latest=reading(64, day=9, version="1"),
    )

    assert change.sentence == (
        "WHO-5 40 to 64 in 9 days: reliable improvement (20 or more), now above 50"
    )


def test_a_limit_that_is_itself_healthy_counts_as_recovered():
    healthy = _who5_with_limits(c_itself_is_healthy=True)

    change = judge(
        healthy, baseline=reading(20, version="1"), latest=reading(50, day=9, version="1")
    )

    assert change.status is Status.RECOVERED
    assert change.sentence.endswith("now 50 or more")


totals = st.integers(4, 20)
spans = st.tuples(totals, totals, totals).map(sorted)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(spans, spans)
def test_a_verdict_holds_for_every_completion_and_is_withheld_otherwise(before, after):
    first = reading(before[1], lo=before[0], hi=before[2])
    last = reading(after[1], day=7, lo=after[0], hi=after[2])

    verdict = judge(phq9, baseline=first, latest=last)

    possible = {
        phq9_change(b, a, days=7).status
        for b in range(before[0], before[2] + 1)
        for a in range(after[0], after[2] + 1)
    }
    if verdict.status is Status.CANNOT_JUDGE:
        assert len(possible) > 1
    else:
        assert possible == {verdict.status}


@pytest.mark.parametrize(
    ("before", "after", "response", "remission"),
    [
        (20, 10, Met.YES, Met.NO),
        (20, 11, Met.NO, Met.NO),
        (19, 9, Met.YES, Met.NO),
        (12, 4, Met.YES, Met.YES),
        (10, 5, Met.YES, Met.NO),
        (9, 4, Met.DOES_NOT_APPLY, Met.YES),
        (3, 1, Met.DOES_NOT_APPLY, Met.DOES_NOT_APPLY),
        (12, 20, Met.NO, Met.NO),
    ],
)
def test_response_is_half_of_a_baseline_of_ten_and_remission_below_five(
    before, after, response, remission
):
    change = phq9_change(before, after)

    assert (change.response, change.remission) == (response, remission)


def test_half_is_half_before_any_rounding():
    assert phq9_change(19, Fraction(19, 2)).response is Met.YES
    assert phq9_change(19, Fraction(48, 5)).response is Met.NO


def test_response_and_remission_cannot_be_told_while_blanks_decide():
    change = judge(phq9, baseline=reading(24), latest=reading(5, day=9, lo=3, hi=13))

    assert (change.response, change.remission) == (Met.CANNOT_TELL, Met.CANNOT_TELL)
    assert phq9_change(24, 4).remission is Met.YES
    assert judge(phq9, baseline=None, latest=reading(2)).remission is Met.CANNOT_TELL


def test_an_instrument_without_such_criteria_says_nothing_of_them():
    change = judge(edeqs, baseline=reading(28, version="x"), latest=reading(2, day=9, version="x"))

    assert (change.response, change.remission) == (None, None)


def test_remission_that_must_be_held_needs_every_score_of_those_weeks():
    limits = phq9.primary.change
    assert limits is not None
    assert limits.remission is not None
    held_for_two = replace(limits, remission=replace(limits.remission, weeks=2))
    rule = replace(phq9.primary, change=held_for_two)
    first, last = reading(20), reading(2, day=30)

    def held(*between):
        return remission(rule, before=first, after=last, history=[first, *between, last])

    assert held(reading(4, day=16), reading(3, day=23)) is Met.YES
    assert held(reading(4, day=16), reading(6, day=23)) is Met.NO
    assert held(reading(3, day=23)) is Met.CANNOT_TELL
    assert held(reading(6, day=23)) is Met.NO
    assert held(reading(8, day=10), reading(3, day=23)) is Met.CANNOT_TELL


def counts(*pairs) -> list[Count]:
    """Count binge days so many days after the first dose."""
    return [Count(START + timedelta(days=day), value) for day, value in pairs]


def early(*pairs, as_of=60):
    return early_change(
        counts(*pairs), starts_on=START, as_of=START + timedelta(days=as_of)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "met"),
    [
        ([(-1, 6), (28, 2)], Met.YES),
        ([(-1, 6), (28, 3)], Met.NO),
        ([(-1, 20), (28, 7)], Met.YES),
        ([(-1, 1000), (28, 351)], Met.NO),
        ([(-1, 4), (28, 5)], Met.NO),
        ([(-1, 6), (25, 2)], Met.YES),
        ([(-1, 6), (31, 2)], Met.YES),
        ([(-1, 6), (24, 2)], Met.CANNOT_TELL),
        ([(-1, 6), (32, 2)], Met.CANNOT_TELL),
        ([(-1, 6), (28, None)], Met.CANNOT_TELL),
        ([(-15, 6), (28, 2)], Met.CANNOT_TELL),
        ([(-9, 6), (0, 3), (28, 2)], Met.NO),
        ([(-1, 0), (28, 0)], Met.DOES_NOT_APPLY),
        ([], Met.CANNOT_TELL),
    ],
)
def test_early_change_is_65_percent_fewer_binges_by_week_4(pairs, met):
    assert early(*pairs).met is met


def test_early_change_says_what_it_rests_on_and_where_it_comes_from():
    found = early((-1, 6), (28, 2))

    assert (found.words, found.n, found.fewer_percent) == (
        "6 to 2 by week 4: 67 % fewer; the benchmark is 65 % fewer", 2, Fraction(200, 3)
    )  # fmt: skip
    assert found.label == "Benchmark from psychotherapy trials (CBT), not from ketamine"
    assert "Hilbert 2015" in found.source
    assert "64.9 % fewer" in early((-1, 1000), (28, 351)).words
    assert "64.95 % fewer" in early((-1, 2000), (28, 701)).words
    assert "25 % more" in early((-1, 4), (28, 5)).words


def test_early_change_knows_whether_week_4_is_over():
    waiting, missed = early((-1, 6), as_of=28), early((-1, 6), as_of=32)

    assert (waiting.words, waiting.is_over) == ("no count for week 4 yet", False)
    assert (missed.words, missed.is_over) == ("no count for week 4", True)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99))
def test_fewer_binges_never_undo_an_early_change(before, after, fewer):
    less = max(0, after - fewer)

    if early((-1, before), (28, after)).met is Met.YES:
        assert early((-1, before), (28, less)).met is Met.YES
