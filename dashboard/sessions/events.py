"""Adverse events: recorded, amended, closed; and which of them hold the plan."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from fractions import Fraction

import sqlalchemy as sa

from dashboard.clinical.adverse_events import (
    Event,
    Grade,
    Seriousness,
    Worst,
    event_list,
    needs_hold,
    problems,
)
from dashboard.clinical.clearance import Pressure
from dashboard.clock import now
from dashboard.db import db, new_id, new_ref
from dashboard.errors import Refusal
from dashboard.sessions.measuring import exact, whole
from dashboard.sessions.models import AdverseEvent, TreatmentSession
from dashboard.sessions.steps import By


class Contradicts(Refusal):
    """Facts of this event contradict each other. Nothing was recorded."""

    status = 422
    heading = "The event contradicts itself"
    advice = "Correct what is named, and record it again."


class AmendedMeanwhile(Refusal):
    """Somebody amended or closed this event meanwhile. Nothing was written over."""

    status = 409
    heading = "The event has changed"
    advice = "Open the newest entry, and amend that."


class NotJudged(Refusal):
    """An event without grade or seriousness cannot be closed. Nothing was changed."""

    status = 422
    heading = "Grade and seriousness are not said"
    advice = "Amend the event with both, then close it."


def record(
    patient_id: uuid.UUID,
    event: Event,
    *,
    began_at: dt.datetime,
    words: str,
    by: By,
    session: TreatmentSession | None = None,
    amends: AdverseEvent | None = None,
    at: dt.datetime | None = None,
) -> AdverseEvent:
    """Add an event, or what is known of one now; raise `Contradicts` or `AmendedMeanwhile`."""
    if problems(event):
        raise Contradicts
    if amends is not None:
        _refuse_changed(amends)
    row = AdverseEvent(
        id=new_id(), ref=new_ref(), patient_id=patient_id,
        session_id=session.id if session else (amends.session_id if amends else None),
        kind=event.kind.id, words=words.strip(),
        grade=None if event.grade is None else int(event.grade),
        grading=event_list().grading.words,
        seriousness=None if event.seriousness is None else _joined(event.seriousness),
        began_at=began_at, onset_minutes=event.onset_minutes,
        offset_minutes=event.offset_minutes, times=event.times,
        systolic=whole(event.worst.pressure.systolic if event.worst.pressure else None),
        diastolic=whole(event.worst.pressure.diastolic if event.worst.pressure else None),
        saturation=whole(event.worst.saturation), breaths=whole(event.worst.breaths),
        has_symptoms=event.worst.has_symptoms, relatedness=event.relatedness, action=event.action,
        outcome=event.outcome, amends_id=amends.id if amends else None, by_id=by.id,
        by_name=by.name, recorded_at=at or now(),
    )  # fmt: skip
    db.session.add(row)
    return row


def close(event: AdverseEvent, *, by: By, words: str) -> None:
    """Close an event with what was decided; raise `NotJudged` or `AmendedMeanwhile`."""
    _refuse_changed(event)
    if event.grade is None or event.seriousness is None:
        raise NotJudged
    event.closed_at, event.closed_by_id, event.closed_words = now(), by.id, words.strip()


def standing(patient_id: uuid.UUID) -> Sequence[AdverseEvent]:
    """Return what is known now of each event of a patient, newest first."""
    later = sa.select(AdverseEvent.amends_id).where(
        AdverseEvent.patient_id == patient_id, AdverseEvent.amends_id.is_not(None)
    )
    query = sa.select(AdverseEvent).where(
        AdverseEvent.patient_id == patient_id, AdverseEvent.id.not_in(later)
    )
    return db.session.scalars(
        query.order_by(AdverseEvent.began_at.desc(), AdverseEvent.id.desc())
    ).all()


def holding(patient_id: uuid.UUID) -> tuple[str, ...]:
    """Return the open events that hold the plan, in words."""
    return tuple(
        words(one)
        for one in standing(patient_id)
        if one.closed_at is None and needs_hold(as_event(one))
    )


def words(row: AdverseEvent) -> str:
    """Return an event in words: what, how severe, whether serious."""
    grade = "not graded yet" if row.grade is None else f"grade {row.grade}"
    serious = {None: ", seriousness not answered", "": ""}.get(row.seriousness, ", serious")
    return f"{event_list().events[row.kind].label}, {grade}{serious}"


def as_event(row: AdverseEvent) -> Event:
    """Return a stored event as it is judged."""
    return Event(
        kind=event_list().events[row.kind],
        grade=None if row.grade is None else Grade(row.grade),
        seriousness=None if row.seriousness is None else _split(row.seriousness),
        onset_minutes=row.onset_minutes, offset_minutes=row.offset_minutes, times=row.times,
        worst=_worst(row), relatedness=row.relatedness, action=row.action, outcome=row.outcome,
    )  # fmt: skip


def _worst(row: AdverseEvent) -> Worst:
    pressure = None
    if row.systolic is not None and row.diastolic is not None:
        pressure = Pressure(Fraction(row.systolic), Fraction(row.diastolic))
    return Worst(
        pressure=pressure, saturation=exact(row.saturation), breaths=exact(row.breaths),
        has_symptoms=row.has_symptoms,
    )  # fmt: skip


def _joined(serious: frozenset[Seriousness]) -> str:
    return ", ".join(sorted(serious))


def _split(text: str) -> frozenset[Seriousness]:
    return frozenset(Seriousness(one) for one in text.split(", ") if one)


def _refuse_changed(event: AdverseEvent) -> None:
    db.session.flush()
    db.session.refresh(event, with_for_update=True)
    amended = db.session.scalar(
        sa.select(AdverseEvent.id).where(AdverseEvent.amends_id == event.id)
    )
    if event.closed_at is not None or amended is not None:
        raise AmendedMeanwhile
