"""The head of a table: which column holds the name, the value, the unit, the interval, a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.findings.reports.cells import Cell, Line, is_value
from dashboard.findings.reports.model import Moment
from dashboard.findings.reports.moments import Clock


class Holds(StrEnum):
    """What a column holds."""

    NAME = "name"
    VALUE = "value"
    UNIT = "unit"
    INTERVAL = "interval"
    FLAG = "flag"
    COLLECTED = "collected"
    RESULTED = "resulted"
    STATUS = "status"
    COMMENT = "comment"
    CODE = "code"
    SPECIMEN = "specimen"


TITLES: Mapping[Holds, frozenset[str]] = {
    Holds.NAME: frozenset({
        "test", "tests", "test name", "component", "analyte", "name", "lab", "observation",
        "procedure", "result name", "description", "parameter", "lab test", "examination",
    }),
    Holds.VALUE: frozenset({
        "result", "results", "value", "your value", "current result", "your result", "values",
        "current", "result value", "previous", "previous result", "prior", "prior result",
        "previous value", "current value",
    }),
    Holds.UNIT: frozenset({"unit", "units", "uom", "unit of measure"}),
    Holds.INTERVAL: frozenset({
        "reference range", "ref range", "reference interval", "range", "normal range", "reference",
        "standard range", "ref interval", "normal", "limits", "reference values", "normal values",
        "ref", "ref. range", "ref. interval", "biological reference interval", "interval",
    }),
    Holds.FLAG: frozenset({
        "flag", "flags", "abnormal", "h/l", "abn", "interpretation", "abnormal flag", "alert",
    }),
    Holds.COLLECTED: frozenset({
        "date", "collected", "collection date", "collected on", "date collected", "drawn",
        "collection time", "collection date/time", "collected date", "taken", "date/time",
        "specimen collected", "collected at", "date of collection", "draw date",
    }),
    Holds.RESULTED: frozenset({
        "resulted", "result date", "reported", "date reported", "verified", "resulted on",
        "result time", "reported on", "date resulted",
    }),
    Holds.STATUS: frozenset({"status", "result status"}),
    Holds.COMMENT: frozenset({"comment", "comments", "note", "notes", "remark", "remarks"}),
    Holds.CODE: frozenset({"loinc", "loinc code"}),
    Holds.SPECIMEN: frozenset({"specimen", "source", "specimen source", "specimen type"}),
}  # fmt: skip
MEANT: Mapping[str, Holds] = {title: held for held, told in TITLES.items() for title in told}


@dataclass(frozen=True)
class Column:
    """One column; a column of values can have a date of its own, or be an earlier result."""

    holds: Holds | None
    title: str
    start: int
    at: Moment | None = None
    is_earlier: bool = False

    def is_above(self, cell: Cell) -> bool:
        """Whether a cell of a line below stands under this title."""
        return self.start < cell.start + len(cell.text) and cell.start < self.start + len(
            self.title
        )


@dataclass(frozen=True)
class Head:
    """The columns of a table, in their order."""

    columns: tuple[Column, ...]

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns that hold values."""
        return tuple(column for column in self.columns if column.holds is Holds.VALUE)


def head_of(line: Line, *, clock: Clock) -> Head | None:
    """Read a line as the head of a table; None when it is none."""
    columns = tuple(_column(cell.text, cell.start, clock) for cell in line.cells)
    known = [column for column in columns if column.holds]
    has_values = any(column.holds is Holds.VALUE for column in columns)
    is_dated = sum(column.at is not None for column in columns) > 1
    is_named = any(column.holds is Holds.NAME for column in columns)
    if len(known) < 2 or not has_values or not (is_named or is_dated):
        return None
    if not is_named and any(one.holds is None and is_value(one.title) for one in columns):
        return None  # a result between two dates: when it was collected, and when reported
    return Head(columns)


def _column(text: str, start: int, clock: Clock) -> Column:
    title = " ".join(text.casefold().split()).strip(" :.")
    held = MEANT.get(title)
    if held:
        is_earlier = title.startswith(("previous", "prior"))
        return Column(held, text, start, is_earlier=is_earlier)
    read = clock.moment(text)
    if read.on or read.others:
        return Column(Holds.VALUE, text, start, at=read)
    return Column(None, text, start)
