"""What scores, ratings and silence call for, and how soon; blanks are never taken for a no."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.benchmarks import Count, early_change
from dashboard.clinical.change import Reading
from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.watch import watch
from dashboard.clinical.watch_ratings import (
    DayRating,
    watch_early_change,
    watch_hypomania,
    watch_requests,
    watch_session,
)
from dashboard.clinical.watch_rules import RuleId, WatchLevel, watch_rules
from tests.clinical.questionnaires import shipped

phq9, edeqs, auditc = shipped("phq9"), shipped("edeqs"), shipped("auditc")
START = date(2026, 11, 2)


def reading(value, *, day=0, lo=None, hi=None, version="v") -> Reading:
    """Make a reading so many days after baseline; complete unless bounds are given."""
    exact = None if value is None else Fraction(value)
    low, high = (exact if end is None else Fraction(end) for end in (lo, hi))
    assert low is not None and high is not None
    return Reading(START + timedelta(days=day), exact, low, high, version, low != high)


def seen(*later, before=12, instrument=phq9, **more):
    """Watch scores given as (day, value) after a baseline."""
    base = reading(before)
    readings = [one if isinstance(one, Reading) else reading(one[1], day=one[0]) for one in later]
    return watch(instrument, history=[base, *readings], baseline=base, **more)


def rules(findings) -> list[str]:
    return [f"{one.rule_id} {one.level}" for one in findings]


def test_a_reliably_worse_score_asks_for_a_repeat_within_a_week():
    (finding,) = seen((7, 18))

    assert (finding.rule_id, finding.level) == (RuleId.RELIABLY_WORSE, WatchLevel.SAME_DAY)
    assert (finding.asks_for_repeat_within_days, finding.is_confirmed) == (7, False)
    assert finding.words == (
        "PHQ-9 reliably worse than baseline and in the clinical range; "
        "repeat within 7 days to confirm."
    )
    assert finding.evidence == ("PHQ-9 12 on 02-Nov-2026 (baseline)", "PHQ-9 18 on 09-Nov-2026")


@pytest.mark.parametrize(
    ("later", "is_confirmed"),
    [
        ([(7, 18), (14, 19)], True),
        ([(7, 18), (15, 19)], False),
        ([(7, 18), (10, 12), (13, 19)], False),
        ([(7, 18), (10, 19), (40, 19)], True),
        ([(7, 18), (7, 19)], False),
    ],
)
def test_a_repeat_within_a_week_confirms_it(later, is_confirmed):
    (finding,) = seen(*later)

    assert finding.is_confirmed is is_confirmed
    assert finding.asks_for_repeat_within_days == (None if is_confirmed else 7)


@pytest.mark.parametrize(("before", "after"), [(12, 17), (3, 9), (12, 6)])
def test_neither_a_small_worsening_nor_one_below_the_clinical_range_alerts(before, after):
    assert seen((7, after), before=before) == ()


def test_without_a_baseline_of_the_same_version_nothing_is_called_worse():
    latest = reading(19, day=7)

    assert watch(phq9, history=[latest], baseline=None) == ()
    assert watch(phq9, history=[latest], baseline=reading(3, version="old")) == ()
    assert watch(phq9, history=[latest], baseline=latest) == ()
    assert watch(phq9, history=[], baseline=None) == ()


def test_a_score_of_20_is_an_alert_when_it_is_new():
    assert rules(seen((7, 20), before=19)) == ["severe_depression same_day"]
    assert rules(seen((7, 22), before=21)) == []
    assert rules(seen((7, 19), (14, 20), before=21)) == ["severe_depression same_day"]
    assert rules(watch(phq9, history=[reading(20)], baseline=None)) == [
        "severe_depression same_day"
    ]


def test_losing_gains_is_looked_at_in_the_next_visit():
    assert rules(seen((14, 7), (28, 13), before=20)) == ["losing_gains next_visit"]


@pytest.mark.parametrize(
    ("day", "sessions", "words"),
    [
        (41, 3, None),
        (42, 3, "PHQ-9: no reliable change after 6 weeks."),
        (28, 4, "PHQ-9: no reliable change after 4 sessions."),
        (60, 4, "PHQ-9: no reliable change after 4 sessions and 8 weeks."),
    ],
)
def test_no_change_is_said_after_six_weeks_or_four_sessions(day, sessions, words):
    given_on = [START + timedelta(days=7 * n) for n in range(sessions)]

    found = seen((day, 13), sessions_on=given_on)

    assert [one.words for one in found] == ([] if words is None else [words])


def test_the_session_of_the_same_day_does_not_count_yet_and_six_weeks_start_with_the_dose():
    same_day = [START + timedelta(days=9 * n) for n in range(4)]

    assert seen((27, 13), sessions_on=same_day) == ()
    assert seen((44, 13), first_dose_on=START + timedelta(days=3)) == ()
    assert len(seen((45, 13), first_dose_on=START + timedelta(days=3))) == 1


def test_a_score_that_cannot_be_made_is_a_follow_up_and_its_bounds_may_still_alert():
    (only,) = seen(reading(None, day=7, lo=9, hi=21))
    worse, severe, follow_up = seen(reading(None, day=7, lo=21, hi=24))

    assert (only.rule_id, only.level) == (RuleId.SCORE_UNDECIDABLE, WatchLevel.FOLLOW_UP)
    assert only.evidence == ("PHQ-9 between 9 and 21 on 09-Nov-2026",)
    assert only.words == (
        "PHQ-9: the answers given cannot tell (too many answers are missing for a score; "
        "reliably worse and in the clinical range; severe depression score, new). "
        "Ask the patient."
    )
    assert rules([worse, severe, follow_up]) == [
        "reliably_worse same_day", "severe_depression same_day", "score_undecidable follow_up",
    ]  # fmt: skip


def test_a_prorated_score_whose_blanks_decide_is_a_follow_up_and_never_a_no():
    (finding,) = seen(reading(18, day=7, lo=16, hi=19))

    assert (finding.rule_id, finding.level) == (RuleId.SCORE_UNDECIDABLE, WatchLevel.FOLLOW_UP)
    assert "reliably worse" in finding.words


def test_a_provisional_limit_is_called_so_in_the_alert():
    (finding,) = seen((7, 25), before=16, instrument=edeqs)

    assert "(provisional limit)" in finding.words


@pytest.mark.parametrize(
    ("sex", "value", "alerts"),
    [(Sex.FEMALE, 3, True), (Sex.FEMALE, 2, False), (Sex.MALE, 3, False), (Sex.MALE, 4, True),
     (None, 3, True), (None, 2, False)],
)  # fmt: skip
def test_alcohol_is_newly_positive_by_the_limit_of_the_sex(sex, value, alerts):
    found = watch(auditc, history=[reading(1), reading(value, day=90)], baseline=None, sex=sex)

    assert rules(found) == (["alcohol_positive next_visit"] if alerts else [])
    if found and sex is None:
        assert found[0].words == (
            "AUDIT-C newly 3 or more (sex for ranges is unknown: the lower limit was used)."
        )


def test_alcohol_is_not_new_a_second_time_and_blanks_are_a_follow_up():
    twice = watch(auditc, history=[reading(5), reading(6, day=90)], baseline=None)
    blank = watch(auditc, history=[reading(None, lo=1, hi=9)], baseline=None)

    assert twice == ()
    assert rules(blank) == ["score_undecidable follow_up"]


def binges(*pairs, as_of=60):
    counts = [Count(START + timedelta(days=day), value) for day, value in pairs]
    early = early_change(counts, starts_on=START, as_of=START + timedelta(days=as_of))
    return watch_early_change(early)


def test_a_missed_benchmark_of_week_4_says_it_is_not_from_ketamine():
    (finding,) = binges((0, 6), (28, 4))

    assert finding.words == (
        "Binge eating 6 to 4 by week 4: 33 % fewer; the benchmark is 65 % fewer."
    )
    assert "not from ketamine" in finding.evidence[0]
    assert binges((0, 6), (28, 2)) == binges((0, 0), (28, 4)) == binges((0, 6), as_of=20) == ()
    assert rules(binges((0, 6))) == ["early_change_missed follow_up"]


def nights(*days):
    """Watch (days ago, need for sleep, energy)."""
    ratings = [DayRating(START - timedelta(days=ago), sleep, energy) for ago, sleep, energy in days]
    return rules(watch_hypomania(ratings, as_of=START))


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([(0, 3, 8), (3, 0, 10)], ["hypomania next_visit"]),
        ([(0, 3, 8)], []),
        ([(0, 3, 8), (0, 2, 9)], []),
        ([(0, 3, 8), (7, 3, 8)], []),
        ([(0, 4, 8), (1, 3, 7)], []),
        ([(0, 3, 8), (1, 2, None)], ["hypomania follow_up"]),
        ([(0, 3, 8), (1, 5, None)], []),
        ([], []),
    ],
)
def test_little_sleep_with_high_energy_on_two_days_is_looked_at(days, found):
    assert nights(*days) == found


def test_not_back_to_usual_after_two_hours_is_looked_at_and_a_blank_is_asked():
    def session(minutes):
        return rules(watch_session(back_to_baseline_minutes=minutes, on=START))

    assert session(120) == []
    assert session(121) == ["dissociation_lasting next_visit"]
    assert session(None) == ["dissociation_lasting follow_up"]


@pytest.mark.parametrize(
    ("answered", "silent"),
    [([], 0), ([True, False], 0), ([True, False, False], 2), ([False, False, True], 0),
     ([False, False, False], 3)],
)  # fmt: skip
def test_two_unanswered_check_ins_in_a_row_call_for_contact(answered, silent):
    found = watch_requests(answered)

    assert [one.words for one in found] == (
        [f"The last {silent} check-ins were not answered. Contact the patient."] if silent else []
    )


def test_every_rule_names_its_source_and_how_well_it_was_verified():
    assert list(watch_rules()) == list(RuleId)
    assert all(rule.source and rule.mark for rule in watch_rules().values())
    assert not any("vomiting" in rule.label.lower() for rule in watch_rules().values())


totals = st.integers(0, 27)
spans = st.tuples(totals, totals, totals).map(sorted)
law = settings(max_examples=80, deadline=None, derandomize=True)
WORSENING = {RuleId.RELIABLY_WORSE, RuleId.SEVERE_DEPRESSION, RuleId.LOSING_GAINS}


def possible(span, day) -> Reading:
    return reading(span[1], day=day, lo=span[0], hi=span[2])


@law
@given(spans, st.lists(spans, max_size=3), spans, st.integers(0, 27))
def test_a_worse_score_never_takes_a_worsening_away(before, between, after, more):
    base = possible(before, 0)
    history = [base, *(possible(span, 7 + n) for n, span in enumerate(between))]
    worse = [min(27, value + more) for value in after]

    found = watch(phq9, history=[*history, possible(after, 20)], baseline=base)
    then = watch(phq9, history=[*history, possible(worse, 20)], baseline=base)

    assert {one.rule_id for one in found} & WORSENING <= {one.rule_id for one in then}


@law
@given(totals, spans)
def test_a_blank_never_hides_what_every_completion_would_show(before, after):
    base = reading(before)

    def found(latest):
        return {one.rule_id for one in watch(phq9, history=[base, latest], baseline=base)}

    part = found(possible(after, 7))
    every = [found(reading(value, day=7)) for value in range(after[0], after[2] + 1)]

    assert set.intersection(*every) <= part
    if set.union(*every) - part:
        assert RuleId.SCORE_UNDECIDABLE in part
