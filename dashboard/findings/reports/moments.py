"""When a sample was taken or resulted, as reports print it; days are the practice's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
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


@dataclass(frozen=True)
class Clock:
    """What reading a date needs to know: the practice's zone, today, and the order of numbers.

    `day_comes_first` is true once a date of the same report can only be read that way.
    """

    zone: ZoneInfo
    today: date
    day_comes_first: bool = False

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
        if len(days) == 2 and self.day_comes_first:
            return Moment(printed=printed, others=days)
        read = Moment(on=days[0], printed=printed, others=days[1:])
        hour, minute = parts["hour"], parts["minute"]
        if hour is None or minute is None:
            return read
        hour = _hour(hour, parts["half"])
        at = self._at(days[0], (hour, minute, parts["second"] or "0"), parts["offset"], printed)
        return replace(at, others=days[1:]) if at.on else Moment(printed=printed)

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


def proves_day_first(text: str) -> bool:
    """Whether a date such as 25/11/2026 stands in a text: its first number can be no month."""
    found = re.findall(r"\b(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})\b", text, re.ASCII)
    return any(int(first) > 12 >= int(second) > 0 for first, second in found)


def iso_day(text: str) -> date | None:
    """Read a day as a form sends it, 2026-11-20; None for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text.strip(), re.ASCII)
    return _day(found[1], found[2], found[3]) if found else None


def _both_ways(year: str, first: str, second: str) -> tuple[date, ...]:
    """Return the days a date with slashes can be, the month first as US laboratories print it."""
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
