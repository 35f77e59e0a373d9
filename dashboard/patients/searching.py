"""What a physician typed into the search box, read: a birth date, a record number, or a name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard import formats
from dashboard.fields import clean
from dashboard.patients.models import Patient
from dashboard.patients.names import key_of, prefix_range
from dashboard.patients.record_numbers import TYPED, written

LONGEST = 80
RELATIVE = re.compile(r"t|today|[+-].*", re.IGNORECASE)


@dataclass(frozen=True)
class Search:
    """A search as it was understood; `text` is what was typed, as far as it was looked for."""

    text: str
    born_on: dt.date | None = None
    mrn: str = ""
    key: str = ""

    @property
    def reads(self) -> str:
        """Say what was looked for: “riv”, or born on 14-Mar-1996."""
        return f"born on {formats.day(self.born_on)}" if self.born_on else f"“{self.text}”"

    def meanings(self) -> Iterator[tuple[sa.ColumnElement[bool], tuple[Any, ...]]]:
        """Give each condition that can be meant, with an order that one index has."""
        if self.born_on:
            yield Patient.born_on == self.born_on, (Patient.name_key,)
        if self.mrn:
            yield Patient.mrn == self.mrn, (Patient.mrn,)
        if self.key:
            first, end = prefix_range(self.key)
            for key in (Patient.name_key, Patient.given_key):
                yield sa.and_(key >= first, key < end), (key, Patient.id)


def read(typed: str) -> Search:
    """Understand what was typed into the search box."""
    text = " ".join(clean(typed[: LONGEST * 4]).split())[:LONGEST]
    if born_on := _day(text):
        return Search(text, born_on=born_on)
    number = written(text)
    is_number = TYPED.fullmatch(number) is not None and any(c.isdigit() for c in number)
    return Search(
        text, mrn=number if is_number else "", key="" if number.isdigit() else key_of(text)
    )


def _day(text: str) -> dt.date | None:
    if RELATIVE.fullmatch(text):  # "t" begins a name here; it does not mean today
        return None
    try:
        return formats.read_day(text)
    except formats.UnreadableDate:
        return None
