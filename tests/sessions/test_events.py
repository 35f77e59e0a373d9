"""Adverse events: recorded, judged, kept in sight, amended and closed; the grave ones hold."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clearance import readiness
from dashboard.clearance.standing import stand
from dashboard.clinical.courses import PlanState
from dashboard.clinical.plan_rule_file import PlanRuleId
from dashboard.clinical.plan_rules import Outcome
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.plans import judging
from dashboard.sessions import actions as doses
from dashboard.sessions.models import Route
from tests.cast import form_fields, sign_in
from tests.clearance.conftest import NOON, TODAY, clock, stable
from tests.clearance.stable import ZONE
from tests.plans.course import active, signed

__all__ = ["clock", "stable"]

MINUTES = dt.timedelta(minutes=1)
MILD = {"kind": "nausea", "onset_minutes": "20", "offset_minutes": "60", "grade": "1",
        "seriousness": "none of these"}  # fmt: skip


@pytest.fixture
def alice(app, cast, clock):
    return sign_in(app, cast.alice)


@pytest.fixture
def dose(app, cast, clock):
    """Return the ref of Ann's dose of two hours ago."""
    with app.app_context(), acting_as_job("test data"):
        given = doses.record(
            db.session.get_one(Patient, cast.ann), given_at=NOON - 120 * MINUTES, zone=ZONE,
            dose_mg=Decimal(60), route=Route.SUBLINGUAL, by=cast.alice,
        )  # fmt: skip
        db.session.commit()
        return given.ref


@pytest.fixture
def events(cast):
    return f"/patients/{cast.ann_ref}/events"


@pytest.fixture
def as_ann(app, cast):
    """Return a function that runs another one with Ann, and commits."""

    def run(what):
        with app.app_context(), acting_as_job("test data"):
            found = what(db.session.get_one(Patient, cast.ann))
            db.session.commit()
            return found

    return run


def main_text(answer):
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def test_a_mild_event_holds_nothing_and_is_amended_and_closed_with_its_history(
    alice, events, dose, rows
):
    assert "No adverse event is recorded" in main_text(alice.get(events))
    made = alice.fill_in(f"{events}/new", {**MILD, "dose": dose, "words": "Wan, <b>pale</b>"})
    assert made.status_code == 303
    shown = alice.get(made.location)
    assert "Wan, &lt;b&gt;pale" in shown.text and "20 min after the dose" in shown.text
    assert "it lasted 40 min" in shown.text and "not measured" in shown.text
    assert not rows("SELECT * FROM task")

    path = made.location
    assert alice.fill_in(f"{path}/amend", {"grade": "2"}).status_code == 303
    page = main_text(alice.get(path))
    assert "Grade: Grade 1, mild (CTCAE v6.0) → Grade 2, moderate" in page and "Recorded" in page
    assert alice.fill_in(f"{path}/close", {"decision": " "}).status_code == 422
    assert alice.fill_in(f"{path}/close", {"decision": "Ginger tea."}).status_code == 303
    assert "Ginger tea." in main_text(alice.get(path))
    assert alice.get(f"{path}/amend").status_code == alice.get(f"{path}/close").status_code == 409
    assert [one.grade for one in rows("SELECT grade FROM adverse_event ORDER BY grade")] == [1, 2]
    listed = main_text(alice.get(events))
    assert "No event is open" in listed and "Closed" in listed


def test_a_severe_event_holds_the_plan_at_once_and_closing_it_resumes_nothing(
    app, cast, alice, stable, events, as_ann, clock
):
    plan_id = as_ann(lambda ann: active(ann, cast, today=TODAY).id)
    state = lambda: as_ann(lambda ann: plans.in_force(ann.id).state)  # noqa: E731
    clock.shift(5 * MINUTES)
    page = f"{events}/new"
    severe = {"kind": "fall_or_injury", "dose": "no dose", "began_on": "t", "began_time": "11:50",
              "grade": "3", "seriousness": "hospitalization"}  # fmt: skip
    assert state() is PlanState.ACTIVE
    made = alice.fill_in(page, severe)
    assert made.status_code == 303 and state() is PlanState.HELD
    shown = main_text(alice.get(made.location))
    assert "It holds the plan until it is closed" in shown and "The plan is held" in shown
    assert "Offer MedWatch form 3500. Tell the pharmacy." in shown
    assert "Open events hold the plan" in main_text(alice.get(events))
    assert not as_ann(lambda ann: readiness.of(ann.id).is_open)

    closed = alice.fill_in(f"{made.location}/close", {"decision": "Wrist is set."})
    assert closed.status_code == 303 and state() is PlanState.HELD
    assert "stays held until somebody resumes it" in main_text(alice.get(made.location))
    assert as_ann(lambda ann: plans.in_force(ann.id).id) == plan_id


def test_an_open_event_holds_by_the_rule_of_harm_where_no_check_was_ever_signed(
    cast, alice, stable, events, as_ann
):
    as_ann(lambda ann: signed(ann, cast, today=TODAY))
    unknown = {"kind": "vertigo", "dose": "no dose", "began_on": "t", "began_time": "09:00",
               "grade": "not graded", "seriousness": "not answered"}  # fmt: skip
    made = alice.fill_in(f"{events}/new", unknown)

    def harm(ann):
        standing = stand(ann)
        assert standing.check is None and not standing.triggers
        waiting = plans.waiting(ann.id)
        assert waiting is not None
        found = judging.hits(waiting, standing)
        return next(hit for hit in found if hit.rule.id is PlanRuleId.HARM)

    hit = as_ann(harm)
    assert hit.outcome is Outcome.HOLDS and "not graded yet" in hit.words
    assert alice.get(f"{made.location}/close").status_code == 422
    assert "cannot be closed" in main_text(alice.get(made.location))


def test_what_is_called_for_stands_first_and_a_task_keeps_each_in_sight(
    alice, cast, events, dose, rows, app
):
    crisis = {
        **MILD, "kind": "pressure_rise", "dose": dose, "grade": "4",
        "seriousness": "life-threatening", "pressure": "186/124", "are_measured": "y",
    }  # fmt: skip
    asked = alice.fill_in(f"{events}/new", crisis)
    assert asked.status_code == 422 and "whether there were symptoms" in main_text(asked)
    made = alice.fill_in(f"{events}/new", {**crisis, "has_symptoms": "yes"})
    text = main_text(alice.get(made.location))
    assert text.index("Call 911") < text.index("Live call now") < text.index("MedWatch")
    tasks = rows("SELECT words, state, owner_id FROM task WHERE key LIKE 'event %'")
    assert len(tasks) == 3 and all(one.words.startswith("Blood pressure rise: ") for one in tasks)

    alice.fill_in(f"{made.location}/amend", {"words": "Seen again"})
    assert len(rows("SELECT id FROM task WHERE key LIKE 'event %'")) == 3, "raised once"
    tamer = {"pressure": "150/90", "grade": "2", "seriousness": "none of these", "has_symptoms": ""}
    assert alice.fill_in(f"{made.location}/amend", tamer).status_code == 303
    assert not rows("SELECT id FROM task WHERE key LIKE 'event %' AND state = 'open'")
    blood = {"kind": "haematuria", "dose": "no dose", "began_on": "-1d", "began_time": "08:00",
             "grade": "1", "seriousness": "none of these"}  # fmt: skip
    alice.fill_in(f"{events}/new", blood)
    (due,) = rows("SELECT due_on FROM task WHERE words LIKE 'Blood in urine%'")
    assert str(due.due_on)[:10] == "2026-11-25", "72 hours after it began"


def test_two_physicians_on_one_event_never_write_over_each_other(app, cast, alice, events, dose):
    path = alice.fill_in(f"{events}/new", {**MILD, "dose": dose}).location
    first, second = alice.fields(f"{path}/amend"), alice.fields(f"{path}/amend")
    early = alice.fields(f"{path}/close")
    assert alice.post(f"{path}/amend", {**first, "times": "2"}).status_code == 303

    late = alice.post(f"{path}/amend", {**second, "words": "She slept after it"})
    assert late.status_code == 409 and "after you opened it" in late.text
    again = form_fields(late.text)
    assert again["words"] == "She slept after it" and "2" in main_text(late)
    stale = alice.post(f"{path}/close", {**early, "decision": "It passed."})
    assert stale.status_code == 409 and form_fields(stale.text)["decision"] == "It passed."
    assert alice.post(f"{path}/amend", again).status_code == 303

    open_form = alice.fields(f"{path}/amend")
    assert alice.fill_in(f"{path}/close", {"decision": "It passed."}).status_code == 303
    after = alice.post(f"{path}/amend", {**open_form, "words": "It came back"})
    assert after.status_code == 409 and "closed this event" in after.text
    kept = form_fields(after.text)
    assert kept["words"] == "It came back"
    assert alice.post(f"{events}/new", kept).status_code == 303, "recorded as a new event"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing happened": ({"kind": ""}, "Choose what happened"),
    "a made-up kind": ({"kind": "boredom"}, "from the list"),
    "other without words": ({"kind": "other", "words": ""}, "Say in words"),
    "no beginning": ({"onset_minutes": ""}, "Say when it began"),
    "before the dose": ({"onset_minutes": "-5"}, "Enter 0 or more"),
    "the future": ({"onset_minutes": "999999999"}, "future"),
    "half a moment": ({"onset_minutes": "", "began_on": "t"}, "both day and time"),
    "two moments": ({"began_on": "t", "began_time": "09:00"}, "do not agree"),
    "minutes from nothing": ({"dose": "no dose"}, "Minutes count from a dose"),
    "a foreign dose": ({"dose": "a" * 26}, "from the list"),
    "ended before": ({"offset_minutes": "5"}, "ended before it began"),
    "before birth": (
        {"dose": "no dose", "onset_minutes": "", "offset_minutes": "", "began_on": "1990-01-01",
         "began_time": "09:00"}, "birth",
    ),
    "no grade": ({"grade": ""}, "Choose the grade"),
    "grade 6": ({"grade": "6"}, "Choose the grade"),
    "nobody said serious": ({"seriousness": ""}, "Tick what applies"),
    "none and death": ({"seriousness": ["none of these", "death"]}, "stands alone"),
    "half a death": ({"grade": "5"}, "do not agree about a death"),
    "grade 4 not serious": ({"grade": "4"}, "Grade 4 is life-threatening"),
    "saturation": ({"saturation": "980"}, "980"),
    "a guess": ({"saturation": "sNaN"}, "sNaN"),
    "half a pressure": ({"pressure": "182"}, "182"),
    "an unusual value": ({"saturation": "72"}, "unusual"),
    "breaths": ({"breaths": "8.5"}, "whole number"),
    "never": ({"times": "0"}, "from 1 to 999"),
    "far too long": ({"words": "x" * 2001}, "Shorten this"),
}  # fmt: skip


@pytest.mark.one_database
def test_an_event_that_cannot_be_meant_is_refused_at_its_field_and_nothing_is_lost(
    alice, bob, cast, events, dose, rows
):
    fields = {**alice.fields(f"{events}/new"), **MILD, "dose": dose, "words": "Kept \u202eas it is"}
    for what, (changes, words) in WRONG.items():
        refused = alice.post(f"{events}/new", {**fields, **changes})
        assert refused.status_code == 422 and words in main_text(refused), what
        if "words" not in changes:
            assert "Kept as it is" in refused.text, what
    assert not rows("SELECT id FROM adverse_event")
    sent = [alice.post(f"{events}/new", fields).status_code for _ in range(2)]
    assert sent == [303, 303] and len(rows("SELECT id FROM adverse_event")) == 1
    assert alice.get(f"{events}/new?session={'a' * 26}").status_code == 404
    (row,) = rows("SELECT ref FROM adverse_event")
    assert bob.get(f"/patients/{cast.ben_ref}/events/{row.ref}").status_code == 404
