"""What a patient's schedule says: the facts it stands on, what is due when, what is left out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.checkins.models import Schedule, ScheduleEntry, Timing
from dashboard.clinical import schedules as rules
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.practice.models import Practice
from dashboard.scores.models import Response
from dashboard.sessions.models import Dose

AHEAD = dt.timedelta(days=92)  # how far the page looks for the next turn


@dataclass(frozen=True)
class Facts:
    """All that decides what a patient is asked and when."""

    schedule: Schedule | None
    entries: tuple[ScheduleEntry, ...]
    doses: tuple[rules.Dose, ...]
    answered: tuple[rules.Answered, ...]
    zone: ZoneInfo

    def plan(self, *, start: dt.datetime, until: dt.datetime) -> rules.Plan:
        """Work out what opens from `start` to before `until`, not before the schedule began."""
        if self.schedule is None:
            return rules.Plan((), ())
        return rules.plan(
            [entry_of(one) for one in self.entries],
            instruments=askable(),
            doses=self.doses,
            answered=self.answered,
            zone=self.zone,
            start=max(start, self.begins_at),
            until=until,
            local_hour=self.schedule.hour,
        )

    @property
    def begins_at(self) -> dt.datetime:
        """The first instant that counts: the start of the local day the schedule began on."""
        if self.schedule is None:
            raise LookupError("no schedule")
        day = self.schedule.begun_at.astimezone(self.zone).date()
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)

    def next_due(self, *, after: dt.datetime) -> Mapping[str, dt.datetime]:
        """Return when each questionnaire opens next, of those that do within three months."""
        found: dict[str, dt.datetime] = {}
        for occasion in self.plan(start=after, until=after + AHEAD).occasions:
            for name in occasion.instrument_ids:
                found.setdefault(name, occasion.due_at)
        return found


def facts(patient: Patient, *, for_update: bool = False) -> Facts:
    """Read a patient's facts; `for_update` lets only one at a time act upon them."""
    held = sa.select(Schedule).where(Schedule.patient_id == patient.id)
    schedule = db.session.scalar(held.with_for_update() if for_update else held)
    return Facts(
        schedule=schedule,
        entries=tuple(present_entries(patient.id)),
        doses=_doses(patient.id),
        answered=_answered(patient.id),
        zone=zone_of(patient),
    )


def present_entries(patient_id: uuid.UUID) -> Sequence[ScheduleEntry]:
    """Return the entries that were not ended, in the order they were added."""
    return db.session.scalars(
        sa.select(ScheduleEntry)
        .where(ScheduleEntry.patient_id == patient_id, ScheduleEntry.ended_at.is_(None))
        .order_by(ScheduleEntry.added_at, ScheduleEntry.id)
    ).all()


def zone_of(patient: Patient) -> ZoneInfo:
    """Return the zone a patient lives by: their own, or the practice's."""
    return ZoneInfo(patient.time_zone or db.session.get_one(Practice, 1).time_zone)


def askable() -> dict[str, Instrument]:
    """Return the instruments that a link may ask: those whose text is at hand, for patients."""
    return {
        name: one
        for name, one in catalogue().items()
        if one.has_text and one.administration.respondent == "patient"
    }


def entry_of(entry: ScheduleEntry) -> rules.Entry:
    """Return an entry as the rules know it."""
    return rules.Entry(entry.instrument, timing_of(entry))


def timing_of(entry: ScheduleEntry) -> rules.Timing:
    """Return an entry's timing as the rules know it."""
    if entry.timing is Timing.AFTER_DOSE:
        return rules.AfterDose(tuple(int(hours) for hours in entry.hours_after.split(",")))
    if entry.every_days is None:
        raise LookupError("a calendar entry without an interval")  # the database refuses it too
    return rules.Calendar(entry.every_days, entry.starts_on)


def last_answered(facts: Facts) -> dict[str, dt.datetime]:
    """Return when each questionnaire was answered last, by whatever way."""
    found: dict[str, dt.datetime] = {}
    for form in facts.answered:
        found[form.instrument_id] = max(form.at, found.get(form.instrument_id, form.at))
    return found


def _doses(patient_id: uuid.UUID) -> tuple[rules.Dose, ...]:
    rows = db.session.execute(
        sa.select(Dose.id, Dose.given_at)
        .where(Dose.patient_id == patient_id, Dose.entered_in_error_at.is_(None))
        .order_by(Dose.given_at, Dose.id)
    )
    return tuple(rules.Dose(str(row.id), row.given_at) for row in rows)


def _answered(patient_id: uuid.UUID) -> tuple[rules.Answered, ...]:
    """Return every form that counts; one that was corrected counts by its correction."""
    rows = db.session.execute(
        sa.select(Response.id, Response.instrument, Response.taken_at, Response.supersedes_id)
        .where(Response.patient_id == patient_id, Response.entered_in_error_at.is_(None))
        .order_by(Response.taken_at, Response.id)
    ).all()
    replaced = {row.supersedes_id for row in rows}
    return tuple(
        rules.Answered(row.instrument, row.taken_at) for row in rows if row.id not in replaced
    )
