"""The demo's therapists and dietitians: which windows they used, which they missed, what is booked.

Elena Rivera's story is that of the design's pictures: therapy in five of six windows.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from enum import Enum

from dashboard.clinical.windows import ContactKind, Hours
from dashboard.demo.staff import TIME_ZONE, Member
from dashboard.demo.stories import SEED, Given, Met, Story
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.windows import actions
from dashboard.windows.actions import Terms
from dashboard.windows.models import Appointment, AppointmentState, Way

RIVERA = "004718"
THERAPISTS = ("Dr Lindqvist", "Dr Amara Cole", "Tomas Reyes, LCSW")
DIETITIANS = ("M. Ortiz, RD", "Hana Weiss, RD")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
THERAPY_AFTER, DIETITIAN_AFTER = 26 * HOUR, 50 * HOUR  # inside the window, clocks changing or not
BETWEEN = 6 * DAY  # after a dose: outside, and before the next
BOOKED_AFTER = 40 * HOUR  # from the evening of a session to the morning of the second day
AHEAD = 8 * DAY  # from booking to the appointment


class Fate(Enum):
    """What became of the therapy inside one window."""

    HELD = "held"
    MISSED = "missed"
    NONE = "none"
    UNCONFIRMED = "unconfirmed"


def write(patient: Patient, story: Story, by: Member, *, at: dt.datetime) -> None:
    """Add a patient's appointments up to a moment, and sometimes one booked for what is to come."""
    rng = random.Random(f"{SEED} appointments {story.person.mrn}")  # noqa: S311 - synthetic
    therapist, dietitian = rng.choice(THERAPISTS), rng.choice(DIETITIANS)
    is_rivera = story.person.mrn == RIVERA
    given = [event.at for event in story.events if isinstance(event, Given)]
    fates = list(_as_drawn(story, given) if is_rivera else _fates(story, given, rng))
    if is_rivera:
        therapist = THERAPISTS[0]
    for number, (dose_at, fate) in enumerate(zip(given, fates, strict=True)):
        _therapy(patient, _terms(therapist, dose_at + THERAPY_AFTER), fate, by, at=at)
        if number % 2 == 0 and fate is Fate.HELD:
            met = _terms(dietitian, dose_at + DIETITIAN_AFTER, kind=ContactKind.DIETITIAN)
            _therapy(patient, met, Fate.HELD, by, at=at)
        if is_rivera or rng.random() < 0.4:
            _therapy(patient, _terms(therapist, dose_at + BETWEEN), Fate.HELD, by, at=at)
    if is_rivera or rng.random() < 0.4:
        for session in planning.planned(patient.id)[:1]:
            terms = _terms(therapist, session.planned_at + BOOKED_AFTER)
            actions.book(patient.id, terms, by=by.id, at=at - DAY)


def _as_drawn(story: Story, given: list[dt.datetime]) -> Iterator[Fate]:
    """Miss the fifth window, or the one before it that no integration visit lies in."""
    free = [number for number, dose_at in enumerate(given[:5]) if not _is_visited(story, dose_at)]
    for number in range(len(given)):
        yield Fate.MISSED if free and number == free[-1] else Fate.HELD


def _is_visited(story: Story, dose_at: dt.datetime) -> bool:
    window = Hours().after(dose_at)
    met = (one for one in story.events if isinstance(one, Met) and one.kind == "integration")
    return any(one.at in window for one in met)


def _fates(story: Story, given: list[dt.datetime], rng: random.Random) -> Iterator[Fate]:
    """Use most windows; of the last one it is sometimes not said whether it was."""
    for number, dose_at in enumerate(given, 1):
        drawn = rng.choices((Fate.HELD, Fate.MISSED, Fate.NONE), weights=(7, 1, 2))[0]
        is_forgotten = rng.random() < 0.4 and not _is_visited(story, dose_at)
        yield Fate.UNCONFIRMED if number == len(given) and is_forgotten else drawn


def _therapy(
    patient: Patient, terms: Terms, fate: Fate, by: Member, *, at: dt.datetime
) -> Appointment | None:
    """Write one appointment that lies in the past down, with what became of it."""
    if fate is Fate.NONE or terms.starts_at + HOUR > at:
        return None
    if fate is Fate.UNCONFIRMED:
        return actions.book(patient.id, terms, by=by.id, at=terms.starts_at - AHEAD)
    one = actions.log(patient.id, terms, by=by.id, at=terms.starts_at + HOUR)
    if fate is Fate.MISSED:
        one.state = AppointmentState.MISSED
    return one


def _terms(who: str, starts_at: dt.datetime, *, kind: ContactKind = ContactKind.THERAPY) -> Terms:
    return Terms(
        kind=kind, starts_at=starts_at, zone_name=TIME_ZONE, with_whom=who, way=Way.VIDEO,
        minutes=50,
    )  # fmt: skip
