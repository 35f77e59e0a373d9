"""Alice enters Ann's session after it took place: the rules of a live one, all of it or nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clinical.home_session import session_rules
from dashboard.db import db
from dashboard.sessions import answering, sealing
from dashboard.sessions.models import Dose, Part, SessionReading, SessionState
from dashboard.sessions.steps import of as steps_of
from dashboard.tasks.models import Task
from tests.cast import sign_in
from tests.sessions.at_home import good
from tests.sessions.on_pages import DOSE, SAVED, checked, found, session, words
from tests.shape.test_pages import faults

__all__ = ["session"]

CRITERIA = {one.id: "yes" for one in session_rules().release.criteria}


def uneventful(**changes):
    """Return all that is typed of a session with its dose at 12:15, observed until 14:20."""
    readings = {f"reading-{minute}": "118/74 64 98" for minute in session_rules().minutes if minute}
    times = {"at_time": "12:15", "first_time": "11:58", "asked_time": "12:10",
             "until_time": "14:20"}  # fmt: skip
    typed = {**good(), **DOSE, **readings, **CRITERIA, **times, "effect": "mild", **changes}
    return {name: value for name, value in typed.items() if value is not None}


@pytest.fixture
def alice(app, cast, session, clock):
    """Alice, three hours after Ann's session was planned."""
    clock.shift(dt.timedelta(hours=3))
    return sign_in(app, cast.alice)


def enter(alice, session, **changes):
    return alice.fill_in(f"{session}/after", uneventful(**changes))


def standing(app):
    with app.app_context(), acting_as_job("test"):
        return found().state, db.session.scalar(sa.select(sa.func.count(Dose.id)))


def test_an_uneventful_session_is_recorded_and_signed_in_one_go(app, alice, session):
    page = alice.get(f"{session}/after")
    assert not faults(page.text) and not checked(page), "nothing is answered beforehand"
    assert "Record and sign session of Ann" in words(page)

    done = enter(alice, session)

    assert done.status_code == SAVED, words(done)
    record = words(alice.get(done.location))
    assert "118/74 mmHg" in record and "Alice Adler" in record
    with app.app_context(), acting_as_job("test"):
        row = found()
        assert row.state is SessionState.RELEASED and sealing.is_intact(row)
        dose = db.session.scalars(sa.select(Dose)).one()
        assert dose.given_at == row.started_at
        taken = db.session.scalars(sa.select(SessionReading).order_by(SessionReading.taken_at))
        assert [(one.minute, one.taken_at - row.started_at) for one in taken] == [
            (minute, dt.timedelta(minutes=minute)) for minute in session_rules().minutes if minute
        ]
        before = answering.newest(row, Part.PREFLIGHT)
        assert row.started_at - before["sitter_name"].answered_at == dt.timedelta(minutes=5)
        assert row.started_at - before["first_pressure"].answered_at == dt.timedelta(minutes=17)
        assert [one.act for one in steps_of(row)] == ["begin pre-flight", "start", "release"]
        assert len([one for one in db.session.scalars(sa.select(Task)) if "dose" in one.key]) == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sitter_name": None}, "not answered"),
        ({"asked_time": "10:30"}, "Is the sitter with the patient now?: stale"),
        ({"dose_mg": "95"}, "above the plan"),
        ({"criteria": "no"}, "release criteria do not hold"),
        ({"until_time": "12:40"}, "minutes after the dose"),
    ],
)
def test_what_would_stop_a_live_session_stops_its_entry_and_keeps_every_word(
    app, alice, session, changes, says
):
    if "criteria" in changes:
        changes = {next(iter(CRITERIA)): "no"}

    refused = enter(alice, session, notes="Calm throughout.", **changes)

    assert refused.status_code in {409, 422}, words(refused)
    page = words(refused)
    assert says in page, page[-9000:]
    assert "Nothing was saved; what you typed stands below." in page
    assert "Calm throughout." in refused.text and 'value="118/74 64 98"' in refused.text
    assert not faults(refused.text)
    assert standing(app) == (SessionState.PLANNED, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"at_time": ""}, "Enter when the dose was taken."),
        ({"at_time": "16:40"}, "This lies in the future."),
        ({"first_time": ""}, "Enter when the first pressure was taken."),
        ({"asked_time": ""}, "Enter when the pre-flight was asked."),
        ({"until_time": ""}, "Enter until when the patient was observed."),
        ({"until_time": "12:05"}, "This lies in the future."),
        ({"reading-20": "118/74 64 980"}, "saturation"),
        ({"reading-20": "<script>"}, "118/74 64 98"),
        ({"effect": "cosmic"}, "Choose how strong it was."),
        ({"dose_mg": "sixty"}, "number"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(app, alice, session, changes, says):
    refused = enter(alice, session, **changes)
    assert refused.status_code == 422
    assert says in words(refused), words(refused)[-3000:]
    assert standing(app) == (SessionState.PLANNED, 0)


def test_a_reading_that_calls_for_something_keeps_the_session_open(app, alice, session):
    high = {"reading-40": "190/125 88 97", "reading-40-keep": "190/125 88 97"}
    done = enter(alice, session, **high)
    if done.status_code == 422:
        done = alice.post(
            f"{session}/after", {**alice.fields(f"{session}/after"), **uneventful(**high)}
        )
    assert done.status_code == SAVED, words(done)
    assert done.location.endswith("/live") and standing(app) == (SessionState.STARTED, 1)
    assert "not signed: a reading calls for a look" in words(alice.get(done.location))


def test_it_can_be_recorded_without_signing_and_only_once(app, alice, session):
    fields = {**alice.fields(f"{session}/after"), **uneventful(until_time=""), "act": "go on"}
    other = {**alice.fields(f"{session}/after"), **uneventful()}
    first = alice.post(f"{session}/after", fields)
    assert first.status_code == SAVED and first.location.endswith("/live"), words(first)
    assert alice.post(f"{session}/after", fields).location == first.location
    assert alice.post(f"{session}/after", other).status_code == 409
    assert standing(app) == (SessionState.STARTED, 1)


def test_a_pre_flight_that_was_answered_live_keeps_its_times(app, cast, session, clock):
    alice = sign_in(app, cast.alice)
    alice.post(f"{session}/preflight/begin", {})
    typed = good()
    first = {"first_pressure": typed.pop("first_pressure")}
    assert alice.fill_in(f"{session}/preflight", first).status_code == SAVED
    clock.shift(dt.timedelta(minutes=12))
    assert alice.fill_in(f"{session}/preflight", typed).status_code == SAVED
    clock.shift(dt.timedelta(hours=3))
    alice = sign_in(app, cast.alice)
    left = {
        name: value for name, value in uneventful(at_time="12:20").items() if name not in good()
    }
    done = alice.fill_in(f"{session}/after", {**left, "first_time": "", "asked_time": ""})
    assert done.status_code == SAVED, words(done)
    assert standing(app) == (SessionState.RELEASED, 1)
