"""A session entered after the fact: the same gate, pre-flight and release, as of when it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.clinical.courses import SessionState
from dashboard.clinical.home_session import SessionReading as Read
from dashboard.clock import now
from dashboard.patients.models import Patient
from dashboard.sessions import answering, effects, measuring, running, starting
from dashboard.sessions.answering import Given
from dashboard.sessions.models import Part, Route, TreatmentSession
from dashboard.sessions.reading import record_of
from dashboard.sessions.steps import By


@dataclass(frozen=True)
class Answers:
    """Answers of the pre-flight that were given at one time."""

    at: dt.datetime
    given: Sequence[Given]


@dataclass(frozen=True)
class TypedReading:
    """A reading of the schedule as typed; `read.at` is when it was taken."""

    minute: int
    read: Read
    typed: str
    is_confirmed: bool


@dataclass(frozen=True)
class Entry:
    """Everything of a session that took place: its dose at `given_at`, before it and after it."""

    dose_mg: Decimal
    route: Route
    given_at: dt.datetime
    zone: str
    reason: str
    before: Sequence[Answers]
    readings: Sequence[TypedReading]
    effect: Sequence[Given]
    release: Sequence[Given]
    until: dt.datetime | None
    seen_at: dt.datetime


def prepare(session: TreatmentSession, entry: Entry, *, by: By) -> None:
    """Write down what was answered before the dose; raise `AnsweredMeanwhile`, `MovedOn`."""
    if session.state is SessionState.PLANNED:
        running.begin_preflight(session, by=by)
    for one in entry.before:
        starting.answer_preflight(
            session, one.given, by=by, answered_at=one.at, seen_at=entry.seen_at
        )
    session.dose_mg, session.route = entry.dose_mg, entry.route


def record(patient: Patient, session: TreatmentSession, entry: Entry, *, by: By) -> None:
    """Start a prepared session as of its dose and write down what followed.

    Raises as `running.start` and `measuring.record` do; the caller commits all of it or nothing.
    """
    starting.start(
        patient, session, dose_mg=entry.dose_mg, route=entry.route, given_at=entry.given_at,
        by=by, zone=entry.zone, reason=entry.reason,
    )  # fmt: skip
    for one in entry.readings:
        measuring.record(
            session, one.read, typed=one.typed, minute=one.minute, by=by,
            is_confirmed=one.is_confirmed,
        )  # fmt: skip
    moment = now()
    until = [Given(effects.OBSERVED_UNTIL, effects.written(entry.until))] if entry.until else []
    answering.record(session, Part.EFFECT, entry.effect, by=by, answered_at=moment)
    answering.record(session, Part.RELEASE, [*entry.release, *until], by=by, answered_at=moment)


def calls_for_something(session: TreatmentSession) -> bool:
    """Whether a reading of a session asks for a look before anything is signed."""
    live = record_of(session).live
    verdicts = [live.verdict(one) for one in live.readings]
    return any(one.called or one.told or one.questions for one in verdicts)
