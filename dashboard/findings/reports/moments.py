"""When a sample was taken or resulted, as reports print it; days are the practice's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from zoneinfo import ZoneInfo

from dashboard.findings.reports.model import Moment

LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK = r"(?:[\sT,]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
CLOCK += r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?(?:\s*[A-Z]{2,4})?)?"
YEAR_FIRST = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
SLASHED = r"(?P<first>\d{1,2})[-/](?P<next>\d{1,2})[-/](?P<year>\d{4}|\d{2})"
DOTTED = r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2})"
DAY_NAMED = r"(?P<day>\d{1,2})[-\s](?P<name>[A-Za-z]{3,9})\.?[-\s,]+(?P<year>\d{4}|\d{2})"
NAME_FIRST = r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})"
FORMS = tuple(
    re.compile(form + CLOCK, re.ASCII | re.IGNORECASE)
    for form in (YEAR_FIRST, SLASHED, DOTTED, DAY_NAMED, NAME_FIRST)
)
HL7 = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?([+-]\d{4})?",
    re.ASCII,
)
FHIR = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
SLASHES = re.compile(r"\b(\d{1,2})(?:/(\d{1,2})/(?:\d{4}|\d{2})|-(\d{1,2})-\d{4})\b", re.ASCII)


class Order(Enum):
    """How a report writes a date in numbers, as far as its other dates tell."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    OPEN = "open"  # no date of it can be read in one way only
    MIXED = "mixed"  # its dates contradict each other


@dataclass(frozen=True)
class Clock:
    """What reading a date needs to know: the practice's zone, today, and the order of numbers."""

    zone: ZoneInfo
    today: date
    order: Order = Order.OPEN

    def moment(self, printed: str) -> Moment:
        """Read a printed date, with or without time; without day when it cannot be read."""
        told = " ".join(printed.split())
        if len(told) > LONGEST:
            return Moment(printed=printed)
        for form in FORMS:
            found = form.fullmatch(told)
            if found:
                return self._read(found.groupdict(), printed)
        return Moment(printed=printed)

    def of_hl7(self, printed: str) -> Moment:
        """Read an HL7 time stamp; one without zone is the practice's."""
        found = HL7.fullmatch(printed.strip())
        if found is None or not found[3]:
            return Moment(printed=printed)
        day = _day(found[1], found[2], found[3])
        if day is None or found[4] is None:
            return Moment(on=day, printed=printed)
        return self._at(day, (found[4], found[5], found[6] or "0"), found[7], printed)

    def of_fhir(self, printed: str) -> Moment:
        """Read a FHIR dateTime or instant; raise ValueError for what is neither."""
        if re.fullmatch(r"\d{4}(?:-\d{2})?", printed, re.ASCII):
            return Moment(printed=printed)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", printed, re.ASCII):
            day = _day(*printed.split("-"))
            if day is None:
                raise ValueError("there is no such day")
            return Moment(on=day, printed=printed)
        found = FHIR.fullmatch(printed)
        day = _day(found[1], found[2], found[3]) if found else None
        if found is None or day is None:
            raise ValueError("it is not a date and time with its zone (2026-11-20T07:30:00-05:00)")
        read = self._at(day, (found[4], found[5], found[6]), found[7], printed)
        if read.on is None:
            raise ValueError("there is no such time")
        return read

    def _read(self, parts: dict[str, str | None], printed: str) -> Moment:
        year = self._year(parts["year"] or "")
        if parts.get("first"):
            days = _both_ways(year, parts["first"] or "", parts["next"] or "")
        else:
            month = parts.get("month") or _month(parts.get("name") or "")
            days = tuple(filter(None, [_day(year, month, parts["day"] or "")]))
        if not days:
            return Moment(printed=printed)
        readings = [self._on(day, parts, printed) for day in days]
        if len(readings) == 1 or not all(one.on for one in readings):
            return readings[0] if len(readings) == 1 else Moment(printed=printed)
        return self._in_order(*readings)

    def _on(self, day: date, parts: dict[str, str | None], printed: str) -> Moment:
        hour, minute = parts["hour"], parts["minute"]
        if hour is None or minute is None:
            return Moment(on=day, printed=printed)
        clock = (_hour(hour, parts["half"]), minute, parts["second"] or "0")
        return self._at(day, clock, parts["offset"], printed)

    def _in_order(self, month_first: Moment, day_first: Moment) -> Moment:
        """Choose between two readings; neither where the report does not say which is meant."""
        both = (month_first, day_first)
        times = tuple((one.on, one.at) for one in both if one.on and one.at)
        if self.order in {Order.OPEN, Order.MIXED}:
            days = tuple(one.on for one in both if one.on)
            is_open = self.order is Order.OPEN
            return Moment(
                printed=month_first.printed, others=days, times=times, is_order_open=is_open
            )
        chosen, other = both if self.order is Order.MONTH_FIRST else (day_first, month_first)
        return replace(chosen, others=tuple(filter(None, [other.on])), times=times)

    def _year(self, text: str) -> str:
        if len(text) == 4:
            return text
        century = self.today.year // 100 * 100
        is_past = int(text) <= self.today.year % 100 + 1
        return str(century + int(text) - (0 if is_past else 100))

    def _at(
        self, day: date, clock: tuple[str, str, str], offset: str | None, printed: str
    ) -> Moment:
        try:
            hour, minute, second = map(int, clock)
            local = datetime.combine(day, time(hour, minute, second))
            at = local.replace(tzinfo=_zone(offset) if offset else self.zone).astimezone(UTC)
        except ValueError:
            return Moment(printed=printed)
        return Moment(on=at.astimezone(self.zone).date(), at=at, printed=printed)


def order_of(text: str) -> Order:
    """Return the order of the dates of a text: 25/11/2026 can only be read day first."""
    found = [(int(one[1]), int(one[2] or one[3])) for one in SLASHES.finditer(text)]
    is_day_first = any(0 < second <= 12 < first <= 31 for first, second in found)
    is_month_first = any(0 < first <= 12 < second <= 31 for first, second in found)
    if is_day_first:
        return Order.MIXED if is_month_first else Order.DAY_FIRST
    return Order.MONTH_FIRST if is_month_first else Order.OPEN


def iso_day(text: str) -> date | None:
    """Read a day as a form sends it, 2026-11-20; None for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text.strip(), re.ASCII)
    return _day(found[1], found[2], found[3]) if found else None


def _both_ways(year: str, first: str, second: str) -> tuple[date, ...]:
    """Return the days a date with slashes can be: read month first, then read day first."""
    days = (_day(year, first, second), _day(year, second, first))
    return tuple(dict.fromkeys(day for day in days if day))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if FIRST_YEAR <= made.year <= LAST_YEAR else None


def _month(name: str) -> str:
    short = name[:3].casefold()
    return str(MONTHS.index(short) + 1) if short in MONTHS else "0"


def _hour(hour: str, half: str | None) -> str:
    if not half:
        return hour
    if not 1 <= int(hour) <= 12:
        return "99"
    return str(int(hour) % 12 + (12 if half[0] in "pP" else 0))


def _zone(offset: str) -> timezone:
    if offset in {"Z", "z"}:
        return UTC
    digits = offset[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if offset[0] == "-" else away)
