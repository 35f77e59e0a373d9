"""One round over all check-ins: end what is over, make what is due, invite, remind.

Each patient's part is a transaction of its own: the trouble of one never stops the others. A round
may run on two machines at once, from cron and beside the server.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, field

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard import mail
from dashboard.audit import ChartVersion
from dashboard.checkins import closing, making, planning, sending
from dashboard.checkins.closing import End
from dashboard.checkins.models import Schedule
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.errors import Refusal
from dashboard.mail import NotSent
from dashboard.patients.models import Patient, Status

log = structlog.get_logger()
TROUBLES = (SQLAlchemyError, Refusal, LookupError, ValueError, ArithmeticError)
Memory = MutableMapping[uuid.UUID, tuple[int, dt.datetime]]


@dataclass
class Done:
    """How much a round did, and how often it failed; it names nobody."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    @property
    def words(self) -> str:
        """The counts in one line."""
        kinds = ("made", "invited", "reminded", "ended unfinished", "missed", "not sent")
        told = ", ".join(f"{self.counts[kind]} {kind}" for kind in kinds)
        return f"Check-ins: {told}, {self.failed} failed."


def run(*, memory: Memory | None = None, at: dt.datetime | None = None) -> Done:
    """Do everything that is due at `at`, now if not said. Commits.

    `memory` holds, for whoever runs rounds again and again, until when nothing of a schedule can
    come due as long as its chart does not change.
    """
    moment, done = at or now(), Done()
    _each(_reading(lambda: closing.over(at=moment)), lambda one: _end(one, done, moment), done)
    _each(_waiting(memory, moment), lambda one: _make(one, memory, done, moment), done)
    if mail.is_on():
        invited = _reading(lambda: sending.to_invite(at=moment))
        _each(invited, lambda one: _sent(sending.invite, "invited", one, done, moment), done)
        reminded = _reading(lambda: sending.to_remind(at=moment))
        _each(reminded, lambda one: _sent(sending.remind, "reminded", one, done, moment), done)
    return done


def go(memory: Memory) -> None:
    """Run one round as the server does by itself; only what was done is told of, in numbers."""
    done = run(memory=memory)
    if done.counts or done.failed:
        log.info("check-in round", words=done.words)


def _each(ids: Iterable[uuid.UUID], act: Callable[[uuid.UUID], None], done: Done) -> None:
    for one in ids:
        try:
            act(one)
        except TROUBLES as problem:
            done.failed += 1
            log.error("check-in round failed", subject=str(one), kind=type(problem).__name__)
        finally:
            db.session.remove()


def _reading(read: Callable[[], Iterable[uuid.UUID]]) -> list[uuid.UUID]:
    """Look without keeping writers waiting."""
    expect_writing(False)
    try:
        return list(read())
    finally:
        db.session.remove()
        expect_writing(True)


def _end(check_in_id: uuid.UUID, done: Done, at: dt.datetime) -> None:
    how = closing.end(check_in_id, at=at)
    db.session.commit()
    if how is not End.BEFORE:
        done.counts[how.value] += 1


def _waiting(memory: Memory | None, at: dt.datetime) -> list[uuid.UUID]:
    """Return the patients whose schedule may have something due."""
    known = memory if memory is not None else {}

    def may_be_due() -> list[uuid.UUID]:
        rows = db.session.execute(
            sa.select(Schedule.patient_id, ChartVersion.number)
            .join(Patient, Patient.id == Schedule.patient_id)
            .outerjoin(ChartVersion, ChartVersion.patient_id == Schedule.patient_id)
            .where(Schedule.is_paused.is_(False), Patient.status != Status.DISCHARGED)
            .order_by(Schedule.patient_id)
        )
        return [row[0] for row in rows if not _is_known(known.get(row[0]), row[1] or 0, at)]

    return _reading(may_be_due)


def _is_known(known: tuple[int, dt.datetime] | None, version: int, at: dt.datetime) -> bool:
    return known is not None and known[0] == version and at < known[1]


def _make(patient_id: uuid.UUID, memory: Memory | None, done: Done, at: dt.datetime) -> None:
    version = _version(patient_id)
    patient = db.session.get_one(Patient, patient_id)
    made = making.make_due(patient, at=at)
    if memory is not None and not made:
        memory[patient_id] = (version, _next_look(patient, at=at))
    db.session.commit()
    if made:
        done.counts["made"] += len(made)


def _version(patient_id: uuid.UUID) -> int:
    found = db.session.get(ChartVersion, patient_id)
    return found.number if found else 0


def _next_look(patient: Patient, *, at: dt.datetime) -> dt.datetime:
    """Return the next turn of any questionnaire, tomorrow at the latest."""
    tomorrow = at + dt.timedelta(days=1)
    due = planning.facts(patient).plan(start=at + making.MOMENT, until=tomorrow).occasions
    return min([tomorrow, *(one.due_at for one in due)])


def _sent(
    send: Callable[..., bool], kind: str, check_in_id: uuid.UUID, done: Done, at: dt.datetime
) -> None:
    try:
        if send(check_in_id, at=at):
            done.counts[kind] += 1
    except NotSent:
        done.counts["not sent"] += 1
