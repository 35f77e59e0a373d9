"""Adverse events: the table of the reference, edge by edge; what is not known never lowers one."""

from datetime import date
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.adverse_events import (
    Event,
    Grade,
    Outcome,
    Seriousness,
    Urgency,
    Worst,
    called_by,
    event_list,
    is_serious,
    needs_hold,
    problems,
    response,
)
from dashboard.clinical.clearance.findings import Pressure
from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.event_list import read_list
from dashboard.clinical.misfit import Misfit

LIST = event_list()
NOTHING: frozenset[Seriousness] = frozenset()


def event(kind="nausea", *, grade=1, seriousness=NOTHING, **more) -> Event:
    given_grade = None if grade is None else Grade(grade)
    return Event(kind=LIST.events[kind], grade=given_grade, seriousness=seriousness, **more)


def worst(pressure=None, *, saturation=None, breaths=None, symptoms=None) -> Worst:
    return Worst(
        pressure=None if pressure is None else Pressure(*map(Fraction, pressure)),
        saturation=None if saturation is None else Fraction(saturation),
        breaths=None if breaths is None else Fraction(breaths),
        has_symptoms=symptoms,
    )


def called(found) -> list[str]:
    """List the responses, a question mark behind those that are not certain."""
    return [one.response.id + "?" * (not one.is_certain) for one in found]


def test_grades_have_the_structure_and_the_version_of_ctcae():
    assert LIST.grading.words == "CTCAE v6.0"
    assert LIST.grading.published_on == date(2025, 7, 22)
    assert LIST.grading.provenance.standing is Standing.VERIFIED
    assert [one.word for one in LIST.grades] == [
        "mild", "moderate", "severe", "life-threatening", "death",
    ]  # fmt: skip


def test_every_response_and_limit_names_its_source_and_none_claims_a_guideline():
    marks = [one.provenance for one in LIST.responses.values()]
    marks += [one.provenance for one in LIST.limits]

    assert len(marks) == 10
    for mark in marks:
        assert mark.source.startswith("Clinical reference 2.8")
        assert mark.standing is Standing.DESIGN


def test_the_pick_list_holds_what_is_special_to_eating_disorders():
    of_group = [one.id for one in LIST.events.values() if one.group == "eating disorder"]

    assert of_group == [
        "meal_missed", "purge_after_session", "binge_after_session", "weight_loss_acceleration",
        "body_image_distress",
    ]  # fmt: skip
    assert "never a sign of benefit" in (LIST.events["dissociation"].measured_as or "")


@pytest.mark.parametrize(
    ("grade", "seriousness", "holds"),
    [
        (1, NOTHING, False), (2, NOTHING, False), (3, NOTHING, True), (4, NOTHING, True),
        (5, NOTHING, True), (1, {Seriousness.HOSPITALIZATION}, True),
        (2, {Seriousness.IMPORTANT_MEDICAL_EVENT}, True), (None, NOTHING, True), (1, None, True),
    ],
)  # fmt: skip
def test_grade_3_a_serious_event_and_an_unknown_one_hold_the_plan(grade, seriousness, holds):
    one = event(grade=grade, seriousness=seriousness)

    assert needs_hold(one) is holds
    assert bool(called(response(one))) is holds


def test_what_is_not_answered_is_said_and_not_taken_for_serious():
    assert is_serious(event(seriousness=None)) is None
    assert is_serious(event()) is False
    assert is_serious(event(grade=4, seriousness=None)) is True
    assert called(response(event(seriousness=None))) == ["suspended?"]
    assert called(response(event(grade=None))) == ["suspended?"]
    (only,) = response(event(grade=3))
    assert (only.because, only.is_certain) == ("Grade 3", True)
    assert "MedWatch" in only.response.words


@pytest.mark.parametrize(
    ("pressure", "symptoms", "expected"),
    [
        ((179, 109), True, []), ((179, 109), None, []),
        ((180, 80), False, ["live_call"]), ((120, 110), False, ["live_call"]),
        ((180, 80), True, ["emergency", "live_call"]),
        ((120, 119), True, ["live_call"]), ((120, 120), True, ["emergency", "live_call"]),
        ((120, 120), False, ["live_call"]),
        ((180, 80), None, ["emergency?", "live_call"]),
    ],
)  # fmt: skip
def test_a_very_high_pressure_is_a_call_and_with_symptoms_an_emergency(
    pressure, symptoms, expected
):
    assert called(called_by(worst(pressure, symptoms=symptoms))) == expected


@pytest.mark.parametrize(
    ("saturation", "breaths", "expected"),
    [(90, 8, []), ("89.9", 8, ["emergency"]), (98, "7.9", ["emergency"]), (None, None, [])],
)
def test_low_oxygen_and_slow_breathing_are_emergencies(saturation, breaths, expected):
    assert called(called_by(worst(saturation=saturation, breaths=breaths))) == expected


def test_each_sign_calls_for_what_the_table_says():
    found = {name: called(called_by(Worst(), signs=[sign])) for name, sign in LIST.signs.items()}

    assert found == {
        "unresponsive": ["emergency"], "seizure": ["emergency"], "chest_pain": ["emergency"],
        "worst_headache": ["emergency"], "focal_deficit": ["emergency"],
        "suicidal_intent_or_plan": ["suicide_safety"], "faint": ["same_day_call"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("times", "expected"), [(1, []), (2, []), (3, ["same_day_call"]), (None, ["same_day_call?"])]
)
def test_vomiting_three_times_is_a_call_the_same_day(times, expected):
    assert called(response(event("vomiting", times=times))) == expected


@pytest.mark.parametrize("kind", ["dissociation", "agitation"])
@pytest.mark.parametrize(
    ("more", "minute", "expected"),
    [
        ({"offset_minutes": 240}, None, []),
        ({"offset_minutes": 241}, None, ["same_day_call"]),
        ({}, 60, []),
        ({}, 241, ["same_day_call"]),
        ({}, None, ["same_day_call?"]),
        ({"outcome": Outcome.RECOVERED}, 60, ["same_day_call?"]),
    ],
)
def test_dissociation_and_agitation_past_four_hours_are_a_call(kind, more, minute, expected):
    assert called(response(event(kind, **more), minute=minute)) == expected


@pytest.mark.parametrize(
    ("kind", "expected", "holds"),
    [
        ("haematuria", ["hold_labs"], True), ("urinary_urgency", ["hold_labs"], True),
        ("jaundice", ["hold_labs"], True), ("dysuria", [], False),
        ("chest_pain", ["emergency"], True), ("syncope_or_near_syncope", ["same_day_call"], False),
        ("suicidal_ideation_or_self_harm", ["suicide_safety"], False), ("headache", [], False),
        ("pressure_rise", ["emergency?"], True),
        ("hypoxia_or_slow_breathing", ["emergency?"], True),
    ],
)  # fmt: skip
def test_a_mild_event_calls_for_what_its_kind_calls_for(kind, expected, holds):
    assert called(response(event(kind))) == expected
    assert needs_hold(event(kind)) is holds


def test_a_measured_pressure_rise_is_judged_by_its_peak():
    calm, high = worst((150, 95)), worst((185, 95), symptoms=False)

    assert response(event("pressure_rise", worst=calm)) == ()
    assert called(response(event("pressure_rise", worst=high))) == ["live_call"]
    (call,) = response(event("pressure_rise", worst=high))
    assert (call.response.repeat_minutes, call.response.not_falling_by_minutes) == (10, 120)
    assert "185/95" in call.because


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (event(onset_minutes=-1), "before the dose"),
        (event(onset_minutes=40, offset_minutes=39), "before it began"),
        (event("vomiting", times=0), "less than once"),
        (event(grade=5), "about a death"),
        (event(outcome=Outcome.DEATH), "about a death"),
        (event(grade=4), "does not say so"),
        (event(grade=2, seriousness=frozenset({Seriousness.LIFE_THREATENING})), "grade 4 or 5"),
    ],
)
def test_contradictions_are_said(made, said):
    (words,) = problems(made)

    assert said in words


def test_what_agrees_is_not_complained_about():
    death = frozenset({Seriousness.DEATH})

    assert problems(event(onset_minutes=0, offset_minutes=0)) == ()
    assert problems(event(grade=5, seriousness=death, outcome=Outcome.DEATH)) == ()
    assert problems(event(grade=4, seriousness=frozenset({Seriousness.LIFE_THREATENING}))) == ()


TEXT = files("dashboard.clinical").joinpath("data", "adverse_events-1.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "1"', 'version = "2"', "reads schema"),
        ('standing = "verified"', 'standing = "sure"', "not one of"),
        ('response = "hold_labs"', 'response = "wait"', "no response"),
        ('id = "vomiting"', 'id = "nausea"', "once"),
        ("grade = 5", "grade = 4", "in order"),
        ("saturation_below = 90", "", "no number"),
        ('group = "mind"', 'group = "mind"\ncolour = "red"', "not known here"),
        ('urgency = "now"', 'urgency = "emergency"', None),
        ('urgency = "now"', 'urgency = "within 72 hours"', "most urgent first"),
    ],
)
def test_a_list_that_does_not_fit_is_refused_in_words(old, new, said):
    changed = TEXT.replace(old, new, 1)
    assert changed != TEXT

    if said is None:
        assert read_list(changed).version == "1"
    else:
        with pytest.raises(Misfit, match=said):
            read_list(changed)


numbers = st.none() | st.integers(0, 300).map(Fraction)
pressures = st.none() | st.builds(
    Pressure, st.integers(50, 260).map(Fraction), st.integers(20, 160).map(Fraction)
)
worsts = st.builds(
    Worst, pressure=pressures, saturation=numbers, breaths=numbers,
    has_symptoms=st.none() | st.booleans(),
)  # fmt: skip
minutes = st.none() | st.integers(0, 600)
events = st.builds(
    Event, kind=st.sampled_from(list(LIST.events.values())),
    grade=st.none() | st.sampled_from(Grade),
    seriousness=st.none() | st.frozensets(st.sampled_from(Seriousness)),
    onset_minutes=minutes, offset_minutes=minutes, times=st.none() | st.integers(1, 9),
    worst=worsts, outcome=st.sampled_from(Outcome),
)  # fmt: skip


@given(events)
def test_an_event_that_is_grade_3_serious_or_unknown_is_never_without_hold_and_response(one):
    if one.grade is None or one.grade >= 3 or one.seriousness is None or one.seriousness:
        assert needs_hold(one)
        assert response(one)


@given(events, st.integers(0, 600))
def test_responses_come_once_and_most_urgent_first(one, minute):
    found = response(one, minute=minute)
    urgencies = [list(Urgency).index(each.response.urgency) for each in found]

    assert urgencies == sorted(urgencies)
    assert len({each.response.id for each in found}) == len(found)
    assert all(each.because for each in found)


@given(worsts, st.integers(0, 80), st.integers(0, 60))
def test_a_worse_value_never_takes_a_response_away(values, up, down):
    pressure = values.pressure and Pressure(
        values.pressure.systolic + up, values.pressure.diastolic + up
    )
    breathing = [None if v is None else v - down for v in (values.saturation, values.breaths)]
    worse = Worst(
        pressure=pressure, saturation=breathing[0], breaths=breathing[1],
        has_symptoms=values.has_symptoms,
    )  # fmt: skip

    before = {one.response.id for one in called_by(values)}

    assert before <= {one.response.id for one in called_by(worse)}


@given(worsts)
def test_not_knowing_of_symptoms_never_hides_what_symptoms_would_call_for(values):
    def under(symptoms):
        made = Worst(
            pressure=values.pressure, saturation=values.saturation, breaths=values.breaths,
            has_symptoms=symptoms,
        )  # fmt: skip
        return {one.response.id for one in called_by(made)}

    assert under(None) == under(True) >= under(False)
