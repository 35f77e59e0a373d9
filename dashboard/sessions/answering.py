"""Answers in a session: kept as typed, each with who and when; the newest of a key counts.

Two people at one session see each other's answers. Whoever answers differently from an answer they
have not seen is told, and nothing is written over: see `AnsweredMeanwhile`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.clinical.courses import SessionState
from dashboard.clinical.home_session import Answered
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.sessions.models import Part, SessionAnswer, TreatmentSession
from dashboard.sessions.steps import By, MovedOn

OPEN_IN = {
    Part.PREFLIGHT: (SessionState.PREFLIGHT,),
    Part.EFFECT: (SessionState.STARTED,),
    Part.RELEASE: (SessionState.STARTED,),
    Part.ADDENDUM: (
        SessionState.RELEASED, SessionState.ABANDONED, SessionState.NOT_DONE,
        SessionState.CANCELLED, SessionState.DONE,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Given:
    """One answer to be written: its key, the text, and whether an unusual value was confirmed."""

    key: str
    value: str
    is_confirmed: bool = False


class AnsweredMeanwhile(Refusal):
    """Somebody else answered this meanwhile, and differently. Nothing was written over."""

    status = 409
    heading = "Answered meanwhile"
    advice = "Look at the other answer, and give yours again if it still holds."

    def __init__(self, others: Sequence[SessionAnswer]) -> None:
        super().__init__()
        self.others = tuple(others)


def record(
    session: TreatmentSession,
    part: Part,
    answers: Sequence[Given],
    *,
    by: By,
    answered_at: dt.datetime,
    seen_at: dt.datetime | None = None,
    at: dt.datetime | None = None,
    is_asked_again: bool = False,
) -> None:
    """Add answers; an answer that says what is there already adds nothing.

    Unless `is_asked_again`: each was asked anew, so the same answer is a new one and as old as now.
    `seen_at` is when the page was shown: raises `AnsweredMeanwhile` when somebody else answered
    one of these keys after it, and differently; `MovedOn` for a part that is not open.
    """
    db.session.flush()
    db.session.refresh(session, with_for_update=True)
    if session.state not in OPEN_IN[part]:
        raise MovedOn
    held = newest(session, part)
    others = [
        held[one.key]
        for one in answers
        if one.key in held and _is_unseen(held[one.key], one, by=by, seen_at=seen_at)
    ]
    if others:
        raise AnsweredMeanwhile(others)
    moment = at or now()
    for one in answers:
        is_new = is_asked_again or part is Part.ADDENDUM or one.key not in held
        if is_new or _says_other(held[one.key], one):
            db.session.add(
                SessionAnswer(
                    id=new_id(),
                    session_id=session.id,
                    patient_id=session.patient_id,
                    part=part,
                    key=one.key,
                    value=one.value,
                    is_confirmed=one.is_confirmed,
                    answered_at=answered_at,
                    by_id=by.id,
                    by_name=by.name,
                    recorded_at=moment,
                )
            )


def newest(session: TreatmentSession, part: Part) -> Mapping[str, SessionAnswer]:
    """Return the answer that counts of each key."""
    return {one.key: one for one in every(session) if one.part is part}


def as_of(
    session: TreatmentSession, part: Part, moment: dt.datetime
) -> Mapping[str, SessionAnswer]:
    """Return the answer of each key that a page made at a moment showed."""
    return {
        one.key: one for one in every(session) if one.part is part and one.recorded_at <= moment
    }


def by_part(session: TreatmentSession) -> Mapping[Part, Mapping[str, SessionAnswer]]:
    """Return the answer that counts of each key, part by part, in one statement."""
    found: dict[Part, dict[str, SessionAnswer]] = {part: {} for part in Part}
    for one in every(session):
        found[one.part][one.key] = one
    return found


def every(session: TreatmentSession) -> Sequence[SessionAnswer]:
    """Return every answer ever given in a session, oldest first."""
    query = sa.select(SessionAnswer).where(SessionAnswer.session_id == session.id)
    return db.session.scalars(query.order_by(SessionAnswer.recorded_at, SessionAnswer.id)).all()


def answered(held: Mapping[str, SessionAnswer]) -> dict[str, Answered]:
    """Return answers as the pre-flight judges them."""
    return {
        key: Answered(one.value, one.answered_at, is_confirmed=one.is_confirmed)
        for key, one in held.items()
    }


def _says_other(held: SessionAnswer, given: Given) -> bool:
    return (held.value, held.is_confirmed) != (given.value, given.is_confirmed)


def _is_unseen(held: SessionAnswer, given: Given, *, by: By, seen_at: dt.datetime | None) -> bool:
    if seen_at is None or held.by_id == by.id:
        return False
    return held.recorded_at > seen_at and held.value != given.value
