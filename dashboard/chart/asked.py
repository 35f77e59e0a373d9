"""What somebody asks to see: how far back, and dates or days since the first dose.

All of it stands in the address, so that a link shows the same again; what cannot be read is said,
and everything is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from dashboard.charts.span import Span

BEFORE_COURSE = dt.timedelta(days=28)  # of the course in view before its first dose
AHEAD = dt.timedelta(days=21)  # of what is planned, in view when weeks are asked for
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


class Range(StrEnum):
    """How far back the timeline looks."""

    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    COURSE = "course"
    ALL = "all"
    CUSTOM = "custom"

    @property
    def weeks(self) -> int | None:
        """The weeks in view; None where it is not a number of weeks."""
        return {Range.FOUR_WEEKS: 4, Range.TWELVE_WEEKS: 12}.get(self)

    @property
    def label(self) -> str:
        """The word on the switch."""
        return {
            Range.FOUR_WEEKS: "4 weeks", Range.TWELVE_WEEKS: "12 weeks", Range.COURSE: "Course",
            Range.ALL: "All", Range.CUSTOM: "Dates",
        }[self]  # fmt: skip


LOOKS_BACK = (Range.FOUR_WEEKS, Range.TWELVE_WEEKS, Range.ALL)
OFFERED = (Range.FOUR_WEEKS, Range.TWELVE_WEEKS, Range.COURSE, Range.ALL)


@dataclass(frozen=True)
class Asked:
    """One view of the timeline. `typed` are the dates as typed, `problem` what is wrong in them."""

    within: Range = Range.ALL
    first: dt.date | None = None
    last: dt.date | None = None
    since_dose: bool = False
    typed: tuple[str, str] = ("", "")
    problem: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What stands in the address."""
        found = {} if self.within is Range.ALL else {"range": self.within.value}
        if self.within is Range.CUSTOM:
            found |= {
                name: day.isoformat()
                for name, day in (("from", self.first), ("to", self.last))
                if day is not None
            }
        return found | ({"axis": "dose"} if self.since_dose else {})

    def looking(self, within: Range) -> Asked:
        """Return the same view of another time."""
        return Asked(within, since_dose=self.since_dose)

    def counted(self, *, since_dose: bool) -> Asked:
        """Return the same time by dates, or by days since the first dose."""
        return replace(self, since_dose=since_dose)


def read(arguments: Mapping[str, str], *, read_day: Callable[[str], dt.date]) -> Asked:
    """Return the view that an address asks for; what it does not say, or says wrongly, is All.

    `read_day` raises ValueError with what to do.
    """
    since_dose = arguments.get("axis") == "dose"
    asked = arguments.get("range", "")
    typed = (arguments.get("from", "").strip()[:40], arguments.get("to", "").strip()[:40])
    if asked == Range.CUSTOM and any(typed):
        return _dated(typed, since_dose, read_day)
    within = Range(asked) if asked in set(OFFERED) else Range.ALL
    return Asked(within, since_dose=since_dose)


def _dated(typed: tuple[str, str], since_dose: bool, read_day: Callable[[str], dt.date]) -> Asked:
    try:
        first, last = (read_day(text) if text else None for text in typed)
    except ValueError as error:
        return Asked(since_dose=since_dose, typed=typed, problem=str(error))
    problem = _problem(first, last)
    if problem:
        return Asked(since_dose=since_dose, typed=typed, problem=problem)
    return Asked(Range.CUSTOM, first, last, since_dose, typed)


def _problem(first: dt.date | None, last: dt.date | None) -> str:
    """Say what to do about days that cannot be shown; nothing where they can."""
    if first and last and last < first:
        return "The last day is before the first. Change one of them."
    if any(day and not EARLIEST <= day <= LATEST for day in (first, last)):
        return f"Choose days from {EARLIEST.year} to {LATEST.year}."
    return ""


def span_of(
    asked: Asked,
    instants: Iterable[dt.datetime],
    *,
    first_dose: dt.date | None,
    today: dt.date,
    zone: ZoneInfo,
) -> Span:
    """Return the days in view. `instants` are of all that the chart could show, planned too."""
    everything = Span.around(instants, today=today, zone=zone.key)
    if asked.within.weeks is not None:
        first = today - dt.timedelta(weeks=asked.within.weeks)
        last = max(today + dt.timedelta(days=1), min(everything.end, today + AHEAD))
        return Span(first, last, today, zone.key)
    if asked.within is Range.COURSE and first_dose is not None:
        return Span(min(first_dose - BEFORE_COURSE, today), everything.end, today, zone.key)
    if asked.within is Range.CUSTOM:
        last = asked.last or max(everything.end, asked.first or everything.end)
        return Span(asked.first or min(everything.start, last), last, today, zone.key)
    return everything
