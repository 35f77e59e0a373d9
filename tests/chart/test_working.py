"""Is it working? Every combination that must not be green is not."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.chart.working import Finding, is_it_working
from dashboard.clinical.change import Reading, judge
from dashboard.clinical.instruments import catalogue

START = dt.date(2026, 1, 5)


def finding(name: str, *values: int | None, safety: str = "", stale: bool = False) -> Finding:
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
    return Finding(instrument.short, change, safety, START if stale else None)


def test_all_better_is_said_plainly():
    answer = is_it_working([finding("edeqs", 27, 17), finding("phq9", 19, 9)])

    assert (answer.kind, answer.headline) == ("ok", "EDE-QS and PHQ-9 better")


def test_lost_gains_are_not_called_better():
    answer = is_it_working([finding("edeqs", 27, 8, 18), finding("phq9", 19, 9)])

    assert answer.headline == "PHQ-9 better, EDE-QS losing gains"
    assert answer.kind == "due"


def test_a_first_score_is_a_baseline_and_no_result():
    answer = is_it_working([finding("edeqs", 27)])

    assert (answer.kind, answer.headline) == ("none", "Baseline taken, no change to judge yet")


def test_the_newest_of_old_scores_is_named():
    old = finding("edeqs", 27, 17, stale=True)
    newer = Finding("PHQ-9", old.change, "", START + dt.timedelta(days=30))

    assert is_it_working([old, newer]).headline == "Not known: no scores since 04-Feb-2026"


SCORES = st.lists(st.one_of(st.none(), st.integers(0, 21)), min_size=1, max_size=4).map(
    lambda values: [10, *values]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["edeqs", "phq9", "gad7"]), SCORES,
            st.sampled_from(["", "PHQ-9 item 9: 1"]), st.booleans(),
        ),
        max_size=3,
        unique_by=lambda one: one[0],
    ),
    st.booleans(),
)  # fmt: skip
def test_green_needs_improvement_everywhere_or_steadiness_and_no_shadow(said, danger):
    findings = [finding(n, *v, safety=s, stale=old) for n, v, s, old in said]

    answer = is_it_working(findings, has_open_danger=danger)

    if answer.kind == "ok":
        assert not danger
        assert any((one.change.reliable or 0) > 0 for one in findings)
        for one in findings:
            assert not one.safety
            assert one.stale_since is None
            assert one.change.reliable is not None
            assert one.change.reliable >= 0
            assert not one.change.losing_gains
    assert all(one.name in answer.headline + answer.words for one in findings)
