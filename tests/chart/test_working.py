"""Is it working? Every combination that must not be green is not, and what is wrong is named."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.chart.working import Finding, is_it_working
from dashboard.clinical import discord
from dashboard.clinical.change import Reading, judge
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.discord import WEIGHT_ROWS, Kind, Signal, State
from dashboard.clinical.instruments import catalogue

START = dt.date(2026, 1, 5)
QUIET = (
    discord.counted([4, 2], baseline=4),
    discord.item_9([1, 0]),
    discord.laboratory("labs", now=Verdict.CLEAR),
    discord.weight(dict.fromkeys(WEIGHT_ROWS, Verdict.CLEAR)),
)


def finding(name: str, *values: int | None, stale: bool = False) -> Finding:
    """Return what an instrument says after these weekly scores."""
    instrument = catalogue()[name]
    readings = [
        Reading(
            START + dt.timedelta(weeks=week),
            None if value is None else Fraction(value),
            Fraction(0 if value is None else value),
            Fraction(20 if value is None else value),
            instrument.version,
        )
        for week, value in enumerate(values)
    ]
    change = judge(instrument, baseline=readings[0], latest=readings[-1], history=readings)
    return Finding(instrument.short, change, START if stale else None)


BETTER = (finding("edeqs", 27, 17), finding("phq9", 19, 9))


def test_all_better_with_nothing_against_it_is_green_and_said_plainly():
    answer = is_it_working(BETTER, QUIET)

    assert (answer.kind, answer.headline) == ("ok", "Scores better")
    assert answer.words.startswith("EDE-QS 27 to 17")


def test_purging_that_rises_again_is_in_the_headline_and_nothing_is_green():
    purging = discord.counted([6, 2, 3], baseline=8)

    answer = is_it_working(BETTER, (purging, *QUIET[1:]), counts=["Times of vomiting: 6, 2, 3."])

    assert (answer.kind, answer.headline) == ("due", "Scores better, purging up again")
    assert answer.words.endswith("Times of vomiting: 6, 2, 3.")


def test_what_is_not_known_is_named_beneath_and_takes_the_green_away():
    answer = is_it_working(BETTER)

    assert (answer.kind, answer.headline) == ("info", "Scores better")
    assert "Not known: purging, item 9, labs and QTc and weight." in answer.words


def test_lost_gains_are_not_called_better():
    answer = is_it_working([finding("edeqs", 27, 8, 18), finding("phq9", 19, 9)], QUIET)

    assert answer.headline == "PHQ-9 better, EDE-QS losing gains"
    assert answer.kind == "due"


def test_a_first_score_is_a_baseline_and_no_result():
    answer = is_it_working([finding("edeqs", 27)], QUIET)

    assert (answer.kind, answer.headline) == ("none", "Baseline taken, no change to judge yet")


def test_the_newest_of_old_scores_is_named():
    old = finding("edeqs", 27, 17, stale=True)
    newer = Finding("PHQ-9", old.change, START + dt.timedelta(days=30))

    assert is_it_working([old, newer]).headline == "Not known: no scores since 04-Feb-2026"


def test_without_any_score_a_danger_elsewhere_is_still_said():
    answer = is_it_working([], [Signal(Kind.ITEM_9, State.BAD, "ASQ item 4: 1")])

    assert (answer.kind, answer.headline) == ("due", "No scores yet, ASQ item 4: 1")


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 21)), min_size=1, max_size=4).map(
    lambda values: [10, *values]
)
SIGNALS = st.builds(
    Signal, st.sampled_from(Kind), st.sampled_from(State), st.just("purging up"), st.booleans()
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["edeqs", "phq9", "gad7"]), SCORES, st.booleans()),
        max_size=3,
        unique_by=lambda one: one[0],
    ),
    st.lists(SIGNALS, max_size=4),
    st.booleans(),
)
def test_green_needs_improvement_steadiness_and_every_signal_well(said, signals, danger):
    findings = [finding(name, *values, stale=old) for name, values, old in said]

    answer = is_it_working(findings, signals, has_open_danger=danger)

    if answer.kind == "ok":
        assert not danger
        assert any((one.change.reliable or 0) > 0 for one in findings)
        assert {one.kind for one in signals} == set(Kind)
        assert all(one.state in {State.WELL, State.NOT_ASKED} for one in signals)
        for one in findings:
            assert one.stale_since is None
            assert one.change.reliable is not None
            assert one.change.reliable >= 0
            assert not one.change.losing_gains
    if any(one.state in {State.WORSE, State.BAD} for one in signals):
        assert "purging up" in answer.headline
        assert answer.kind in {"due", "stop"}
