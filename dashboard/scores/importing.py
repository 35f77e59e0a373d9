"""Reading scores from a CSV file: every row as it would be stored, or what is wrong with it.

One row a response: `instrument`, `version` (optional), `taken_on`, `taken_time` (optional) and
either `item N` columns or `score ID` columns. Nothing here touches the database.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from dashboard.clinical import instruments
from dashboard.clinical.instruments import (
    BadAnswer,
    Instrument,
    Result,
    UnknownInstrument,
    catalogue,
    definition,
)
from dashboard.clock import now
from dashboard.fields import TimeIsDoubled, TimeIsSkipped, instant
from dashboard.scores.totals import BadTotal, result_of

MOST_BYTES, MOST_ROWS, LONGEST_CELL = 1_000_000, 5_000, 200
EARLIEST = dt.date(1990, 1, 1)
NOON = dt.time(12)
DECLINED = "declined"
FIXED = ("instrument", "version", "taken_on", "taken_time")
NEEDED = ("instrument", "taken_on")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}([.,]\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a row, where, and what to do; row 1 is the row of headings."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Line:
    """One row as it would be stored; `key` tells it from every other, now and when read again."""

    row: int
    result: Result
    taken_at: dt.datetime
    key: str


@dataclass(frozen=True)
class Sheet:
    """A file as it was read: good rows and what is wrong."""

    lines: tuple[Line, ...]
    troubles: tuple[Trouble, ...]


class Unreadable(ValueError):
    """Something in one cell; the message says what to do."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(words)
        self.column = column


def read(content: bytes, *, zone_name: str) -> Sheet:
    """Read a file; times are local to `zone_name`."""
    try:
        rows = _rows(content)
    except Unreadable as error:
        return Sheet((), (Trouble(1, error.column, str(error)),))
    lines: list[Line] = []
    troubles: list[Trouble] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):
        try:
            line = _line(number, cells, zone_name)
            if line.key in seen:
                raise Unreadable("", f"This repeats row {seen[line.key]}. Remove one of the two.")
        except Unreadable as error:
            troubles.append(Trouble(number, error.column, str(error)))
            continue
        seen[line.key] = number
        lines.append(line)
    if not rows:
        troubles.append(Trouble(1, "", "There is no row below the headings."))
    return Sheet(tuple(lines), tuple(troubles))


def _rows(content: bytes) -> list[dict[str, str]]:
    text = _text(content)
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        table = list(csv.reader(text.splitlines(), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable("", f"This is not a CSV file ({error}). Save it again as CSV.") from None
    table = [row for row in table if any(cell.strip() for cell in row)]
    if not table:
        raise Unreadable("", "The file is empty.")
    if len(table) > MOST_ROWS + 1:
        raise Unreadable("", f"At most {MOST_ROWS:,} rows at a time. Split the file.")
    names = [" ".join(cell.split()).lower() for cell in table[0]]
    _refuse_headings(names)
    return list(_cells(names, table[1:]))


def _cells(names: list[str], table: list[list[str]]) -> Iterator[dict[str, str]]:
    for row in table:
        extra = [cell for cell in row[len(names) :] if cell.strip()]
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        yield {**cells, "": extra[0]} if extra else cells


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable("", "The file is larger than 1 MB. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("", "The file is not UTF-8. Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise Unreadable("", "The file holds NUL characters: it is no text. Save it as CSV UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_headings(names: list[str]) -> None:
    for name in NEEDED:
        if name not in names:
            raise Unreadable(name, f'There is no column "{name}". Add it.')
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(name[:60], "This heading stands twice. Rename one of the two.")
        if name not in FIXED and not name.startswith(("item ", "score ")):
            told = f'Headings are {", ".join(FIXED)}, "item 1" or "score total". Rename this one.'
            raise Unreadable(name[:60], told)


def _line(number: int, cells: Mapping[str, str], zone_name: str) -> Line:
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL:
            raise Unreadable(name, f"A cell holds at most {LONGEST_CELL} characters.")
    if cells.get(""):
        raise Unreadable("", "This row has more cells than there are headings.")
    instrument = _instrument(cells)
    taken_at = _taken_at(cells, zone_name)
    result = _result(instrument, cells)
    told = {
        "instrument": instrument.id,
        "version": cells.get("version", ""),
        "taken_at": taken_at.astimezone(dt.UTC).isoformat(),
        "cells": {n: c for n, c in cells.items() if c and n.startswith(("item ", "score "))},
    }
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return Line(number, result, taken_at, key)


def _instrument(cells: Mapping[str, str]) -> Instrument:
    name, version = cells.get("instrument", "").lower(), cells.get("version", "")
    found = next((one for one in catalogue().values() if name in {one.id, one.short.lower()}), None)
    if found is None:
        raise Unreadable("instrument", "Nobody knows this questionnaire. Write phq9 or PHQ-9.")
    if found.derived_from:
        base = catalogue()[found.derived_from].short
        raise Unreadable("instrument", f"{found.short} is worked out from {base}: import that.")
    try:
        return definition(found.id, version) if version else found
    except UnknownInstrument:
        told = f"There is no version {version[:20]} of {found.short}. Leave it blank."
        raise Unreadable("version", told) from None


def _taken_at(cells: Mapping[str, str], zone_name: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(cells.get("taken_on", ""))
    except ValueError:
        raise Unreadable("taken_on", "Write the day as 2026-11-03.") from None
    typed = cells.get("taken_time", "")
    time = _CLOCK.fullmatch(typed)
    if typed and time is None:
        raise Unreadable("taken_time", "Write the time as 14:05, or leave it blank.")
    clock = dt.time(int(time[1]), int(time[2])) if time else NOON
    if day < EARLIEST:
        raise Unreadable("taken_on", "Write a day from 1990-01-01 on.")
    try:
        moment = instant(day, clock, zone_name, second=False)
    except (TimeIsSkipped, TimeIsDoubled) as error:
        raise Unreadable("taken_time", str(error)) from None
    if moment > now():
        raise Unreadable("taken_on", "This lies in the future. Write when the patient answered.")
    return moment


def _result(instrument: Instrument, cells: Mapping[str, str]) -> Result:
    items = {n[5:]: c for n, c in cells.items() if n.startswith("item ") and c}
    totals = {n[6:]: c for n, c in cells.items() if n.startswith("score ") and c}
    if bool(items) == bool(totals):
        raise Unreadable("", "Give either answers (item ...) or scores (score ...).")
    if totals:
        return _totals(instrument, totals)
    answers = {name: _answer(name, cell) for name, cell in items.items() if cell != DECLINED}
    declined = frozenset(name for name, cell in items.items() if cell == DECLINED)
    try:
        return instruments.score(instrument, answers, declined=declined)
    except BadAnswer as error:
        raise Unreadable(f"item {error.item}"[:60], f"{error}.") from None


def _answer(name: str, cell: str) -> int:
    if not _WHOLE.fullmatch(cell):
        told = 'Write a whole number, "declined", or nothing for a blank.'
        raise Unreadable(f"item {name}"[:60], told)
    return int(cell)


def _totals(instrument: Instrument, totals: Mapping[str, str]) -> Result:
    for name, cell in totals.items():
        if not _NUMBER.fullmatch(cell):
            raise Unreadable(f"score {name}"[:60], "Write a number such as 14 or 3.25.")
    try:
        return result_of(
            instrument, {name: Fraction(cell.replace(",", ".")) for name, cell in totals.items()}
        )
    except BadTotal as error:
        raise Unreadable(f"score {error.score}"[:60], f"{error}.") from None
