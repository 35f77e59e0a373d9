"""How dates, times, ages and numbers are written, in one place.

Clinicians read 03-Nov-2026, whatever their locale; a time always carries its zone.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask import Flask, g

from dashboard.clock import now

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORT_ZONES = {
    "America/New_York": "ET",
    "America/Detroit": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Phoenix": "MT",
    "America/Los_Angeles": "PT",
    "America/Anchorage": "AKT",
    "Pacific/Honolulu": "HT",
}
_PRINTED_UNITS = {
    "10^3/uL": "10³/µL", "10^9/L": "10⁹/L", "/uL": "/µL", "umol/L": "µmol/L", "ukat/L": "µkat/L",
    "xULN": "× ULN", "1.73m2": "1.73 m²", "kg/m2": "kg/m²",
}  # fmt: skip
_PLAIN_UNIT = re.compile("|".join(map(re.escape, _PRINTED_UNITS)))
_DEGREES = re.compile(r"(?<=\d )(?=[CF]\b)")


class UnreadableDate(ValueError):
    """A typed date that is not one."""


def install(app: Flask) -> None:
    """Give the templates these formats."""
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        time_of_day=time_of_day,
        number=number,
        age=age_on,
        initials=initials,
    )
    app.jinja_env.globals.update(zone_label=zone_label, today=today)


def zone() -> ZoneInfo:
    """Return the practice's time zone."""
    return ZoneInfo(g.practice.time_zone) if "practice" in g else ZoneInfo("UTC")


def today(at: dt.datetime | None = None) -> dt.date:
    """Return the practice's calendar day at an instant, by default now."""
    return (at or now()).astimezone(zone()).date()


def day(value: dt.date | dt.datetime) -> str:
    """Write a day as clinicians read it: 03-Nov-2026 (an instant falls on the practice's day)."""
    if isinstance(value, dt.datetime):
        value = value.astimezone(zone()).date()
    return f"{value.day:02d}-{MONTHS[value.month - 1]}-{value.year:04d}"


def time_of_day(value: dt.datetime, zone_name: str | None = None) -> str:
    """Write a time with its zone: 14:05 ET; in autumn's doubled hour the offset tells which."""
    here = ZoneInfo(zone_name) if zone_name else zone()
    local = value.astimezone(here)
    return f"{local:%H:%M} {_zone_at(local, here)}"


def moment(value: dt.datetime, zone_name: str | None = None) -> str:
    """Write an instant as day and time with zone: 03-Nov-2026 14:05 ET."""
    here = ZoneInfo(zone_name) if zone_name else zone()
    return f"{day(value.astimezone(here).date())} {time_of_day(value, zone_name)}"


def zone_label(at: dt.datetime | None = None, zone_name: str | None = None) -> str:
    """Name the zone with its present offset: ET (UTC−5)."""
    here = ZoneInfo(zone_name) if zone_name else zone()
    local = (at or now()).astimezone(here)
    return f"{SHORT_ZONES.get(here.key, local.tzname() or here.key)} (UTC{_offset(local)})"


def _zone_at(local: dt.datetime, here: ZoneInfo) -> str:
    short = SHORT_ZONES.get(here.key, local.tzname() or here.key)
    doubled = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{short} (UTC{_offset(local)})" if doubled else short


def _offset(local: dt.datetime) -> str:
    minutes = int((local.utcoffset() or dt.timedelta()).total_seconds()) // 60
    if minutes == 0:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def number(value: Decimal | Fraction | int | None, decimals: int = 0) -> str:
    """Write a number rounded half up; an absent one is an en dash, never a zero."""
    if value is None:
        return "–"
    exact = (
        Decimal(value.numerator) / value.denominator
        if isinstance(value, Fraction)
        else Decimal(value)
    )
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def printed(words: str) -> str:
    """Write the units of a text as they are printed: 10^3/uL as 10³/µL, 36.8 C as 36.8 °C."""
    return _DEGREES.sub("°", _PLAIN_UNIT.sub(lambda found: _PRINTED_UNITS[found[0]], words))


def age_on(born: dt.date, at: dt.date | None = None) -> int:
    """Return completed years of age; born on 29 February counts from 1 March in other years."""
    at = at or today()
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def initials(name: str) -> str:
    """Return up to two initials of a name, without its title."""
    words = [
        w
        for w in re.split(r"\s+", name)
        if w and w.rstrip(".").lower() not in {"dr", "prof", "mr", "mrs", "ms"}
    ]
    return "".join(w[0].upper() for w in (words[:1] + words[-1:] if len(words) > 1 else words))


RELATIVE = re.compile(r"([+-])(\d{1,4})([dwmy])", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
CLINICAL = re.compile(r"(\d{1,2})[-\s./]*([A-Za-z]{3,9})[-\s.,/]*(\d{4})", re.ASCII)
MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})[-\s.]*(\d{1,2})[-\s.,/]+(\d{4})", re.ASCII)
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def read_day(text: str) -> dt.date:
    """Read a typed day: 03-Nov-2026, 2026-11-03, 11/3/2026 (month first), t, +2w, -3d."""
    text = text.strip()
    if text.lower() in {"t", "today"}:
        return today()
    try:
        if m := RELATIVE.fullmatch(text.lower()):
            return _shifted(today(), int(m[1] + m[2]), m[3])
        if m := ISO.fullmatch(text):
            return dt.date(int(m[1]), int(m[2]), int(m[3]))
        if m := CLINICAL.fullmatch(text):
            return dt.date(int(m[3]), _month(m[2]), int(m[1]))
        if m := MONTH_FIRST.fullmatch(text):
            return dt.date(int(m[3]), _month(m[1]), int(m[2]))
        if m := AMERICAN.fullmatch(text):
            return dt.date(int(m[3]), int(m[1]), int(m[2]))
    except (ValueError, OverflowError):
        raise UnreadableDate("This day does not exist in the calendar.") from None
    raise UnreadableDate("Write the date as 03-Nov-2026, or t for today, -3d, +2w.")


def _month(name: str) -> int:
    found = [i for i, month in enumerate(MONTHS, 1) if month.lower() == name[:3].lower()]
    full = dt.date(2000, found[0], 1).strftime("%B").lower() if found else ""
    if not full.startswith(name.lower()):
        raise UnreadableDate("This month does not exist.")
    return found[0]


def _shifted(start: dt.date, count: int, unit: str) -> dt.date:
    if unit in "dw":
        return start + dt.timedelta(days=count * (7 if unit == "w" else 1))
    months = start.month - 1 + count * (12 if unit == "y" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    for last in (start.day, 30, 29, 28):
        try:
            return dt.date(year, month, min(start.day, last))
        except ValueError:
            continue
    raise UnreadableDate("This day does not exist in the calendar.")
