"""The last session of a patient in a few words, for the chart."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.clearance import Pressure
from dashboard.clinical.event_list import event_list
from dashboard.db import db
from dashboard.sessions import answering, effects, events, measuring
from dashboard.sessions.models import (
    AdverseEvent,
    Dose,
    Part,
    SessionAnswer,
    SessionReading,
    SessionState,
    TreatmentSession,
)
from dashboard.sessions.predose import pressure_in

NOTHING = "not recorded"


@dataclass(frozen=True)
class LastSession:
    """The last session that was started; `number` counts the doses on record up to it."""

    ref: str
    number: int
    at: dt.datetime
    when: str
    pressures: str
    effect: str
    adverse: str
    discharged: str


def last(patient_id: uuid.UUID) -> LastSession | None:
    """Return the last session that was started; None where none was."""
    session = db.session.scalar(
        sa.select(TreatmentSession)
        .where(TreatmentSession.patient_id == patient_id, TreatmentSession.started_at.is_not(None))
        .order_by(TreatmentSession.started_at.desc())
        .limit(1)
    )
    if session is None or session.started_at is None:
        return None
    held = answering.by_part(session)
    mine = [one for one in events.standing(patient_id) if one.session_id == session.id]
    before = pressure_in(held[Part.PREFLIGHT])
    return LastSession(
        ref=session.ref,
        number=_number(patient_id, session.started_at),
        at=session.started_at,
        when=formats.moment(session.started_at),
        pressures=pressures(before, measuring.standing_of(session)),
        effect=effect_words(held[Part.EFFECT]),
        adverse=adverse_words(mine),
        discharged=ended_words(session, held[Part.RELEASE]),
    )


def pressures(before: Pressure | None, readings: Sequence[SessionReading]) -> str:
    """Return the pressure before the dose, the highest one, and the last: 118/74 → 141/88."""
    measured = [one for one in readings if one.systolic is not None]
    highest = max(measured, key=_height, default=None)
    found = [str(before)] if before else []
    if highest is not None and highest is not measured[-1]:
        found.append(_pressure(highest))
    if measured:
        found.append(_pressure(measured[-1]))
    return " → ".join(found) or NOTHING


def effect_words(held: Mapping[str, SessionAnswer]) -> str:
    """Return how strong the effect was, with dissociation where it was asked."""
    said = held[effects.EFFECT].value if effects.EFFECT in held else ""
    told = held[effects.DISSOCIATION].value if effects.DISSOCIATION in held else ""
    parts = [said, f"dissociation {told} of {effects.MOST_DISSOCIATION}" if told else ""]
    return ", ".join(filter(None, parts)) or NOTHING


def adverse_words(found: Sequence[AdverseEvent]) -> str:
    """Return the adverse events of a session by name, in order of time."""
    kinds = event_list().events
    named = [kinds[one.kind].label for one in sorted(found, key=lambda one: one.began_at)]
    return ", ".join(dict.fromkeys(named)) or "none recorded"


def ended_words(session: TreatmentSession, held: Mapping[str, SessionAnswer]) -> str:
    """Return how a session ended: when the patient was left, or why it was given up."""
    if session.ended_at is None:
        return "in session"
    if session.state is SessionState.ABANDONED:
        return f"abandoned {formats.time_of_day(session.ended_at)}: {session.end_reason}"
    until = effects.observed_until(held) or session.ended_at
    return f"{formats.time_of_day(until)}, signed by {session.signed_name}"


def _number(patient_id: uuid.UUID, at: dt.datetime) -> int:
    query = sa.select(sa.func.count()).where(
        Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None), Dose.given_at <= at
    )
    return db.session.scalar(query) or 0


def _height(one: SessionReading) -> tuple[int, int]:
    return one.systolic or 0, one.diastolic or 0


def _pressure(one: SessionReading) -> str:
    return f"{one.systolic}/{one.diastolic}"
