"""Planned sessions: on one moment to come, held by a dose of the day, cancelled with a reason."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clearance import policy
from dashboard.db import db
from tests.cast import sign_in

NOON = dt.datetime(2026, 10, 30, 16, tzinfo=dt.UTC)  # two days before the clocks go back
PLAN = {"planned_on": "+7d", "planned_time": "10:00", "dose_mg": "60", "route": "sublingual",
        "counted": "fixed", "setting": "home", "location_state": "FL"}  # fmt: skip


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


def test_a_planned_session_is_listed_judged_for_and_held_by_its_dose(app, alice, cast, at_noon):
    chart = f"/patients/{cast.ann_ref}"
    assert "No session is planned" in alice.get(f"{chart}/doses").text
    assert alice.fill_in(f"{chart}/sessions/plan", PLAN).status_code == 303
    page = alice.get(f"{chart}/doses").text
    assert "06-Nov-2026 10:00" in page and "60 mg, fixed" in page and "Home, Florida" in page
    board = alice.get("/clearance").text
    assert "Blocks the next session" in board and "06-Nov-2026" in board

    at_noon.move_to(NOON + dt.timedelta(days=7))
    alice = sign_in(app, cast.alice)
    assert "Its time has passed" in alice.get(f"{chart}/doses").text
    dose = {"given_on": "t", "given_time": "10:20", "dose_mg": "60", "route": "sublingual"}
    assert alice.fill_in(f"{chart}/doses/new", dose).status_code == 303
    page = alice.get(f"{chart}/doses").text
    assert (
        "marked as having taken place" in page
        and "Took place" in page
        and "Its time has passed" not in page
    )


def test_a_dose_that_is_not_cleared_is_asked_about_recorded_and_kept_in_sight(
    app, alice, cast, rows
):
    with app.app_context(), acting_as_job("test data"):
        policy.sign(by_id=cast.alice, name="Alice Adler", zone="America/New_York")
        db.session.commit()
    path = f"/patients/{cast.ann_ref}/doses/new"
    dose = {"given_on": "t", "given_time": "11:30", "dose_mg": "60", "route": "sublingual"}
    asked = alice.fill_in(path, dose)
    assert asked.status_code == 422 and "does not allow a dose on 30-Oct-2026" in asked.text
    assert "all the same?</label>" in asked.text, "asked for, not optional"
    assert "Nothing is recorded yet" in asked.text and not rows("SELECT * FROM dose")

    told = dose | {"despite": "Given in the clinic before the laboratory called"}
    assert alice.fill_in(path, told).status_code == 303
    assert len(rows("SELECT * FROM dose")) == 1
    assert "although the clearance did not allow it" in alice.get("/tasks").text
    assert "Given in the clinic before the laboratory called" in alice.get("/tasks").text

    history = dose | {"given_on": "29-Oct-2026"}
    assert alice.fill_in(path, history).status_code == 303, "before the rules were signed"


def test_cancelling_needs_a_reason_and_is_done_once(alice, bob, cast, rows, at_noon):
    chart = f"/patients/{cast.ann_ref}"
    alice.fill_in(f"{chart}/sessions/plan", PLAN)
    path = f"{chart}/sessions/{rows('SELECT ref FROM treatment_session')[0][0]}/cancel"
    assert bob.get(path).status_code in {303, 404}
    assert alice.fill_in(path, {"reason": " "}).status_code == 422
    assert alice.fill_in(path, {"reason": "Fever <38"}).status_code == 303
    assert "Fever &lt;38" in alice.get(f"{chart}/doses").text
    assert alice.get(path).status_code == 409


def test_a_moment_that_is_none_or_two_or_has_passed_is_asked_about(alice, cast, rows):
    path = f"/patients/{cast.ann_ref}/sessions/plan"
    for change, words in (
        ({"planned_on": "-1d"}, "This has passed"),
        ({"planned_on": "01-Jan-2029"}, "at most a year"),
        ({"planned_on": "14-Mar-2027", "planned_time": "02:30"}, "does not exist"),
        ({"planned_on": "01-Nov-2026", "planned_time": "01:30"}, "Say which one"),
        ({"planned_time": "25:00"}, "24-hour clock"),
        ({"dose_mg": "-5"}, "from 0.01"),
        ({"dose_mg": "1e3"}, "Enter a number"),
        ({"counted": ""}, "fixed or goes by weight"),
        ({"setting": "car"}, "Choose home or clinic"),
        ({"location_state": ""}, "Choose the state"),
        ({"route": "by ear"}, "Choose one from the list"),
    ):
        answer = alice.fill_in(path, {**PLAN, **change})
        assert answer.status_code == 422 and words in answer.text, change
    assert not rows("SELECT * FROM treatment_session")
    twice = {**PLAN, "planned_on": "01-Nov-2026", "planned_time": "01:30", "which": "second"}
    assert alice.fill_in(path, twice).status_code == 303
    assert "01:30 ET (UTC−5)" in alice.get(f"/patients/{cast.ann_ref}/doses").text
