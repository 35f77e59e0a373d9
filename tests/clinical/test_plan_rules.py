"""The stop rules of a plan hold at their limits, and say so when they cannot tell."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.clearance import Verdict, ruleset
from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.goals import Measured
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.plan_rule_file import FILE, Effect, PlanRuleId, plan_rules, read_rules
from dashboard.clinical.plan_rules import (
    Endpoint,
    GivenDose,
    Hit,
    Outcome,
    PlanCourse,
    PlanTerms,
    check,
    judge_all,
)
from dashboard.clinical.ruler import Reading
from dashboard.clinical.score_rules import Direction
from tests.clinical.clearance.complete_cases import changed, complete, judged

NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
TODAY = NOW.date()
HOLDS, UNKNOWN, NOT_YET, CLEAR = Outcome.HOLDS, Outcome.UNKNOWN, Outcome.NOT_YET, Outcome.CLEAR
BY_CLEARANCE = {name for rule in plan_rules().values() for name in rule.clearance}


def dose(*, days_ago=0, hours_ago=0.0, is_of_plan=True) -> GivenDose:
    at = NOW - dt.timedelta(days=days_ago, hours=hours_ago)
    return GivenDose(at, at.date(), is_of_plan)


def score(value, *, days_ago=0, hi=None, version="v") -> Reading:
    low, high = Fraction(value), Fraction(value if hi is None else hi)
    on = TODAY - dt.timedelta(days=days_ago)
    return Reading(on, low if low == high else None, low, high, version)


def edeqs(before=20, after=10, *, days_ago=0, **more) -> Measured:
    base = None if before is None else score(before, days_ago=60)
    late = after if isinstance(after, Reading) else score(after, days_ago=days_ago)
    return Measured("EDE-QS", Direction.HIGHER_WORSE, base, late, **more)


TERMS = PlanTerms(
    max_sessions=8,
    min_interval_hours=72,
    end_on=TODAY + dt.timedelta(days=30),
    primary_measure="edeqs",
    endpoint=Endpoint("edeqs", Fraction(5)),
)
SIX = tuple(dose(days_ago=days) for days in (24, 20, 16, 12, 8, 4))
COURSE = PlanCourse(
    now=NOW,
    on=TODAY,
    doses=SIX,
    measures={"edeqs": edeqs()},
    verdicts=dict.fromkeys(BY_CLEARANCE, Verdict.CLEAR),
    harms=(),
    is_count_right=True,
    wants_to_go_on=True,
)


def said(rule_id: str, course: PlanCourse = COURSE, terms: PlanTerms = TERMS) -> Hit:
    return next(hit for hit in judge_all(terms, course) if hit.rule.id == rule_id)


def outcome(rule_id: str, course: PlanCourse = COURSE, terms: PlanTerms = TERMS) -> Outcome:
    return said(rule_id, course, terms).outcome


def test_a_course_that_is_known_and_well_has_nothing_to_say():
    assert check(TERMS, COURSE) == ()
    assert {hit.outcome for hit in judge_all(TERMS, COURSE)} == {CLEAR}


def test_of_a_course_of_which_nothing_is_known_nothing_is_fine():
    hits = check(PlanTerms(), PlanCourse(now=NOW, on=TODAY))

    assert [hit.rule.id for hit in hits] == list(PlanRuleId)
    assert {hit.outcome for hit in hits} == {UNKNOWN}


@pytest.mark.parametrize(
    ("hours", "plan", "expected"),
    [
        (47.99, 24, HOLDS),  # the clearance forbids under 48 h whatever the plan says
        (48, 24, CLEAR),
        (48, 72, HOLDS),
        (71.99, 72, HOLDS),
        (72, 72, CLEAR),
        (47.99, None, HOLDS),
        (100, None, UNKNOWN),
        (-1, 72, UNKNOWN),
    ],
)
def test_the_interval_is_the_plans_and_never_under_the_clearances(hours, plan, expected):
    course = replace(COURSE, doses=(dose(days_ago=20), dose(hours_ago=hours)))

    assert outcome("interval", course, replace(TERMS, min_interval_hours=plan)) is expected


def test_a_dose_outside_the_plan_counts_for_the_interval_and_not_for_the_sessions():
    course = replace(COURSE, doses=(dose(hours_ago=5, is_of_plan=False),))

    assert outcome("interval", course) is HOLDS
    assert said("sessions_spent", course).words == "0 of 8 sessions given."


def test_the_hours_are_counted_by_instants_through_the_night_of_the_clock_change():
    eastern = dt.timezone(dt.timedelta(hours=-4)), dt.timezone(dt.timedelta(hours=-5))
    given_at = dt.datetime(2026, 10, 30, 20, tzinfo=eastern[0])
    now = dt.datetime(2026, 11, 1, 19, tzinfo=eastern[1])  # 47 h by the wall clock, 48 h in truth
    course = replace(COURSE, now=now, doses=(GivenDose(given_at, given_at.date()),))

    terms = replace(TERMS, min_interval_hours=48)
    assert outcome("interval", course, terms) is CLEAR
    earlier = replace(course, now=now - dt.timedelta(seconds=1))
    assert said("interval", earlier, terms).words.startswith("47.9 h since the last dose")


def test_before_the_first_dose_the_interval_has_not_begun():
    assert outcome("interval", replace(COURSE, doses=())) is NOT_YET


@pytest.mark.parametrize(
    ("most", "expected"), [(7, CLEAR), (6, HOLDS), (5, HOLDS), (None, UNKNOWN)]
)
def test_sessions_are_spent_at_the_number_the_plan_names(most, expected):
    assert outcome("sessions_spent", terms=replace(TERMS, max_sessions=most)) is expected


@pytest.mark.parametrize(("days", "expected"), [(0, CLEAR), (-1, HOLDS), (1, CLEAR)])
def test_the_end_date_is_the_last_day_of_the_plan(days, expected):
    terms = replace(TERMS, end_on=TODAY + dt.timedelta(days=days))

    assert outcome("end_date", terms=terms) is expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (edeqs(after=5), HOLDS),
        (edeqs(after=6), CLEAR),
        (edeqs(after=score(4, hi=6)), UNKNOWN),
        (edeqs(after=5, stale_since=TODAY), UNKNOWN),
    ],
)
def test_a_goal_is_met_at_the_endpoint(measure, expected):
    assert outcome("goal_met", replace(COURSE, measures={"edeqs": measure})) is expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (15, CLEAR),  # 25 %
        (Fraction(1501, 100), HOLDS),
        (20, HOLDS),
        (25, HOLDS),
        (score(14, hi=16), UNKNOWN),
        (score(15, hi=17), UNKNOWN),
        (score(16, hi=18), HOLDS),
        (score(10, version="w"), UNKNOWN),
        (score(10, days_ago=4), UNKNOWN),  # of the day of the sixth session, not after it
        (score(10, days_ago=3), CLEAR),
    ],
)
def test_less_than_25_per_cent_after_six_sessions_is_non_response(after, expected):
    course = replace(COURSE, measures={"edeqs": edeqs(after=after)})

    assert outcome("non_response", course) is expected


@pytest.mark.parametrize(
    ("days_ago", "n", "expected"),
    [(27, 5, NOT_YET), (28, 5, HOLDS), (27, 6, HOLDS), (28, 1, HOLDS)],
)
def test_non_response_is_due_after_six_sessions_or_four_weeks(days_ago, n, expected):
    given = tuple(dose(days_ago=days_ago - index) for index in range(n))
    course = replace(COURSE, doses=given, measures={"edeqs": edeqs(after=20)})

    assert outcome("non_response", course) is expected


@pytest.mark.parametrize(
    ("terms", "measures"),
    [
        (replace(TERMS, primary_measure=None), {"edeqs": edeqs()}),
        (TERMS, {}),
        (TERMS, {"edeqs": edeqs(before=None)}),
        (TERMS, {"edeqs": edeqs(stale_since=TODAY)}),
    ],
)
def test_a_response_that_cannot_be_measured_is_not_a_response(terms, measures):
    assert outcome("non_response", replace(COURSE, measures=measures), terms) is UNKNOWN


def test_a_gain_is_never_rounded_up_to_the_goal():
    course = replace(COURSE, measures={"edeqs": edeqs(after=Fraction(1502, 100))})

    words = said("non_response", course).words
    assert words == "EDE-QS 24.9 % better than at baseline after 6 sessions or 4 weeks (goal 25 %)."


@pytest.mark.parametrize(
    ("rule_id", "row"), [("weight_decline", "A06a"), ("weight_decline", "A10"), ("misuse", "S23b")]
)
@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.STOP, HOLDS),
        (Verdict.CAUTION, HOLDS),
        (Verdict.UNKNOWN, UNKNOWN),
        (None, UNKNOWN),
        (Verdict.NOT_APPLICABLE, CLEAR),
    ],
)
def test_what_the_clearance_says_counts(rule_id, row, verdict, expected):
    verdicts = {name: one for name, one in COURSE.verdicts.items() if name != row}
    if verdict is not None:
        verdicts[row] = verdict

    assert outcome(rule_id, replace(COURSE, verdicts=verdicts)) is expected


@pytest.mark.parametrize(
    ("kilos", "expected"),
    [([68], UNKNOWN), ([68, 68, 68], CLEAR), ([69, 68.5, 68], CLEAR), ([70, 69, 68], HOLDS)],
)
def test_a_weight_decline_is_what_the_clearances_own_judgement_says(kilos, expected):
    case = complete("activation", restrictive=True)
    days = [dt.date.fromisoformat(case["on"]) - dt.timedelta(days=7 * back) for back in (2, 1, 0)]
    taken = zip(days[-len(kilos) :], kilos, strict=True)
    weights = [{"value": kilo, "unit": "kg", "on": day.isoformat()} for day, kilo in taken]
    rules = judged(changed(case, weight_kg=weights)).rules

    course = replace(COURSE, verdicts={one.rule.id: one.verdict for one in rules})
    assert outcome("weight_decline", course) is expected


@pytest.mark.parametrize(("days", "expected"), [(0, CLEAR), (3, CLEAR), (4, HOLDS)])
def test_an_early_refill_is_what_a_judgement_for_a_prescription_says(days, expected):
    case = changed(complete("prescription"), days_early_refill=days)

    verdicts = {one.rule.id: one.verdict for one in judged(case).rules}
    assert outcome("misuse", replace(COURSE, verdicts=verdicts)) is expected


def test_a_weight_that_no_rule_could_judge_is_not_a_steady_weight():
    course = replace(COURSE, verdicts=dict.fromkeys(BY_CLEARANCE, Verdict.NOT_APPLICABLE))

    assert outcome("weight_decline", course) is UNKNOWN
    assert outcome("misuse", course) is UNKNOWN


@pytest.mark.parametrize(
    ("is_right", "doses", "expected"),
    [(True, SIX, CLEAR), (False, SIX, HOLDS), (None, SIX, UNKNOWN), (False, (), HOLDS),
     (None, (), NOT_YET), (None, None, UNKNOWN)],
)  # fmt: skip
def test_a_count_that_does_not_add_up_is_misuse_and_none_is_not_known(is_right, doses, expected):
    course = replace(COURSE, is_count_right=is_right, doses=doses)

    assert outcome("misuse", course) is expected


def test_an_open_harm_and_a_withdrawn_consent_hold_the_plan():
    course = replace(COURSE, harms=("syncope, grade 3",), wants_to_go_on=False)

    hits = check(TERMS, course)
    assert [(hit.rule.id, hit.rule.effect, hit.words) for hit in hits] == [
        ("harm", Effect.HOLDS_PLAN, "Open: syncope, grade 3."),
        ("patient_wish", Effect.HOLDS_PLAN, "The patient has withdrawn consent."),
    ]


UNSAID = ["doses", "measures", "verdicts", "harms", "is_count_right", "wants_to_go_on"]
UNNAMED = ["max_sessions", "min_interval_hours", "end_on", "primary_measure", "endpoint"]


@given(forgotten=st.sets(st.sampled_from([*UNSAID, *UNNAMED]), min_size=1))
def test_whatever_is_forgotten_no_plan_becomes_fine_by_it(forgotten):
    empty: dict[str, Any] = {"measures": {}, "verdicts": {}}
    lacking: dict[str, Any] = {name: empty.get(name) for name in forgotten & set(UNSAID)}
    course = replace(COURSE, **lacking)
    terms = replace(TERMS, **dict.fromkeys(forgotten & set(UNNAMED)))

    assert UNKNOWN in {hit.outcome for hit in check(terms, course)}


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        replace(COURSE, now=NOW.replace(tzinfo=None))


def test_every_rule_has_its_source_and_standing_and_names_rows_that_exist():
    for rule in plan_rules().values():
        assert rule.provenance.source.startswith("Clearance reference")
        assert rule.effect.words
        assert rule.provenance.standing in {Standing.DESIGN, Standing.VERIFIED}
        assert all(ruleset().rule(name) for name in rule.clearance)
    assert dict(plan_rules()[PlanRuleId.NON_RESPONSE].numbers) == {
        "percent": 25, "sessions": 6, "weeks": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('version = "1"', 'version = "2"', "this program reads"),
        ('id = "end_date"', 'id = "goal_met"', "every rule once"),
        ("percent = 25", "percent = 0", "each above 0"),
        ("percent = 25, ", "", "each above 0"),
        ('clearance = ["S23a", "S23b"]', "", "must name clearance rules"),
        ('standing = "verified"', 'standing = "surely"', "is not one of"),
        ('effect = "asks_decision"', 'effect = "shrugs"', "is not one of"),
    ],
)
def test_a_file_that_does_not_fit_stops_the_start(old, new, why):
    text = files("dashboard.clinical").joinpath("data", FILE).read_text("utf-8")
    assert old in text

    with pytest.raises(Misfit, match=why):
        read_rules(text.replace(old, new, 1))
