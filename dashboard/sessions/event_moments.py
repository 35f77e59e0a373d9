"""A moment as it is typed beside a dose: minutes from it, or day and time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from wtforms import Field

from dashboard import formats
from dashboard.clock import now
from dashboard.fields import ClockField, DayField, TimeIsDoubled, TimeIsSkipped, instant
from dashboard.sessions.forms import FIRST, SECOND

MINUTE = dt.timedelta(minutes=1)
SLACK = dt.timedelta(minutes=5)  # clocks of browser and server


@dataclass(frozen=True)
class TypedMoment:
    """The fields that say one moment; a moment that cannot be meant is told at one of them.

    `minutes` is None where no dose is asked about.
    """

    minutes: Field | None
    day: DayField
    time: ClockField
    which: Field

    @property
    def is_said(self) -> bool:
        """Whether anything was typed."""
        return any(one.data is not None for one in self._typed)

    def has_errors(self) -> bool:
        """Whether one of the fields could not be read."""
        return any(one.errors for one in (*self._typed, self.which))

    @property
    def is_doubled(self) -> bool:
        """Whether the time happens twice that day, so that it is asked which one is meant."""
        if self.day.data is None or self.time.data is None:
            return False
        early = dt.datetime.combine(self.day.data, self.time.data, formats.zone())
        before, after = early.replace(fold=0).utcoffset(), early.replace(fold=1).utcoffset()
        return before is not None and after is not None and before > after

    def read(self, dose_at: dt.datetime | None) -> dt.datetime | None:
        """Return the instant; None when nothing was typed, or what was typed was refused."""
        if self.has_errors() or not self.is_said:
            return None
        by_clock, by_minutes = self._by_clock(), self._by_minutes(dose_at)
        if self.has_errors():
            return None
        if by_clock and by_minutes and abs(by_clock - by_minutes) >= MINUTE:
            self._refuse("Minutes and time do not agree. Enter one of them.")
            return None
        moment = by_minutes or by_clock
        if moment is not None and moment > now() + SLACK:
            self._refuse("This lies in the future.")
            return None
        return moment

    @property
    def _typed(self) -> tuple[Field, ...]:
        own = () if self.minutes is None else (self.minutes,)
        return (*own, self.day, self.time)

    def _refuse(self, words: str) -> None:
        """Tell it at the field that was filled in."""
        by_minutes = self.minutes is not None and self.minutes.data is not None
        (self.minutes if by_minutes else self.day).errors = [words]  # type: ignore[union-attr]

    def _by_clock(self) -> dt.datetime | None:
        day, time = self.day.data, self.time.data
        if day is None and time is None:
            return None
        if day is None or time is None:
            missing = self.day if day is None else self.time
            missing.errors = ["Enter both day and time."]
            return None
        second = {FIRST: False, SECOND: True}.get(self.which.data or "")
        try:
            return instant(day, time, formats.zone().key, second=second)
        except TimeIsSkipped as problem:
            self.time.errors = [str(problem)]
        except TimeIsDoubled as problem:
            self.which.errors = [str(problem)]
        return None

    def _by_minutes(self, dose_at: dt.datetime | None) -> dt.datetime | None:
        minutes: int | None = self.minutes.data if self.minutes is not None else None
        if self.minutes is None or minutes is None:
            return None
        if dose_at is None:
            self._refuse("Minutes count from a dose. Choose it, or enter day and time.")
            return None
        if minutes < 0:
            self._refuse("Minutes count from the dose. Enter 0 or more.")
            return None
        return dose_at + minutes * MINUTE


def minutes_from(dose_at: dt.datetime, moment: dt.datetime) -> int:
    """Return whole minutes from the minute of a dose; below 0 for a moment before it."""
    begins = dose_at.replace(second=0, microsecond=0)
    return (moment.replace(second=0, microsecond=0) - begins) // MINUTE
