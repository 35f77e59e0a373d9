"""A patient's check-ins as rows: what was asked, how it reached the patient, how it ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.checkins.models import CheckIn, CheckInAnswer, Reason
from dashboard.checkins.open_now import asks
from dashboard.clinical.instruments import Instrument, UnknownInstrument, definition
from dashboard.db import db
from dashboard.links import PROOFS, Link, Purpose

WHY = {
    Reason.SCHEDULED: "by schedule",
    Reason.BY_HAND: "asked by hand",
    Reason.REPEAT: "confirming repeat",
}


@dataclass(frozen=True)
class State:
    """A check-in's standing as a status: kind and word."""

    kind: str
    word: str


@dataclass(frozen=True)
class CheckInRow:
    """One check-in in the list."""

    ref: str
    names: str
    why: str
    due: str
    closes: str
    sent: str
    opened: str
    answered: str
    state: State
    note: str
    is_open: bool
    was_sent: bool
    has_answers: bool


@dataclass(frozen=True)
class Asked:
    """One check-in with what stands beside it in the database."""

    check_in: CheckIn
    n_answers: int
    wrong_proofs: int

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the questionnaires it asks."""
        return tuple(name for name, _ in asks(self.check_in.questionnaires))

    @property
    def is_missed(self) -> bool:
        """Whether it reached the patient and ended without an answer."""
        one = self.check_in
        return one.ended_at is not None and one.sent_at is not None and not self.n_answers

    def takes_answers(self, at: dt.datetime) -> bool:
        """Whether it is open and its time is not over."""
        return self.check_in.is_open and self.check_in.closes_at > at


def asked(patient_id: uuid.UUID) -> Sequence[Asked]:
    """Return every check-in of a patient, the one due last first."""
    answers = (
        sa.select(sa.func.count(CheckInAnswer.id))
        .where(CheckInAnswer.check_in_id == CheckIn.id)
        .scalar_subquery()
    )
    proofs = (
        sa.select(sa.func.max(Link.wrong_proofs))
        .where(
            Link.subject_id == CheckIn.id,
            Link.purpose == Purpose.CHECK_IN,
            Link.used_at.is_(None),
            Link.revoked_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(CheckIn, answers, proofs)
        .where(CheckIn.patient_id == patient_id)
        .order_by(CheckIn.due_at.desc(), CheckIn.id.desc())
    )
    return [Asked(row[0], row[1] or 0, row[2] or 0) for row in rows]


def of(patient_id: uuid.UUID, ref: str) -> CheckIn | None:
    """Return one check-in of a patient."""
    return db.session.scalar(
        sa.select(CheckIn).where(CheckIn.ref == ref, CheckIn.patient_id == patient_id)
    )


def row(one: Asked, *, at: dt.datetime) -> CheckInRow:
    """Return a check-in as the list shows it."""
    found = one.check_in
    is_open = one.takes_answers(at)
    return CheckInRow(
        ref=found.ref,
        names=", ".join(instrument_name(*pair) for pair in asks(found.questionnaires)),
        why=WHY[found.reason],
        due=formats.moment(found.due_at),
        closes=formats.moment(found.closes_at),
        sent=_sent(found),
        opened=formats.moment(found.opened_at) if found.opened_at else "–",
        answered=f"{one.n_answers} of {questions(found)}",
        state=_state(one, is_open=is_open),
        note=found.cancelled_reason or (found.send_trouble if is_open else ""),
        is_open=is_open,
        was_sent=found.sent_at is not None,
        has_answers=bool(one.n_answers),
    )


def instrument_name(name: str, version: str) -> str:
    """Return a questionnaire's short name; its id where its file is not at hand any more."""
    found = _held(name, version)
    return found.short if found else name


def questions(check_in: CheckIn) -> int:
    """Return how many questions a check-in has."""
    held = (_held(*pair) for pair in asks(check_in.questionnaires))
    return sum(len(one.items) for one in held if one)


def _held(name: str, version: str) -> Instrument | None:
    try:
        return definition(name, version)
    except UnknownInstrument:
        return None


def _sent(found: CheckIn) -> str:
    if found.sent_at is None:
        return "not sent"
    way = "by e-mail" if found.sent_by_email else "link copied"
    told = f"{formats.moment(found.sent_at)}, {way}"
    if found.reminded_at is None:
        return told
    return f"{told}; reminded {formats.moment(found.reminded_at)}"


def _state(one: Asked, *, is_open: bool) -> State:
    found = one.check_in
    if found.finished_at is not None:
        return State("ok", "Answered")
    if found.cancelled_at is not None:
        return State("none", "Cancelled")
    if not is_open:
        if one.n_answers:
            return State("due", "Ended unfinished")
        return State("due", "Missed") if found.sent_at else State("none", "Never sent")
    if one.wrong_proofs >= PROOFS:
        return State("stop", "Locked: five wrong birth dates")
    if one.n_answers:
        return State("info", "Being answered")
    return State("info", "Waiting") if found.sent_at else State("due", "Not sent")
