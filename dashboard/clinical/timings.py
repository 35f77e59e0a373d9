"""When a questionnaire is asked: by the calendar or after doses, and never too often."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TypeAlias

from dashboard.clinical.definition import Instrument
from dashboard.clinical.turns import MOST_QUESTIONS


@dataclass(frozen=True)
class Calendar:
    """Every so many days from a first day on."""

    every_days: int
    starting: date

    def __post_init__(self) -> None:
        if self.every_days < 1:
            raise ValueError("a questionnaire is asked every 1 or more days")


@dataclass(frozen=True)
class AfterDose:
    """So many hours after each dose that was given."""

    hours: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.hours or self.hours[0] < 1 or list(self.hours) != sorted(set(self.hours)):
            raise ValueError("hours after a dose rise, each used once, the first at least 1")


Timing: TypeAlias = Calendar | AfterDose


@dataclass(frozen=True)
class Entry:
    """One questionnaire of a patient's schedule."""

    instrument_id: str
    timing: Timing


@dataclass(frozen=True)
class Dose:
    """A dose that was given; `id` makes the key of the check-ins after it."""

    id: str
    at: datetime


@dataclass(frozen=True)
class Answered:
    """A questionnaire that was answered, by link, on paper or in an interview."""

    instrument_id: str
    at: datetime


def problems(entry: Entry, instrument: Instrument) -> tuple[str, ...]:
    """Return in words why this questionnaire must not be put on a schedule like this."""
    closest = _closest_days(entry.timing)
    spacing = instrument.administration.shortest_interval_days
    if closest is None or closest >= spacing:
        return why_never(instrument)
    too_often = f"{instrument.short} would be asked too often: {spacing_words(instrument)}."
    return (*why_never(instrument), too_often)


def why_never(instrument: Instrument) -> tuple[str, ...]:
    """Return in words why no schedule may hold this questionnaire."""
    short, found = instrument.short, []
    if instrument.administration.respondent != "patient":
        found.append(f"{short} is filled in by the clinician, not by the patient.")
    if instrument.administration.is_once:
        found.append(f"{short} is asked once and never on a schedule.")
    if instrument.derived_from is not None:
        found.append(f"{short} is worked out from the answers to another form and never asked.")
    if len(instrument.items) > MOST_QUESTIONS:
        found.append(f"{short} has more than the {MOST_QUESTIONS} questions of one check-in.")
    return tuple(found)


def _closest_days(timing: Timing) -> int | None:
    """Return the fewest whole days between two turns; None when only one turn follows a dose."""
    if isinstance(timing, Calendar):
        return timing.every_days
    gaps = [later - earlier for earlier, later in pairwise(timing.hours)]
    return min(gaps) // 24 if gaps else None


def spacing_words(instrument: Instrument) -> str:
    """Return how often it may be asked at most, and why."""
    days = instrument.administration.shortest_interval_days
    looks_back = instrument.administration.recall_days
    least = "once a day" if days == 1 else f"every {days} days"
    if looks_back is not None and looks_back == days and days > 1:
        return f"it looks back {looks_back} days, so {least} at the soonest"
    return f"{least} at the soonest"
