"""The stretch of calendar days that every lane of a chart shares, and its true time scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Self
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
SHORTEST = timedelta(weeks=4)  # of days before the last, so that a single score has a past
A_MONDAY = date(2000, 1, 3)


def clinical_date(day: date) -> str:
    """Write a date as clinicians read it in every locale: 03-Nov-2026."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


@dataclass(frozen=True)
class Tick:
    """A labelled midnight on the time axis; `year` is said where the year becomes known."""

    at: datetime
    label: str
    year: str


@dataclass(frozen=True)
class Span:
    """Whole days from `start` to `end`, both included, in the practice's time `zone`.

    `today` may lie outside; it is then not drawn. Days are the practice's local days, but
    distances are true elapsed time, so the night the clocks change is an hour longer or shorter.
    """

    start: date
    end: date
    today: date
    zone: str

    def __post_init__(self) -> None:
        """Refuse a span that runs backwards or a zone that does not exist."""
        if self.end < self.start:
            raise ValueError("a span cannot end before it starts")
        ZoneInfo(self.zone)

    @classmethod
    def around(cls, instants: Iterable[datetime], *, today: date, zone: str) -> Self:
        """Return a span that holds every instant and today, with a little room at both ends."""
        days = [at.astimezone(ZoneInfo(zone)).date() for at in instants]
        first, last = min([today, *days]), max([today, *days])
        room = timedelta(days=max(2, (last - first).days // 40))
        return cls(min(first - room, last - SHORTEST), last + room, today, zone)

    @cached_property
    def opens_at(self) -> datetime:
        """The first instant of the span."""
        return _midnight(self.start, self.zone)

    @cached_property
    def closes_at(self) -> datetime:
        """The first instant after the span."""
        return _midnight(self.end + timedelta(days=1), self.zone)

    @property
    def today_at(self) -> datetime | None:
        """The end of today, so that what was done today lies before it; None if not in view."""
        if not self.start <= self.today <= self.end:
            return None
        return _midnight(self.today + timedelta(days=1), self.zone)

    def holds(self, at: datetime) -> bool:
        """Say whether an instant lies in the span."""
        return self.opens_at <= at <= self.closes_at

    def overlaps(self, opens_at: datetime, closes_at: datetime) -> bool:
        """Say whether any of the time between two instants lies in the span."""
        return opens_at <= self.closes_at and closes_at >= self.opens_at

    def first_instant(self, day: date) -> datetime:
        """Return the first instant of a local day, in UTC; any day, in the span or not."""
        return _midnight(day, self.zone)

    def noon(self, day: date) -> datetime:
        """Return where something is drawn of which only the day is known."""
        return datetime.combine(day, time(12), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def position(self, at: datetime) -> float:
        """Return how far along the span an instant lies, 0 to 1, in true elapsed time."""
        return (at - self.opens_at) / (self.closes_at - self.opens_at)

    def day(self, at: datetime) -> date:
        """Return the practice's calendar day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def days_since(self, day_zero: date, most: int) -> tuple[Tick, ...]:
        """Return at most `most` ticks at even counts of days from `day_zero`, before it as well."""
        for step in (*DAY_STEPS, *(28 * 2**power for power in range(16))):
            first = (self.start - day_zero).days // -step * -step
            counts = range(first, (self.end - day_zero).days + 1, step)
            if len(counts) <= most:
                return tuple(self._counted(day_zero, count) for count in counts)
        return ()

    def _counted(self, day_zero: date, count: int) -> Tick:
        """Return the tick of a day counted from the first dose."""
        sign = "\N{MINUS SIGN}" if count < 0 else ""
        at = _midnight(day_zero + timedelta(days=count), self.zone)
        return Tick(at, f"day {sign}{abs(count)}", "")

    def ticks(self, most: int) -> tuple[Tick, ...]:
        """Return at most `most` dates at even calendar steps, oldest first."""
        for days, months in _steps(self):
            if len(days) <= most:
                return tuple(_labelled(days, span=self, months=months))
        return ()


@lru_cache(maxsize=4096)
def _midnight(day: date, zone: str) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _steps(span: Span) -> Iterator[tuple[list[date], int | None]]:
    """Yield ever sparser rows of dates in the span, with the step in months where it is one."""
    for step in DAY_STEPS:
        if (span.end - span.start).days // step <= 400:
            yield _every_days(span, step), None
    for step in MONTH_STEPS:
        yield _every_months(span, step), step


def _every_days(span: Span, step: int) -> list[date]:
    """Return every `step`-th day in the span, counted from a Monday."""
    first = span.start + timedelta(days=(A_MONDAY - span.start).days % step)
    count = (span.end - first).days // step + 1
    return [first + timedelta(days=step * index) for index in range(count)]


def _every_months(span: Span, step: int) -> list[date]:
    """Return the first days of every `step`-th month in the span, counted from January."""
    months = range(span.start.year * 12 + span.start.month - 1, span.end.year * 12 + span.end.month)
    firsts = (date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0)
    return [first for first in firsts if first >= span.start]


def _labelled(days: list[date], *, span: Span, months: int | None) -> Iterator[Tick]:
    """Yield a tick a day, naming the year at the first and wherever it changes."""
    yearly = months is not None and months % 12 == 0
    said = 0
    for day in days:
        month = MONTHS[day.month - 1]
        label = str(day.year) if yearly else month if months else f"{day.day} {month}"
        year = "" if yearly or day.year == said else str(day.year)
        yield Tick(_midnight(day, span.zone), label, year)
        said = day.year
