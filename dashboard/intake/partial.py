"""Dates as exact as they are known: a year, a month, a day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
YEAR = re.compile(r"\d{4}", re.ASCII)
MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})[ -](\d{4})", re.ASCII)
MONTH_COUNTED = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
MONTH_ISO = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
ASK = "Write the date as 14-Mar-2019, Mar-2019 or 2019."


@dataclass(frozen=True)
class PartialDay:
    """A year, perhaps its month, perhaps the day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> dt.date:
        """The first day it can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> dt.date:
        """The last day it can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def exact(self) -> dt.date | None:
        """The day, when it is known."""
        return self.earliest if self.day else None

    @property
    def words(self) -> str:
        """The date as clinicians read it: 14-Mar-2019, Mar-2019, 2019."""
        month = f"{MONTHS[self.month - 1]}-{self.year}" if self.month else str(self.year)
        return f"{self.day:02d}-{month}" if self.day else month

    def __str__(self) -> str:
        month = f"-{self.month:02d}" if self.month else ""
        return f"{self.year:04d}{month}" + (f"-{self.day:02d}" if self.day else "")


def read(text: str, *, read_day: Callable[[str], dt.date]) -> PartialDay:
    """Read a typed date; `read_day` reads a whole one. Raise ValueError with a sentence."""
    text = text.strip()
    if YEAR.fullmatch(text):
        return _of(int(text))
    if found := MONTH_ISO.fullmatch(text):
        return _of(int(found[1]), int(found[2]))
    if found := MONTH_COUNTED.fullmatch(text):
        return _of(int(found[2]), int(found[1]))
    if found := MONTH_NAMED.fullmatch(text):
        return _of(int(found[2]), _month(found[1]))
    try:
        day = read_day(text)
    except ValueError:
        raise ValueError(ASK) from None
    return _of(day.year, day.month, day.day)


def stored(text: str) -> PartialDay:
    """Read what `str` wrote: 2019, 2019-03 or 2019-03-14."""
    return PartialDay(*(int(piece) for piece in text.split("-")))


def _of(year: int, month: int | None = None, day: int | None = None) -> PartialDay:
    if not 1900 <= year <= 2199:
        raise ValueError("Enter a year from 1900 to 2199.")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(ASK)
    return PartialDay(year, month, day)


def _month(name: str) -> int:
    for number, short in enumerate(MONTHS, 1):
        full = calendar.month_name[number].casefold()
        if name[:3].casefold() == short.casefold() and full.startswith(name.casefold()):
            return number
    raise ValueError("This month does not exist.")
