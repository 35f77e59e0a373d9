"""The demo's check-ins: schedules, what was answered by private link, what was missed, two plans.

The last weeks only: an older answer by link stands without its check-in.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from dashboard.checkins import planning, schedules
from dashboard.checkins.models import CheckIn, CheckInAnswer, Reason, SafetyPlan
from dashboard.clinical.check_in_sets import default_set
from dashboard.clinical.instruments import catalogue
from dashboard.db import db, new_id
from dashboard.demo.people import Person
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import Answered, Event
from dashboard.patients.models import Patient

KEPT = dt.timedelta(weeks=5)
MISSED_WITHIN = dt.timedelta(weeks=26)
OPEN_FOR = dt.timedelta(days=7)
ASKED_BEFORE = dt.timedelta(hours=5)  # from the message to the answer
MINUTES_TO_ANSWER = dt.timedelta(minutes=4)
MISSED_BETWEEN = dt.timedelta(days=6)  # contacts further apart than this have a missed one between
PLAN = (
    "When it gets hard I go out of the kitchen and call my sister.\n"
    "I put the box with the razor blades outside the flat and text her that I did.\n"
    "If that is not enough: 988, or the emergency room two streets away. Synthetic text."
)


def begin(patient: Patient, person: Person, by: Member, *, at: dt.datetime) -> None:
    """Put the default set of the patient's diagnoses on a schedule that begins today."""
    if person.status != "active":
        return
    zone = ZoneInfo(TIME_ZONE)
    entries = default_set(
        person.codes.split(), starting=at.astimezone(zone).date(), available=planning.askable()
    )
    schedules.use(patient, entries, by=by.id)
    db.session.flush()


def plan(patient: Patient, by: Member, *, at: dt.datetime) -> None:
    """Add a safety plan."""
    db.session.add(SafetyPlan(patient_id=patient.id, text=PLAN, written_by_id=by.id, written_at=at))


def answered(patient: Patient, given: Sequence[Answered]) -> CheckIn:
    """Add a check-in with the answers given to it, all at one moment."""
    at = given[0].at
    made = _made(patient, due_at=at - ASKED_BEFORE, names=[one.instrument for one in given])
    made.opened_at = made.identified_at = at - MINUTES_TO_ANSWER
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        CheckInAnswer(
            patient_id=patient.id, check_in_id=made.id, instrument=one.instrument, item=item,
            value=value, given_at=at,
        )
        for one in given
        for item, value in one.answers.items()
        if value is not None
    )  # fmt: skip
    db.session.flush()
    made.finished_at = at
    return made


def missed(patient: Patient, events: Iterable[Event], *, now: dt.datetime) -> None:
    """Add one check-in that nobody answered, in the latest long gap between two contacts."""
    days = sorted({event.at for event in events if isinstance(event, Answered)})
    for before, after in reversed(list(pairwise(days))):
        if before > now - MISSED_WITHIN and after - before > OPEN_FOR + MISSED_BETWEEN:
            made = _made(patient, due_at=before + MISSED_BETWEEN, names=["edeqs"])
            made.ended_at = made.closes_at
            db.session.add(made)
            return


def _made(patient: Patient, *, due_at: dt.datetime, names: Sequence[str]) -> CheckIn:
    known = catalogue()
    pairs = [[known[name].id, known[name].version] for name in names]
    return CheckIn(
        id=new_id(),
        patient_id=patient.id,
        occasion=f"demo:{uuid.uuid5(patient.id, due_at.isoformat())}",
        reason=Reason.SCHEDULED,
        questionnaires=json.dumps(pairs, separators=(",", ":")),
        due_at=due_at,
        closes_at=due_at + OPEN_FOR,
        zone_name=TIME_ZONE,
        made_at=due_at,
        sent_at=due_at,
        sent_by_email=True,
    )
