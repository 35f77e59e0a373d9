"""Adverse events read back: one with everything known of it before, and what a form shows of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.adverse_events import Called, response
from dashboard.clock import now
from dashboard.db import db
from dashboard.sessions import events
from dashboard.sessions.event_forms import NO_DOSE, NOBODY_ANSWERED, NONE_OF_THESE, NOT_GRADED
from dashboard.sessions.event_moments import MINUTE, minutes_from
from dashboard.sessions.event_worst import NO, YES
from dashboard.sessions.forms import FIRST, SECOND
from dashboard.sessions.models import AdverseEvent, Dose, TreatmentSession

RECENT = 12  # doses that can be chosen; an older one is written in words


@dataclass(frozen=True)
class Chain:
    """One event: what was written of it, the oldest entry first; the newest one counts."""

    entries: tuple[AdverseEvent, ...]

    @property
    def first(self) -> AdverseEvent:
        """The entry that the event began with: its ref names the event."""
        return self.entries[0]

    @property
    def newest(self) -> AdverseEvent:
        """What is known now."""
        return self.entries[-1]

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self.newest.closed_at is not None

    @property
    def version(self) -> int:
        """How often it was written: what a form was opened on."""
        return len(self.entries) + self.is_closed


def chains(patient_id: uuid.UUID) -> list[Chain]:
    """Return every event of a patient, the newest beginning first."""
    rows = db.session.scalars(
        sa.select(AdverseEvent).where(AdverseEvent.patient_id == patient_id)
    ).all()
    by_id, later = {one.id: one for one in rows}, {one.amends_id for one in rows}
    found = []
    for last in (one for one in rows if one.id not in later):
        entries = [last]
        while entries[0].amends_id is not None:
            entries.insert(0, by_id[entries[0].amends_id])
        found.append(Chain(tuple(entries)))
    return sorted(found, key=lambda one: (one.newest.began_at, one.first.id), reverse=True)


def chain(patient_id: uuid.UUID, ref: str) -> Chain | None:
    """Return the event that an entry belongs to."""
    return next(
        (one for one in chains(patient_id) if any(entry.ref == ref for entry in one.entries)), None
    )


def doses(patient_id: uuid.UUID) -> Sequence[Dose]:
    """Return the last doses given, newest first."""
    query = sa.select(Dose).where(Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None))
    return db.session.scalars(query.order_by(Dose.given_at.desc(), Dose.id).limit(RECENT)).all()


def session_of(patient_id: uuid.UUID, dose: Dose | None) -> TreatmentSession | None:
    """Return the session that a dose was given in."""
    if dose is None or dose.session_id is None:
        return None
    return db.session.scalar(
        sa.select(TreatmentSession).where(
            TreatmentSession.id == dose.session_id, TreatmentSession.patient_id == patient_id
        )
    )


def dose_of(row: AdverseEvent, given: Sequence[Dose]) -> Dose | None:
    """Return the dose that an event's minutes count from, if it still stands."""
    if row.onset_minutes is None:
        return None
    at = row.began_at - row.onset_minutes * MINUTE
    return next((one for one in given if minutes_from(one.given_at, at) == 0), None)


def called(row: AdverseEvent, *, at: dt.datetime | None = None) -> tuple[Called, ...]:
    """Return what an event calls for now, most urgent first."""
    minute = None
    if row.onset_minutes is not None:
        minute = minutes_from(row.began_at - row.onset_minutes * MINUTE, at or now())
    return response(events.as_event(row), minute=minute)


def typed(row: AdverseEvent, dose: Dose | None) -> Mapping[str, object]:
    """Return what a form would hold that had been filled in with what is known of an event."""
    return {
        "kind": row.kind, "words": row.words, "dose": dose.ref if dose else NO_DOSE,
        **_began(row, dose),
        "offset_minutes": row.offset_minutes if dose else None, "times": row.times,
        "grade": NOT_GRADED if row.grade is None else str(row.grade),
        "seriousness": _serious(row.seriousness),
        "pressure": "" if row.systolic is None else f"{row.systolic}/{row.diastolic}",
        "saturation": _written(row.saturation), "breaths": _written(row.breaths),
        "are_measured": True,
        "has_symptoms": {True: YES, False: NO, None: None}[row.has_symptoms],
        "relatedness": row.relatedness.value, "action": row.action.value,
        "outcome": row.outcome.value,
    }  # fmt: skip


def _began(row: AdverseEvent, dose: Dose | None) -> dict[str, object]:
    if dose is not None:
        return {"onset_minutes": row.onset_minutes}
    here = row.began_at.astimezone(formats.zone())
    which = SECOND if here.fold else FIRST
    return {"began_on": here.date(), "began_time": here.time(), "which_began": which}


def _serious(text: str | None) -> list[str]:
    if text is None:
        return [NOBODY_ANSWERED]
    return text.split(", ") if text else [NONE_OF_THESE]


def _written(value: int | None) -> str:
    return "" if value is None else str(value)
