"""The pre-flight: 15 items, each answered for this session; what is missing or bad blocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.clearance import Patient, Rejected, Verdict, ruleset
from dashboard.clinical.home_session import Answered, findings_of, judge_preflight, session_rules
from dashboard.clinical.home_session.session_file import AnswerKind

NEW_YORK = ZoneInfo("America/New_York")
DOSE = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
RULES = session_rules()
PATIENT = Patient(
    birth_date=date(1990, 5, 1), setting="home", oximeter=True, first_dose=False,
    dose_increase=True, route="RDT", location_state="NJ",
)  # fmt: skip
GOOD = {
    "sitter_name": "Rosa Marin", "sitter_phone": "+1 555 0100", "address": "12 Elm Street",
    "location_state": "NJ", "first_pressure": "118/74", "second_pressure": "116/72",
    "saturation": "98", "hours_since_food": "3", "minutes_since_fluids": "45",
    "suicidal_ideation": "0", "spit_or_swallow": "spit", "hold_minutes": "10",
}  # fmt: skip
BEFORE = {"first_pressure": 12}  # minutes before the dose; every other answer 5


def answers(*, without=(), at=None, dose_at=DOSE, **changed):
    """Answer everything as it should be, except for what is said."""
    made = {}
    for point in RULES.points.values():
        value = changed.get(point.id, GOOD.get(point.id, point.good))
        moment = dose_at - timedelta(minutes=BEFORE.get(point.id, 5))
        made[point.id] = Answered(value, (at or {}).get(point.id, moment))
    return {name: one for name, one in made.items() if name not in without}


def judged(*, patient=PATIENT, dose_at=DOSE, **more):
    return judge_preflight(
        answers(dose_at=dose_at, **more), patient=patient, dose_at=dose_at, zone=NEW_YORK
    )


def blocking(**more) -> set[str]:
    return {one.point.id for one in judged(**more).blocks}


def verdict_of(name, **more):
    found = [p for item in judged(**more).items for p in item.points if p.point.id == name]
    return found[0].verdict


def test_there_are_the_15_items_of_the_reference_each_with_source_and_standing():
    assert [item.number for item in RULES.items] == list(range(1, 16))
    assert all(item.points for item in RULES.items)
    for item in RULES.items:
        assert item.provenance.source.startswith(f"Clinical reference 2.6, item {item.number}")
        assert item.provenance.standing


def test_every_finding_it_makes_is_one_the_clearance_judges():
    kinds = ruleset().kinds
    named = {point.finding for point in RULES.points.values() if point.finding}
    made = {composite.finding for composite in RULES.composites}

    assert named | made <= set(kinds)
    assert all(kinds[name].is_judged for name in (named | made) - {"bp_predose"})


def test_it_asks_for_what_a_session_requires_as_far_as_patient_and_sitter_know_it():
    required = {
        rule.variable for rule in ruleset().rules if rule.required.value == "session"
    }  # fmt: skip
    from_chart = {"hours_since_last_dose", "therapist_and_integration_visit_booked_24_72h"}
    asked = {point.finding for point in RULES.points.values()}
    asked |= {one.finding for one in RULES.composites} | {"sbp_predose", "dbp_predose"}

    assert required - from_chart <= asked


def test_answered_as_it_should_be_a_session_may_start():
    found = judged()

    assert (found.verdict, found.blocks, found.cautions) == (Verdict.CLEAR, (), ())
    assert found.version == "1"


@pytest.mark.parametrize("name", RULES.points)
def test_every_single_answer_that_is_missing_blocks(name):
    assert name in blocking(without=[name])
    assert name in blocking(**{name: None})
    assert verdict_of(name, without=[name]) is Verdict.UNKNOWN


@pytest.mark.parametrize("name", [n for n, p in RULES.points.items() if p.good is not None])
def test_no_answer_that_is_not_good_is_clear(name):
    bad = not RULES.points[name].good
    found = judged(**{name: bad})

    expected = Verdict.CAUTION if name in {"sedative", "stimulant"} else Verdict.STOP
    if name == "weight_in_date":
        expected = Verdict.UNKNOWN
    assert found.verdict is expected


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"first_pressure": "141/74", "second_pressure": "141/74"}, Verdict.CAUTION),
        ({"first_pressure": "160/74", "second_pressure": "139/74"}, Verdict.STOP),
        ({"first_pressure": "118/100", "second_pressure": "118/100"}, Verdict.STOP),
        ({"first_pressure": "89/62", "second_pressure": "110/70"}, Verdict.STOP),
        ({"first_pressure": "140/90", "second_pressure": "140/90"}, Verdict.CLEAR),
        ({"saturation": "94"}, Verdict.CLEAR),
        ({"saturation": "93"}, Verdict.STOP),
        ({"hours_since_food": "2"}, Verdict.CLEAR),
        ({"hours_since_food": "1.9"}, Verdict.STOP),
        ({"hours_since_food": "4"}, Verdict.CLEAR),
        ({"hours_since_food": "4.1"}, Verdict.CAUTION),
        ({"minutes_since_fluids": "30"}, Verdict.CLEAR),
        ({"minutes_since_fluids": "29"}, Verdict.CAUTION),
        ({"suicidal_ideation": "1"}, Verdict.CAUTION),
        ({"suicidal_ideation": "3"}, Verdict.CAUTION),
        ({"suicidal_ideation": "4"}, Verdict.STOP),
    ],
)
def test_values_are_judged_by_the_limits_of_the_clearance(changed, verdict):
    assert judged(**changed).verdict is verdict


def test_two_readings_a_minute_apart_are_no_pair():
    at = {"first_pressure": DOSE - timedelta(minutes=6)}

    assert blocking(at=at) == {"first_pressure", "second_pressure"}


def test_an_answer_of_more_than_an_hour_before_the_dose_or_after_it_is_no_answer():
    hour = timedelta(hours=1)

    assert blocking(at={"purged": DOSE - hour}) == set()
    assert blocking(at={"purged": DOSE - hour - timedelta(seconds=1)}) == {"purged"}
    assert blocking(at={"purged": DOSE + timedelta(seconds=1)}) == {"purged"}


def test_the_hour_before_a_dose_is_an_hour_in_the_night_of_the_clock_change_too():
    dose = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1)
    an_hour_before = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=0)
    made = answers(dose_at=dose.astimezone(UTC), at={"purged": an_hour_before})
    found = judge_preflight(made, patient=PATIENT, dose_at=dose, zone=NEW_YORK)
    late = {**made, "purged": Answered(False, an_hour_before.replace(minute=29))}
    then = judge_preflight(late, patient=PATIENT, dose_at=dose, zone=NEW_YORK)

    assert found.blocks == ()
    assert [one.point.id for one in then.blocks] == ["purged"]


def test_what_is_not_asked_of_a_patient_may_stay_open_and_what_is_not_known_may_not():
    swallowed = replace(PATIENT, route="oral")
    mouth = ["spit_or_swallow", "hold_minutes"]

    assert blocking(patient=swallowed, without=mouth) == set()
    assert blocking(patient=replace(PATIENT, route=None), without=mouth) == set(mouth)
    known = replace(PATIENT, oximeter=False)
    assert blocking(patient=known, without=["saturation"]) == set()
    unknown = replace(PATIENT, first_dose=None)
    assert blocking(patient=unknown, without=["count_differs"]) == {"count_differs"}
    first = replace(PATIENT, first_dose=True)
    assert blocking(patient=first, without=["count_differs"]) == set()
    same_dose = replace(PATIENT, dose_increase=False)
    assert (
        verdict_of("clinician_on_video", patient=same_dose, clinician_on_video=False)
        <= Verdict.CLEAR
    )
    in_clinic = replace(PATIENT, setting="clinic")
    assert "sitter_present" in blocking(patient=in_clinic, sitter_present=False)
    assert blocking(patient=replace(PATIENT, oximeter=False), saturation="93") == {"saturation"}
    assert "clinician_on_video" in blocking(patient=first, clinician_on_video=False)
    assert "clinician_on_video" in blocking(patient=first, without=["clinician_on_video"])


@pytest.mark.parametrize(
    "changed",
    [
        {"saturation": "980"}, {"first_pressure": "118"}, {"hours_since_food": "-1"},
        {"hold_minutes": "long"}, {"hold_minutes": "-1"}, {"water": "perhaps"}, {"address": 12},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_named(changed):
    with pytest.raises(Rejected, match=next(iter(changed)) + "|spo2|bp_predose"):
        judged(**changed)


def test_the_gate_gets_the_same_answers_as_findings():
    found = findings_of(answers(), zone=NEW_YORK)
    values = {one.kind: one.value for one in found if one.kind != "bp_predose"}

    assert values["adult_monitor_present"] is True
    assert values["emergency_contact_and_exact_address"] is True
    assert values["spo2"] == Fraction(98)
    assert sum(one.kind == "bp_predose" for one in found) == 2
    part = {one.kind: one.value for one in findings_of(
        answers(without=["address"], sitter_adult_and_sober=False), zone=NEW_YORK)}  # fmt: skip
    assert "emergency_contact_and_exact_address" not in part
    assert part["adult_monitor_present"] is False


questions = sorted(RULES.points)
yes_or_no = sorted(n for n, p in RULES.points.items() if p.kind is AnswerKind.YES_OR_NO)


@settings(max_examples=40)
@given(st.sets(st.sampled_from(questions)), st.sets(st.sampled_from(yes_or_no)))
def test_taking_an_answer_away_or_making_it_bad_never_unblocks(without, bad):
    changed = {name: not RULES.points[name].good for name in bad}
    found = judged(without=without, **changed)
    stops = bad - without - {"sedative", "stimulant"}

    assert found.verdict.blocks is bool(without or stops)
    assert {one.point.id for one in found.blocks} >= without | stops
