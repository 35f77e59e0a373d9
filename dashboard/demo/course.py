"""A patient's course in time: on which days there was contact, and what each score came to.

Days are counted back from today, fall on working days and office hours, and never lie ahead.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.demo.people import Person

MONTH = 30.4375  # days
FIRST_HOUR, LAST_HOUR = 9, 15
SATURDAY = 5
LOOSE = 3  # days by which people who come fortnightly or less often vary
TO_FIRST_DOSE = 5  # days from intake
DOSES_APART = (10, 14)  # days from one to the next
MILLIGRAMS = (30, 30, 30, 60)  # synthetic; then the last again
KINDS = ("follow-up", "integration", "follow-up", "phone")


@dataclass(frozen=True)
class Taken:
    """A dose of ketamine: when, and how much."""

    at: dt.datetime
    milligrams: int


@dataclass(frozen=True)
class Contact:
    """A day with questionnaires, at a visit or on paper only; then `kind` is empty."""

    at: dt.datetime
    from_end: int
    progress: float
    kind: str

    @property
    def is_first(self) -> bool:
        """Whether this is the intake."""
        return self.kind == "intake"


def working_day(day: dt.date) -> dt.date:
    """Return the day itself, or the Friday before it."""
    return day - dt.timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def office_time(day: dt.date, *, zone: ZoneInfo, rng: random.Random) -> dt.datetime:
    """Return a quarter of an hour within office hours."""
    time = dt.time(rng.randint(FIRST_HOUR, LAST_HOUR), rng.choice((0, 15, 30, 45)))
    return dt.datetime.combine(day, time, zone)


def contacts(
    person: Person, *, today: dt.date, zone: ZoneInfo, rng: random.Random
) -> tuple[Contact, ...]:
    """Return the patient's contacts, oldest first; none for somebody only just registered."""
    if not person.every:
        return ()
    days = tuple(_days(person, today=today, rng=rng))
    kinds = iter(KINDS * len(days))
    found = []
    for number, (day, progress) in enumerate(days):
        from_end = len(days) - 1 - number
        at = office_time(day, zone=zone, rng=rng)
        kind = "intake" if number == 0 else _kind(person, from_end, kinds)
        found.append(Contact(at, from_end, progress, kind))
    return tuple(found)


def doses(
    person: Person, seen: Sequence[Contact], *, zone: ZoneInfo, rng: random.Random
) -> tuple[Taken, ...]:
    """Return the doses that were given until the last contact, oldest first."""
    found: list[Taken] = []
    day = seen[0].at.date() + dt.timedelta(days=TO_FIRST_DOSE) if seen else dt.date.max
    while len(found) < person.doses and seen and working_day(day) <= seen[-1].at.date():
        at = office_time(working_day(day), zone=zone, rng=rng)
        found.append(Taken(at, MILLIGRAMS[min(len(found), len(MILLIGRAMS) - 1)]))
        day += dt.timedelta(days=rng.randint(*DOSES_APART))
    return tuple(found)


def total(keys: Sequence[int], contact: Contact, *, rng: random.Random) -> int:
    """Return the score on the way through `keys`, give or take one between the ends."""
    place = contact.progress * (len(keys) - 1)
    before = min(int(place), len(keys) - 1)
    after = min(before + 1, len(keys) - 1)
    between = keys[before] + (keys[after] - keys[before]) * (place - before)
    wobble = 0 if contact.is_first or contact.from_end == 0 else rng.choice((-1, 0, 0, 1))
    return max(0, round(between) + wobble)


def _days(person: Person, *, today: dt.date, rng: random.Random) -> Iterator[tuple[dt.date, float]]:
    last = working_day(today - dt.timedelta(days=person.ago))
    span = round(person.months * MONTH)
    count = round(span / person.every) + 1
    loose = LOOSE if person.every >= 14 else 0
    for number in range(count):
        progress = number / (count - 1) if count > 1 else 1.0
        if person.gap[0] < progress < person.gap[1]:
            continue
        inner = 0 < number < count - 1
        moved = rng.randint(-loose, loose) if inner else 0
        yield working_day(last - dt.timedelta(days=round(span * (1 - progress)) + moved)), progress


def _kind(person: Person, from_end: int, kinds: Iterator[str]) -> str:
    if from_end in person.urgent:
        return "urgent"
    return next(kinds) if from_end % person.visit_every == 0 else ""
