"""The baseline: the score that later ones are compared with, and why it is that one or none.

It is the last score with a value at most 14 days before the first dose (clinical reference, D b).
A re-anchoring that somebody recorded wins. Only scores of one instrument are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

DAYS_BEFORE_FIRST_DOSE = 14


class Timed(Protocol):
    """A score at an instant; `value` is None when too few answers were given."""

    @property
    def at(self) -> datetime:
        """When the form was answered, aware."""

    @property
    def value(self) -> Fraction | None:
        """The score, if it has a value."""


Taken = TypeVar("Taken", bound=Timed)


class Basis(StrEnum):
    """How a baseline came to be."""

    BEFORE_FIRST_DOSE = "last score before the first dose"
    CHOSEN = "chosen by a clinician"
    NONE = "none"


@dataclass(frozen=True)
class Baseline(Generic[Taken]):
    """The baseline and its basis; `words` say for people why it is this one, or why none."""

    reading: Taken | None
    basis: Basis
    words: str


def automatic(
    readings: Iterable[Taken], *, first_dose_at: datetime | None, zone: ZoneInfo
) -> Taken | None:
    """Return the last score with a value in the 14 local days before the first dose, or None.

    A score of the day of the dose counts when it was taken before the dose.
    """
    if first_dose_at is None:
        return None
    dose_on = first_dose_at.astimezone(zone).date()
    fitting = [
        one
        for one in readings
        if one.value is not None
        and one.at < first_dose_at
        and (dose_on - one.at.astimezone(zone).date()).days <= DAYS_BEFORE_FIRST_DOSE
    ]
    return max(fitting, key=lambda one: one.at, default=None)


def find(
    readings: Iterable[Taken],
    *,
    first_dose_at: datetime | None,
    zone: ZoneInfo,
    chosen: Taken | None = None,
) -> Baseline[Taken]:
    """Return the baseline: the score chosen in the last re-anchoring, or the automatic one.

    A chosen score that is no longer among the readings, or has no value, does not count, and
    the words say so.
    """
    valid = [one for one in readings if one.value is not None]
    if chosen is not None and chosen in valid:
        words = f"Chosen by a clinician ({day_words(_day(chosen.at, zone))})"
        return Baseline(chosen, Basis.CHOSEN, words)
    lost = "" if chosen is None else "The score chosen as baseline no longer counts. "
    found = automatic(valid, first_dose_at=first_dose_at, zone=zone)
    if first_dose_at is None:
        return Baseline(None, Basis.NONE, f"{lost}No dose has been recorded")
    dose = day_words(_day(first_dose_at, zone))
    if found is None:
        words = f"{lost}No score in the {DAYS_BEFORE_FIRST_DOSE} days before the first dose"
        return Baseline(None, Basis.NONE, f"{words} ({dose})")
    taken = day_words(_day(found.at, zone))
    words = f"{lost}Last score before the first dose ({dose}), taken {taken}"
    return Baseline(found, Basis.BEFORE_FIRST_DOSE, words)


def day_words(day: date) -> str:
    """Write a day without any doubt about month and day: 03-Nov-2026."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day:02d}-{months[day.month - 1]}-{day.year:04d}"


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
