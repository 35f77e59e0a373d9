"""The steps of a session's course, written as they are taken; nothing else moves a session."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.clinical.courses import (
    SESSION,
    NoReason,
    NoSuchStep,
    SessionAct,
    SessionState,
)
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.sessions.models import OVER, SessionStep, TreatmentSession

ENDED_WITH_REASON = (SessionState.CANCELLED, SessionState.NOT_DONE, SessionState.ABANDONED)


class MovedOn(Refusal):
    """The session has moved on since this page was shown. Nothing was changed."""

    status = 409
    heading = "This cannot be done now"
    advice = "Look at where the session stands, and decide again."


class ReasonMissing(Refusal):
    """This needs a reason in words. Nothing was changed."""

    status = 422
    heading = "The reason is not said"
    advice = "Go back and write the reason."


@dataclass(frozen=True)
class By:
    """Who acts."""

    id: uuid.UUID
    name: str


def by_id(account_id: uuid.UUID) -> By:
    """Return who acts, with the name of the account."""
    return By(account_id, db.session.get_one(User, account_id).name)


def take(
    session: TreatmentSession,
    act: SessionAct,
    *,
    by: By,
    reason: str = "",
    check_id: uuid.UUID | None = None,
    is_open: bool = False,
    at: dt.datetime | None = None,
) -> None:
    """Take a step; raise `MovedOn` or `ReasonMissing`. `is_open` is what its gate said.

    What the step needs besides (the seal of a session that ran) is written by the caller at once.
    """
    moment = at or now()
    try:
        state = SESSION.go(session.state, act, reason=reason, is_gate_open=is_open)
    except NoSuchStep:
        raise MovedOn from None
    except NoReason:
        raise ReasonMissing from None
    db.session.flush()
    db.session.add(
        SessionStep(
            id=new_id(),
            session_id=session.id,
            patient_id=session.patient_id,
            act=act,
            from_state=session.state,
            to_state=state,
            reason=reason.strip(),
            check_id=check_id,
            by_id=by.id,
            by_name=by.name,
            at=moment,
        )
    )
    db.session.flush()
    session.state, session.moved_at = state, moment
    if state in OVER:
        session.ended_at, session.ended_by_id = moment, by.id
    if state in ENDED_WITH_REASON:
        session.end_reason = reason.strip()[:500]


def of(session: TreatmentSession) -> Sequence[SessionStep]:
    """Return the steps of a session, the first one first."""
    query = sa.select(SessionStep).where(SessionStep.session_id == session.id)
    return db.session.scalars(query.order_by(SessionStep.at, SessionStep.id)).all()
