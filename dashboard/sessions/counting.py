"""Which session of the plan's series a session is: counted from the doses of the present course."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dashboard.db import db
from dashboard.plans import actions as plans
from dashboard.plans import content as contents
from dashboard.plans import judging
from dashboard.sessions import actions
from dashboard.sessions.models import UPCOMING, SessionState, TreatmentSession

HELD = (SessionState.STARTED, SessionState.RELEASED, SessionState.ABANDONED, SessionState.DONE)


def words(session: TreatmentSession) -> str:
    """Return "Session 6 of 8" for one session; empty where no plan counts it."""
    return of_sessions(session.patient_id, [session]).get(session.id, "")


def of_sessions(
    patient_id: uuid.UUID, sessions: Iterable[TreatmentSession]
) -> Mapping[uuid.UUID, str]:
    """Return "Session 6 of 8" by session, of those in the present course, in three statements."""
    plan, began = plans.in_force(patient_id), judging.course_began_at(patient_id)
    if plan is None or began is None:
        return {}
    most = contents.read(plan.content).series.sessions
    given = [one.given_at for one in actions.doses(patient_id) if one.given_at >= began]
    upcoming = _upcoming(patient_id)
    of = f" of {most}" if most else ""
    return {
        one.id: f"Session {number}{of}"
        for one in sessions
        if (number := _number(one, given, upcoming, began))
    }


def _number(
    one: TreatmentSession,
    given: Sequence[dt.datetime],
    upcoming: Sequence[uuid.UUID],
    began: dt.datetime,
) -> int:
    """Return the place of a session in the course; 0 for one outside of it."""
    if one.id in upcoming:
        return len(given) + upcoming.index(one.id) + 1
    if one.state not in HELD or one.started_at is None or one.started_at < began:
        return 0
    return sum(at <= one.started_at for at in given)


def _upcoming(patient_id: uuid.UUID) -> list[uuid.UUID]:
    query = sa.select(TreatmentSession.id).where(
        TreatmentSession.patient_id == patient_id, TreatmentSession.state.in_(UPCOMING)
    )
    return list(db.session.scalars(query.order_by(TreatmentSession.planned_at)))
