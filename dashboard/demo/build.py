"""Writing the demo practice into a database, whole or not at all.

The days of the records are those of the stories; the trail says truthfully that a job wrote them
today.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import current_app, g

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.demo import (
    appointments,
    chart,
    check_ins,
    clearances,
    consents,
    emergencies,
    findings,
    intakes,
    plans,
    referrals,
    register,
    staff,
)
from dashboard.demo.stories import Answered, Met, Story, stories
from dashboard.practice.models import Practice
from dashboard.ready import NotReady
from dashboard.settings import Settings

REASON = "synthetic demo practice"
OPENED = dt.timedelta(days=3 * 365)  # ago: before the longest story


@dataclass(frozen=True)
class Built:
    """How much was written, and how long it took."""

    patients: int
    visits: int
    responses: int
    seconds: float


def build(*, limit: int | None = None) -> Built | None:
    """Write the demo practice and commit; None, and nothing done, where a practice exists.

    `limit` writes only the first few patients. Raises NotReady outside the demo mode.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_demo:
        raise NotReady("synthetic patients are made with CASEMENT_MODE=demo only")
    began = time.monotonic()
    with acting_as_job(REASON):
        told = () if db.session.get(Practice, 1) else _write(limit)
        db.session.commit()
        db.session.remove()
    return _counted(told, time.monotonic() - began) if told else None


def _write(limit: int | None) -> tuple[Story, ...]:
    practice = staff.practice()
    zone = ZoneInfo(practice.time_zone)
    today = now().astimezone(zone).date()
    people = staff.join(since=now() - OPENED)
    told = stories(today, zone=zone, limit=limit)
    patients = {}
    with _in_the_zone_of(practice):
        clearances.begin(people, today=today)
        for story in told:
            patient = patients[story.person.mrn] = register.register(story, people)
            first = people[story.person.physicians[0]]
            intakes.write(patient, story, first, today=today)
            consents.write(patient, story, first, now=now())
            plans.begin(patient, story, first)
            chart.write(patient, story, people)
            findings.write(patient, story.person, first, today=today)
            clearances.write(patient, story, people, today=today)
            appointments.write(patient, story, first, at=now())
            check_ins.begin(patient, story.person, first, at=now())
            if any(happening.item9 for happening in story.person.happenings):
                check_ins.plan(patient, first, at=story.registered_at)
    emergencies.write(patients, people, today=today)
    referrals.write(patients, people["okafor"], now=now())
    return told


@contextmanager
def _in_the_zone_of(practice: Practice) -> Iterator[None]:
    """Let days and times be written in the practice's zone, as they are within its requests."""
    g.practice = practice
    try:
        yield
    finally:
        g.pop("practice")


def _counted(told: tuple[Story, ...], seconds: float) -> Built:
    events = [event for story in told for event in story.events]
    met = sum(isinstance(event, Met) for event in events)
    answered = sum(isinstance(event, Answered) for event in events)
    return Built(len(told), met, answered, seconds)
