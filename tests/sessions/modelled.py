"""Ann's sessions as they should stand, worked out from their course beside the database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clinical.adverse_events import Event, Grade, event_list
from dashboard.clinical.courses import SESSION, PlanState, SessionAct, SessionState
from dashboard.clock import now
from dashboard.db import db
from dashboard.plans.models import TreatmentPlan
from dashboard.sessions import events, planning, running
from dashboard.sessions.models import TreatmentSession
from tests.clearance.stable import enter, everything, sign, today
from tests.plans.walked import Walked
from tests.sessions import at_home

INTERVAL = dt.timedelta(hours=72)  # of Ann's plan
FRESH, STALE = dt.timedelta(minutes=40), dt.timedelta(minutes=61)  # of an hour before the dose
OBSERVED = dt.timedelta(minutes=120)
SO = "It is so."
ONWARDS = [SessionAct.BEGIN_PREFLIGHT, SessionAct.START, SessionAct.RELEASE]


@dataclass
class Known:
    """What the model knows of one session."""

    state: SessionState = SessionState.PLANNED
    is_good: bool = False
    answered_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    is_read: bool = False
    may_leave: bool = False
    signed: object = None


class Modelled(Walked):
    """Ann's sessions under her plan, and beside them where each should stand."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open, self.plan_state = True, PlanState.ACTIVE
        self.known = [Known()]
        self.dosed_at: dt.datetime | None = None
        self.taken: Counter[SessionAct] = Counter()
        self.reached = {SessionState.PLANNED}

    def is_due(self, at):
        """Say whether the plan's interval since the last dose has gone by."""
        return self.dosed_at is None or at - self.dosed_at >= INTERVAL

    def allows(self, act, one, reason, *, at):
        """Say whether an act may be done now; None when an answer is about an hour old."""
        step = next((step for step in SESSION.steps_from(one.state) if step.act is act), None)
        if step is None or (step.needs_reason and not reason.strip()):
            return False
        if act is SessionAct.START:
            is_clear = self.is_open and self.plan_state is PlanState.ACTIVE and one.is_good
            runs = any(other.state is SessionState.STARTED for other in self.known)
            age = at - (one.answered_at or at)
            if FRESH < age < STALE:
                return None
            return is_clear and self.is_due(at) and not runs and age <= FRESH
        if act is SessionAct.RELEASE:
            return one.is_read and one.may_leave and at - one.started_at >= OBSERVED
        return True

    def take(self, act, session, reason):
        """Do one thing as the pages would."""
        by = at_home.alice(self.cast)
        if act is SessionAct.BEGIN_PREFLIGHT:
            running.begin_preflight(session, by=by)
        elif act is SessionAct.START:
            at_home.start(self.ann, session, self.cast)
        elif act is SessionAct.RELEASE:
            running.release(session, by=by)
        elif act is SessionAct.ABANDON:
            running.abandon(session, by=by, reason=reason)
        elif act is SessionAct.NOT_DO:
            running.not_do(session, by=by, reason=reason)
        elif act is SessionAct.CANCEL:
            planning.cancel(session, by=by.id, reason=reason)
        else:
            planning.hold(session, by=by.id)

    def possible(self):
        """Return every act with the session it may be done on; what was seldom done comes first."""
        order = [*ONWARDS, *SessionAct]
        acts = sorted(SessionAct, key=lambda act: (self.taken[act], order.index(act)))
        when = now() + dt.timedelta(seconds=30)
        return [
            (act, n)
            for act in acts
            for n, one in enumerate(self.known)
            if self.allows(act, one, SO, at=when)
        ]

    def barred(self):
        """Return every act that the course has from where a session stands, but not now."""
        when = now() + dt.timedelta(seconds=30)
        return [
            (step.act, n)
            for n in range(len(self.known) - 1, -1, -1)
            for step in SESSION.steps_from(self.known[n].state)
            if self.allows(step.act, self.known[n], SO, at=when) is False
        ]

    def clear(self):
        """Enter everything a clearance asks as of today, and sign that Ann is cleared."""
        enter(self.ann.id, self.cast.alice, everything(today()))
        db.session.commit()
        sign(self.ann, self.cast)

    def grave_event(self):
        """Record nausea of grade 3, which nobody has closed."""
        kind = event_list().events["nausea"]
        harm = Event(kind=kind, grade=Grade(3), seriousness=frozenset())
        by = at_home.alice(self.cast)
        events.record(self.ann.id, harm, began_at=now(), words="She could not keep water.", by=by)

    def close_events(self):
        """Close every event that is open."""
        for one in events.standing(self.ann.id):
            if one.closed_at is None:
                events.close(one, by=at_home.alice(self.cast), words="Over after an hour.")

    def plan(self):
        """Return the plan."""
        return db.session.scalars(sa.select(TreatmentPlan)).one()

    def of(self, which):
        """Return what is known of a session, counted back from the newest, and its row."""
        n = max(len(self.known) - 1 - which, 0)
        return self.known[n], self.sessions()[n]

    def sessions(self):
        """Return every session as it stands in the database, in the order they were planned."""
        return db.session.scalars(sa.select(TreatmentSession).order_by(TreatmentSession.id)).all()


def as_stored(session):
    """Return every column of a session as the database has it."""
    db.session.refresh(session)
    return {one.key: getattr(session, one.key) for one in sa.inspect(type(session)).column_attrs}


def follow(taken, *, to):
    """Follow steps from the beginning: each is whole, and a start had a check that cleared."""
    state = SessionState.PLANNED
    for one in taken:
        step = SESSION.step(state, one.act)
        assert (one.from_state, one.to_state) == (state, step.end)
        assert one.by_id and one.by_name and one.at and (one.reason or not step.needs_reason)
        assert bool(one.check_id) is (one.act is SessionAct.START)
        if one.check_id:
            check = db.session.get_one(ClearanceCheck, one.check_id)
            assert check.decision is not Decision.NOT_CLEARED and check.signed_at <= one.at
        state = step.end
    assert state is to
