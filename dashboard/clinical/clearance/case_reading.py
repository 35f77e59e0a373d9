"""Small readers of a case file: dates, instants, yes or no; each refuses by naming its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance.findings import YES_OR_NO

Json = object
YEARS = range(1900, 2200)
LENGTH_OF_A_DAY = 10
NOT_KNOWN = frozenset({"", "unknown", "not known", "not asked", "not recorded", "not done"})


class BadCase(ValueError):
    """A case file that cannot be judged; the message names the place and what is wrong there."""


@dataclass(frozen=True)
class Moment:
    """A day, and the instant where it was given."""

    on: date
    at: datetime | None = None


def mapping(value: Json, place: str) -> Mapping[str, Json]:
    """Return an object of the file."""
    if not isinstance(value, dict):
        raise BadCase(f"{place} must be an object")
    return value


def listed(value: Json, place: str) -> list[Json]:
    """Return a list of the file."""
    if not isinstance(value, list):
        raise BadCase(f"{place} must be a list")
    return value


def moment(value: Json, place: str, *, zone: ZoneInfo) -> Moment:
    """Read a day or an instant; the day is the practice's own."""
    if not isinstance(value, str):
        raise BadCase(f"{place} must be a date such as 2026-11-23")
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise BadCase(f"{place}: {value[:40]!r} is no date such as 2026-11-23") from None
    if at.year not in YEARS:
        raise BadCase(f"{place}: {at.year} is no year of a chart")
    if len(value.strip()) <= LENGTH_OF_A_DAY:
        return Moment(at.date())
    local = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    return Moment(local.date(), local)


def day(value: Json, place: str) -> date | None:
    """Read a day; nothing stays nothing."""
    if value is None:
        return None
    return moment(value, place, zone=ZoneInfo("UTC")).on


def days(value: Json, place: str) -> tuple[date, ...]:
    """Read a list of days."""
    if value is None:
        return ()
    found = [day(entry, f"{place}[{at}]") for at, entry in enumerate(listed(value, place))]
    return tuple(entry for entry in found if entry is not None)


def yes_or_no(value: Json, place: str) -> bool | None:
    """Read yes, no, or nothing."""
    if value is None or isinstance(value, bool):
        return value
    if is_not_known(value):
        return None
    told = YES_OR_NO.get(str(value).strip().casefold())
    if told is None:
        raise BadCase(f"{place} is true, false or null, not {value!r}")
    return told


def is_not_known(value: Json) -> bool:
    """Whether nothing was told: null, or a word for not knowing."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in NOT_KNOWN)


def text(value: Json, place: str) -> str | None:
    """Read a text, or nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise BadCase(f"{place} must be a text")
    return value.strip()


def number(value: Json, place: str) -> Decimal | int | str | None:
    """Read a number, or nothing."""
    if value is None or (isinstance(value, int | Decimal | str) and not isinstance(value, bool)):
        return value
    raise BadCase(f"{place} must be a number")
