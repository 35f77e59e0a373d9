"""The demo's patients as stories: everything that happened to each of them, in order of time.

Pure and deterministic: the same day gives the same stories. Nothing lies ahead of that day, nothing
before a patient's intake.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dashboard.demo import answers, course, notes, vital_signs
from dashboard.demo.course import Contact
from dashboard.demo.notes import Soap, Writer
from dashboard.demo.people import Happening, Person, everybody
from dashboard.demo.vital_signs import Measured

SEED = "casement demo 1"
SKIPPED = 0.07  # of the questionnaires between the ends, but never of a steady answerer's
Answers: TypeAlias = Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One questionnaire; `typed_first` was corrected, `error` says why it does not count."""

    at: dt.datetime
    instrument: str
    answers: Answers
    by: str
    in_interview: bool
    typed_first: Answers | None = None
    error: str = ""
    acknowledged: str = ""

    @property
    def by_link(self) -> bool:
        """Whether the patient answered by private link: between visits, typed by nobody else."""
        return not (self.in_interview or self.typed_first is not None or self.error)


@dataclass(frozen=True, kw_only=True)
class Met:
    """One visit with its note; `signed_at` is None while it is unsigned."""

    at: dt.datetime
    kind: str
    by: str
    note: Soap
    measured: tuple[Measured, ...]
    signed_at: dt.datetime | None
    addendum: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One dose of ketamine at home, under the tongue."""

    at: dt.datetime
    milligrams: int
    by: str


Event: TypeAlias = Answered | Met | Given


@dataclass(frozen=True, kw_only=True)
class Story:
    """One patient: who, since when, and what happened."""

    person: Person
    registered_at: dt.datetime
    events: tuple[Event, ...]


def stories(today: dt.date, *, zone: ZoneInfo, limit: int | None = None) -> tuple[Story, ...]:
    """Tell the stories as they stand on `today`; `limit` tells only the first few."""
    return tuple(_story(person, today=today, zone=zone) for person in everybody()[:limit])


def _story(person: Person, *, today: dt.date, zone: ZoneInfo) -> Story:
    rng = random.Random(f"{SEED} {person.mrn}")  # noqa: S311 - synthetic patients, nothing secret
    seen = course.contacts(person, today=today, zone=zone, rng=rng)
    first = seen[0].at.date() if seen else today - dt.timedelta(days=person.ago)
    told = [*_events(person, seen, rng), *_given_doses(person, seen, zone=zone)]
    registered_on = course.working_day(first - dt.timedelta(days=rng.randint(2, 9)))
    return Story(
        person=person,
        registered_at=course.office_time(registered_on, zone=zone, rng=rng),
        events=tuple(sorted(told, key=lambda event: event.at)),
    )


def _events(person: Person, seen: tuple[Contact, ...], rng: random.Random) -> Iterator[Event]:
    writer = Writer(person.picture, rng)
    visits: list[dict[str, int]] = []
    for contact in seen:
        by = person.physicians[len(visits) // 3 % len(person.physicians)]
        totals = {
            name: course.total(keys, contact, rng=rng) for name, keys in person.totals.items()
        }
        for name, total in totals.items():
            if _is_answered(person, contact, name, rng):
                yield _answered(person, contact, name, total, by=by, rng=rng)
        if contact.kind:
            visits.append(totals)
            yield _met(person, contact, _note(writer, contact, visits), by, rng)


def _given_doses(person: Person, seen: tuple[Contact, ...], *, zone: ZoneInfo) -> Iterator[Given]:
    """Tell the doses with dice of their own: they change nothing of what is told besides."""
    rng = random.Random(f"{SEED} doses {person.mrn}")  # noqa: S311 - synthetic patients
    for dose in course.doses(person, seen, zone=zone, rng=rng):
        yield Given(at=dose.at, milligrams=dose.milligrams, by=person.physicians[0])


def _is_answered(person: Person, contact: Contact, name: str, rng: random.Random) -> bool:
    if contact.is_first or contact.from_end < 2 or person.is_steady:
        return True
    return person.happening(name, contact.from_end) is not None or rng.random() > SKIPPED


def _answered(
    person: Person, contact: Contact, name: str, total: int, *, by: str, rng: random.Random
) -> Answered:
    special = person.happening(name, contact.from_end) or Happening(
        from_end=contact.from_end, instrument=name
    )
    given = _given(person, name, total, special, rng)
    first = special.typed_first
    return Answered(
        at=contact.at,
        instrument=name,
        answers=answers.without(given, special.blank),
        by=by,
        in_interview=bool(contact.kind),
        typed_first=None if first is None else _given(person, name, first, special, rng),
        error=special.error,
        acknowledged=special.acknowledged,
    )


def _given(
    person: Person, name: str, total: int, special: Happening, rng: random.Random
) -> dict[str, int | None]:
    if name == "edeqs":
        return answers.edeqs(total, picture=person.picture, rng=rng)
    if name == "phq9":
        return answers.phq9(total, item9=special.item9, rng=rng)
    return answers.gad7(total, rng=rng)


def _note(writer: Writer, contact: Contact, visits: Sequence[Mapping[str, int]]) -> Soap:
    """Write the note of the last of these visits, known by the totals they had."""
    first, before, here = visits[0], visits[max(len(visits) - 2, 0)], visits[-1]
    main = "edeqs" if "edeqs" in here else "gad7"
    return writer.note(
        contact.kind,
        eating=notes.direction(before.get(main), here.get(main)),
        mood=notes.direction(before.get("phq9"), here.get("phq9")),
        is_opposed=notes.opposed(first, here),
    )


def _met(person: Person, contact: Contact, note: Soap, by: str, rng: random.Random) -> Met:
    is_open = person.unsigned and contact.from_end == 0
    signed_at = contact.at + dt.timedelta(minutes=rng.randint(25, 110), seconds=rng.randint(0, 59))
    return Met(
        at=contact.at,
        kind=contact.kind,
        by=by,
        note=note,
        measured=vital_signs.measured(person, contact, rng=rng),
        signed_at=None if is_open else signed_at,
        addendum=_at(person.addendum, contact),
        error=_at(person.mistaken_visit, contact),
    )


def _at(happening: tuple[int, str] | None, contact: Contact) -> str:
    return happening[1] if happening and happening[0] == contact.from_end else ""
