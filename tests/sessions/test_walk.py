"""Whatever is done in whatever order: no session starts unready, none sticks, all is told."""

from __future__ import annotations

import datetime as dt
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy.exc import DBAPIError

from dashboard import audit
from dashboard.actor import acting_as_job
from dashboard.clinical.courses import SESSION, HoldCause, PlanState, SessionAct, SessionState
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.sessions import sealing, steps
from dashboard.sessions.models import (
    OVER,
    UPCOMING,
    AdverseEvent,
    SessionAnswer,
    SessionReading,
    SessionStep,
)
from tests.clearance.conftest import NOON, TODAY, clock, stable
from tests.clearance.stable import ZONE, today
from tests.plans.course import active
from tests.plans.course import alice as planner
from tests.plans.walked import Where, at, by_hand, walk
from tests.sessions import at_home
from tests.sessions.modelled import SO, Known, Modelled, as_stored, follow

__all__ = ["clock", "stable"]

MOST = 4  # sessions of one walk
REASONS = st.sampled_from([SO, SO, " \n"])
WHICH = st.sampled_from([0, 0, 0, 1, 2])  # sessions back from the newest
KEPT = (SessionStep, SessionAnswer, SessionReading, AdverseEvent)


class SessionWalk(Modelled):
    """Ann's sessions under her plan, and beside them where each should stand."""

    @initialize()
    def is_ready(self):
        """The first session is in pre-flight, and all of it is answered as it should be."""
        self.tries(SessionAct.BEGIN_PREFLIGHT, 0, SO)
        self.answers(0, bad="")

    @precondition(lambda self: len(self.known) < MOST)
    @rule()
    def plans(self):
        """Plan one more session."""
        assert self.done(lambda: at_home.planned(self.ann, self.cast, at=now()))
        self.known.append(Known())

    def plan_another(self):
        """Plan one if none is to come: without one it is not known where a dose would be taken."""
        if not any(one.state in UPCOMING for one in self.known):
            self.plans()

    @rule(which=WHICH, bad=st.sampled_from(["", "", "release_known"]))
    def answers(self, which, bad):
        """Answer the pre-flight: all of it well, or all but one."""
        one, session = self.of(which)
        said = {**at_home.good(), **({bad: "no"} if bad else {})}
        answered = self.done(lambda: at_home.prepare(session, self.cast, said))
        assert answered is (one.state is SessionState.PREFLIGHT)
        if answered:
            one.is_good, one.answered_at = not bad, now()

    @rule(which=WHICH)
    def observes(self, which):
        """Take a reading, and answer the criteria of the release: in a session that runs."""
        one, session = self.of(which)
        for what in (partial(at_home.read, minute=None), at_home.answer_release):
            assert self.done(partial(what, session, self.cast)) is (
                one.state is SessionState.STARTED
            )
        one.is_read = one.may_leave = one.state is SessionState.STARTED

    @precondition(lambda self: now().astimezone(ZoneInfo(ZONE)).hour < 20)
    @rule(minutes=st.sampled_from([10, 125]))
    def waits(self, minutes):
        """Let time pass, within the day."""
        self.clock.shift(dt.timedelta(minutes=minutes))

    @precondition(lambda self: self.is_open and self.dosed_at and not self.is_due(now()))
    @rule()
    def days_pass(self):
        """Four days later, at noon, all is entered anew and signed."""
        self.clock.move_to(
            dt.datetime.combine(now().date() + dt.timedelta(days=4), NOON.time(), dt.UTC)
        )
        self.plan_another()
        assert self.done(self.clear)

    @precondition(lambda self: self.is_open)
    @rule(is_event=st.booleans())
    def holds(self, is_event):
        """An event of grade 3 closes the gate and so holds the plan; or a physician does."""
        if is_event:
            assert self.done(self.grave_event)
            self.is_open = False
        else:
            by, why = planner(self.cast), "Wait."
            assert self.done(
                lambda: plans.hold(self.plan(), by=by, cause=HoldCause.HAND, reason=why)
            )
        self.plan_state = PlanState.HELD

    @precondition(lambda self: self.plan_state is PlanState.HELD)
    @rule()
    def goes_on_again(self):
        """What held the plan is closed, a check is signed, and the plan is resumed."""
        self.plan_another()
        assert self.done(self.close_events) and self.done(self.open_the_gate)
        assert self.done(
            lambda: plans.resume(
                self.ann, self.plan(), by=planner(self.cast), today=today(), reason="It is over."
            )
        )
        self.plan_state = PlanState.ACTIVE

    @precondition(lambda self: self.possible())
    @rule(pick=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4]))
    def goes_on(self, pick):
        """Do one of the acts that are possible now."""
        possible = self.possible()
        act, n = possible[pick % len(possible)]
        self.tries(act, n, SO)

    @precondition(lambda self: self.barred())
    @rule(pick=st.integers(0, 5))
    def is_barred(self, pick):
        """Try an act of the course that something stands in the way of."""
        barred = self.barred()
        act, n = barred[pick % len(barred)]
        self.tries(act, n, SO)

    @rule(act=st.sampled_from(SessionAct), which=WHICH, reason=REASONS)
    def out_of_turn(self, act, which, reason):
        """Try any act on any session."""
        self.tries(act, max(len(self.known) - 1 - which, 0), reason)

    def tries(self, act, n, reason):
        """Try an act: it is done if everything that it needs is there, and only then."""
        one, session, at_once = self.known[n], self.sessions()[n], now() + dt.timedelta(seconds=30)
        allowed = self.allows(act, one, reason, at=at_once)
        if allowed is None:
            return
        assert self.done(lambda: self.take(act, session, reason)) is allowed, (act, one)
        if allowed:
            one.state = SESSION.may(one.state, act)
            self.taken[act] += 1
            self.reached |= {one.state}
            if act is SessionAct.START:
                one.started_at = self.dosed_at = now()
            if one.state in OVER:
                one.signed = as_stored(session)

    @invariant()
    def every_session_stands_where_its_steps_led(self):
        """Model, rows and steps agree; what was signed is as it was signed; plan and model too."""
        assert self.plan().state is self.plan_state
        for one, session in zip(self.known, self.sessions(), strict=True):
            assert session.state is one.state
            follow(steps.of(session), to=session.state)
            if one.signed:
                assert as_stored(session) == one.signed
            if session.seal:
                assert sealing.is_intact(session)
        running_now = [one for one in self.known if one.state is SessionState.STARTED]
        assert len(running_now) <= 1

    @invariant()
    def all_is_told(self):
        """Every step, answer, reading and event has its row in the trail, every move too."""
        for kind in KEPT:
            rows = db.session.scalars(sa.select(kind.id)).all()
            assert {str(one) for one in rows} == set(
                self.told(kind.__tablename__, audit.Action.CREATE)
            )
        moved = self.told("treatment_session", audit.Action.UPDATE)
        for session in self.sessions():
            assert moved.count(str(session.id)) >= len(steps.of(session))

    def teardown(self):
        """From wherever the walk led, a session can be ended; what is over cannot be changed."""
        try:
            for n, one in enumerate(self.known):
                is_running = one.state is SessionState.STARTED
                if one.state not in OVER:
                    self.tries(SessionAct.ABANDON if is_running else SessionAct.NOT_DO, n, "Over.")
                assert one.state in OVER
            with pytest.raises(DBAPIError, match="a session that is over stays as it was signed"):
                db.session.connection().execute(
                    sa.text("UPDATE treatment_session SET location_state = 'NJ'")
                )
            db.session.rollback()
        finally:
            super().teardown()


@pytest.fixture
def ann_walks(app, cast, stable, clock, database):
    """Ann with an active plan and a planned session, from which every walk begins."""
    with app.app_context(), acting_as_job("test data"):
        active(db.session.get_one(Patient, cast.ann), cast, today=TODAY)
        db.session.remove()
    with database.kept() as copies:
        yield at(SessionWalk, Where(app, cast, clock, copies))


def test_no_walk_starts_unready_or_gets_stuck_and_every_step_is_told(ann_walks):
    walk(ann_walks, walks=5, steps=25)


def test_one_bad_answer_a_held_plan_or_a_closed_gate_keeps_a_session_from_starting(ann_walks):
    with by_hand(ann_walks) as session:
        session.is_ready()
        assert session.possible()[0] == (SessionAct.START, 0)
        session.answers(0, bad="release_known")
        session.tries(SessionAct.START, 0, SO)
        session.answers(0, bad="")
        for is_event in (False, True):
            session.holds(is_event=is_event)
            assert session.barred() == [(SessionAct.START, 0)]
            session.tries(SessionAct.START, 0, SO)
            session.goes_on_again()
        session.waits(125)  # the answers are too old
        session.tries(SessionAct.START, 0, SO)
        session.answers(0, bad="")
        session.tries(SessionAct.START, 0, SO)
        assert session.taken[SessionAct.START] == 1


def test_every_state_is_reached_and_every_act_taken(ann_walks):
    with by_hand(ann_walks) as session:
        session.is_ready()
        session.tries(SessionAct.START, 0, SO)
        session.tries(SessionAct.RELEASE, 0, SO)  # too early, and nothing is said
        session.observes(0)
        session.waits(125)
        session.tries(SessionAct.RELEASE, 0, SO)
        for n, act in enumerate((SessionAct.NOT_DO, SessionAct.CANCEL, SessionAct.RECORD_DOSE), 1):
            session.plans()
            session.tries(act, n, SO)
        begin_another(session)
        session.tries(SessionAct.START, 4, SO)
        begin_another(session)
        session.tries(SessionAct.START, 5, SO)  # the one before runs still
        session.tries(SessionAct.ABANDON, 4, SO)
        session.tries(SessionAct.START, 5, SO)
        session.every_session_stands_where_its_steps_led()
        session.all_is_told()

    assert {*session.taken} == {*SessionAct} and session.reached == {*SessionState}


def begin_another(session):
    """Days later, begin the pre-flight of one more session and answer it well."""
    session.days_pass()
    session.tries(SessionAct.BEGIN_PREFLIGHT, len(session.known) - 1, SO)
    session.answers(0, bad="")
