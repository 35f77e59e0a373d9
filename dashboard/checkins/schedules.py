"""Changing what a patient is asked and when. Entries are ended and added anew, never rewritten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from http import HTTPStatus

import sqlalchemy as sa

from dashboard.checkins import planning
from dashboard.checkins.asking import why_not
from dashboard.checkins.models import CheckIn, Schedule, ScheduleEntry, Timing
from dashboard.clinical import schedules as rules
from dashboard.clinical.instruments import catalogue
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.patients.models import Patient

LAST_DAY_OFF = 365  # days ahead that a schedule may begin


class CannotBeScheduled(Refusal):
    """This questionnaire cannot be asked like this."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    heading = "This cannot be put on the schedule"
    advice = "Go back and choose another interval or questionnaire."


class EndedAlready(Refusal):
    """This entry of the schedule was ended or changed in the meantime. Nothing was changed."""

    status = HTTPStatus.CONFLICT
    heading = "This entry has ended"
    advice = "Open the patient's check-ins to see the schedule as it is now."


def held(patient_id: uuid.UUID) -> Schedule | None:
    """Return a patient's schedule, if one was ever begun."""
    return db.session.scalar(sa.select(Schedule).where(Schedule.patient_id == patient_id))


def begin(patient: Patient, *, by: uuid.UUID, at: dt.datetime | None = None) -> Schedule:
    """Return the patient's schedule and keep others from it; begin one where there is none."""
    found = db.session.scalar(
        sa.select(Schedule).where(Schedule.patient_id == patient.id).with_for_update()
    )
    if found is None:
        found = Schedule(
            id=new_id(), patient_id=patient.id, begun_at=at or now(), changed_by_id=by, version=1
        )
        db.session.add(found)
        db.session.flush()
    return found


def change_way(
    schedule: Schedule,
    *,
    is_paused: bool,
    sends_email: bool,
    hour: int,
    by: uuid.UUID,
    at: dt.datetime | None = None,
) -> None:
    """Pause or resume, send by e-mail or not, at which hour. Days of a pause are not made up."""
    if schedule.is_paused and not is_paused:
        schedule.begun_at = at or now()
    schedule.is_paused, schedule.sends_email = is_paused, sends_email
    schedule.hour, schedule.changed_by_id = hour, by


def add(
    patient: Patient,
    entry: rules.Entry,
    *,
    by: uuid.UUID,
    replaces: ScheduleEntry | None = None,
    at: dt.datetime | None = None,
) -> ScheduleEntry:
    """Put a questionnaire on the schedule; raises `CannotBeScheduled` with the reason.

    `replaces` is the entry that it changes, ended at the same moment.
    """
    moment = at or now()
    begin(patient, by=by, at=moment)
    if replaces is not None:
        end(replaces, by=by, at=moment)
        db.session.flush()
    if troubles := problems(patient, entry):
        raise CannotBeScheduled(" ".join(troubles))
    made = _row(patient, entry, by=by, at=moment)
    db.session.add(made)
    return made


def problems(
    patient: Patient, entry: rules.Entry, *, besides: ScheduleEntry | None = None
) -> tuple[str, ...]:
    """Return in words why an entry cannot be added; `besides` is one that it would replace."""
    instrument = catalogue().get(entry.instrument_id)
    if instrument is None:
        return ("Choose a questionnaire from the list.",)
    if instrument.id not in planning.askable():
        return (why_not(instrument),)
    timing = _kind(entry)
    for other in planning.present_entries(patient.id):
        is_same = (other.instrument, other.timing) == (instrument.id, timing)
        if is_same and (besides is None or other.id != besides.id):
            return (f"{instrument.short} is on the schedule already: change that entry instead.",)
    return rules.problems(entry, instrument)


def end(entry: ScheduleEntry, *, by: uuid.UUID, at: dt.datetime | None = None) -> None:
    """Take a questionnaire off the schedule; the entry is kept as what was asked until then."""
    if entry.ended_at is not None:
        raise EndedAlready
    entry.ended_at, entry.ended_by_id = at or now(), by


def first_free_day(patient: Patient, *, at: dt.datetime | None = None) -> dt.date:
    """Return the first day that a new entry can be asked on: tomorrow where today's is made."""
    today = (at or now()).astimezone(planning.zone_of(patient)).date()
    made = sa.select(CheckIn.id).where(
        CheckIn.patient_id == patient.id, CheckIn.occasion.startswith(today.isoformat())
    )
    return today if db.session.scalar(made) is None else today + dt.timedelta(days=1)


def hours_of(text: str) -> tuple[int, ...]:
    """Read hours after a dose, such as "24, 72, 168"; raises ValueError with a sentence."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError("Write whole hours with commas between, such as 24, 72, 168.")
    hours = tuple(sorted({int(part) for part in parts}))
    if hours[0] < 1 or hours[-1] > 24 * LAST_DAY_OFF or len(hours) > 10:
        raise ValueError("Write up to 10 times, each from 1 hour to 8760 hours (a year).")
    return hours


def _kind(entry: rules.Entry) -> Timing:
    return Timing.AFTER_DOSE if isinstance(entry.timing, rules.AfterDose) else Timing.CALENDAR


def _row(patient: Patient, entry: rules.Entry, *, by: uuid.UUID, at: dt.datetime) -> ScheduleEntry:
    made = ScheduleEntry(
        patient_id=patient.id,
        instrument=entry.instrument_id,
        timing=_kind(entry),
        added_at=at,
        added_by_id=by,
    )
    if isinstance(entry.timing, rules.AfterDose):
        made.hours_after = ",".join(str(hours) for hours in entry.timing.hours)
        made.starts_on = at.astimezone(planning.zone_of(patient)).date()
    else:
        made.every_days, made.starts_on = entry.timing.every_days, entry.timing.starting
    return made


def use(patient: Patient, entries: Iterable[rules.Entry], *, by: uuid.UUID) -> None:
    """Put several questionnaires on the schedule at once; all of them or none."""
    for entry in entries:
        add(patient, entry, by=by)
        db.session.flush()
