"""A session at home through the night in which the clocks change: minutes are real minutes."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.sessions.models import SessionReading, TreatmentSession
from tests.cast import sign_in
from tests.clearance.conftest import clock
from tests.clearance.stable import enter, everything, one, ready_to_sign, sign, today
from tests.plans.course import active
from tests.sessions.at_home import BESIDE
from tests.sessions.on_pages import SAVED, answer, begin, found, start, words

__all__ = ["clock"]

BACK = dt.datetime(2026, 11, 1, 4, 50, tzinfo=dt.UTC)  # 00:50 in New York; 02:00 becomes 01:00
AHEAD = dt.datetime(2027, 3, 14, 6, 20, tzinfo=dt.UTC)  # 01:20 in New York; 02:00 becomes 03:00
TYPED = {"values": "118/74 64 98"}


@pytest.fixture
def night(app, cast, clock):
    """Return a function that starts Ann's session 12 minutes after an instant: its address."""

    def started(at):
        clock.move_to(at - dt.timedelta(days=2))
        with app.app_context(), acting_as_job("test data"):
            ann = ready_to_sign(cast)
            active(ann, cast, today=today())
            clock.move_to(at)
            enter(ann.id, cast.alice, everything(today()))
            for kind, value, unit in BESIDE:
                enter(ann.id, cast.alice, one(kind, value, unit))
            db.session.commit()
            sign(ann, cast)
            session = f"/patients/{cast.ann_ref}/sessions/{found().ref}"
        alice = begin(app, cast, session)
        answer(alice, session, clock)
        assert start(alice, session).status_code == SAVED
        return session

    return started


def minutes(app):
    with app.app_context(), acting_as_job("test"):
        began = db.session.scalars(sa.select(TreatmentSession.started_at)).one()
        assert began is not None
        taken = db.session.scalars(sa.select(SessionReading).order_by(SessionReading.taken_at))
        return [(one.minute, (one.taken_at - began) // dt.timedelta(minutes=1))
                for one in taken]  # fmt: skip


def test_a_time_that_the_clock_showed_twice_is_asked_about_and_counted_truly(
    app, cast, night, clock
):
    session = night(BACK)  # dose at 01:02, before the clocks went back
    clock.shift(dt.timedelta(minutes=63))  # 01:05 again
    alice = sign_in(app, cast.alice)
    live = f"{session}/live"
    asked = alice.fill_in(live, {**TYPED, "at_time": "01:22"})
    assert asked.status_code == 422 and "twice" in words(asked)
    assert 'value="118/74 64 98"' in asked.text, "nothing typed is lost"
    later = alice.fill_in(live, {**TYPED, "at_time": "01:22", "which": "second"})
    assert later.status_code == 422 and not minutes(app), "the second 01:22 is still to come"
    twice = {**TYPED, "at_time": "01:22"}
    assert alice.fill_in(live, {**twice, "which": "first"}).status_code == SAVED
    clock.shift(dt.timedelta(minutes=17))
    alice = sign_in(app, cast.alice)
    assert alice.fill_in(live, {**twice, "which": "second"}).status_code == SAVED
    assert minutes(app) == [(20, 20), (60, 80)]
    assert "Reading at 120 min" in words(alice.get(live))
    assert "02:02" in words(alice.get(live)), "two hours after 01:02, the clock shows one"


def test_an_hour_that_the_clock_left_out_is_no_time_and_no_hour_is_added(app, cast, night, clock):
    session = night(AHEAD)  # dose at 01:32; 28 minutes later the clock shows 03:00
    clock.shift(dt.timedelta(minutes=38))
    alice = sign_in(app, cast.alice)
    live = f"{session}/live"
    never = alice.fill_in(live, {**TYPED, "at_time": "02:10"})
    assert never.status_code == 422 and 'value="118/74 64 98"' in never.text and not minutes(app)
    assert alice.fill_in(live, {**TYPED, "at_time": "03:10"}).status_code == SAVED
    assert alice.fill_in(live, {**TYPED, "at_time": "01:52"}).status_code == SAVED
    assert minutes(app) == [(20, 20), (40, 38)]
