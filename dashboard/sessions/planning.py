"""Planning a session: when, which dose, where; and cancelling it with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from dashboard.clinical.courses import SessionAct
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.sessions import steps
from dashboard.sessions.models import UPCOMING, Route, SessionState, Setting, TreatmentSession


class EndedSession(Refusal):
    """This session was held or cancelled. Nothing was changed."""

    status = 409
    heading = "The session is over"
    advice = "Plan a new one."


def plan(
    patient_id: uuid.UUID,
    *,
    planned_at: dt.datetime,
    zone: str,
    dose_mg: Decimal | None,
    route: Route,
    dose_is_by_weight: bool,
    setting: Setting,
    location_state: str,
    by: uuid.UUID,
) -> TreatmentSession:
    """Add a session that is to come."""
    session = TreatmentSession(
        id=new_id(), patient_id=patient_id, planned_at=planned_at, zone_name=zone,
        dose_mg=dose_mg, route=route, dose_is_by_weight=dose_is_by_weight, setting=setting,
        location_state=location_state, planned_by_id=by,
        state=SessionState.PLANNED,
    )  # fmt: skip
    db.session.add(session)
    return session


def cancel(session: TreatmentSession, *, by: uuid.UUID, reason: str) -> None:
    """Cancel a planned session, with the reason."""
    if session.state is not SessionState.PLANNED:
        raise EndedSession
    steps.take(session, SessionAct.CANCEL, by=steps.by_id(by), reason=reason)


def hold(session: TreatmentSession, *, by: uuid.UUID) -> None:
    """Mark a planned session as held: its dose is on record."""
    if session.state not in UPCOMING:
        raise EndedSession
    steps.take(session, SessionAct.RECORD_DOSE, by=steps.by_id(by))


def planned(patient_id: uuid.UUID) -> Sequence[TreatmentSession]:
    """Return the sessions that have not started, the next one first."""
    query = sa.select(TreatmentSession).where(
        TreatmentSession.patient_id == patient_id, TreatmentSession.state.in_(UPCOMING)
    )
    return db.session.scalars(query.order_by(TreatmentSession.planned_at)).all()
