"""A pasted table in lines and cells: which separator it has, and where each cell begins."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.clinical.laboratory.results import results
from dashboard.clinical.laboratory.units import unit
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.intervals import is_interval
from dashboard.findings.reports.numbers import amount

LINE_END = re.compile("\r\n|[\r\n\v\f\x1c\u2028\u2029]")
GAP = re.compile(r"[^\S\t]{2,}|\t")
MOST_CELLS = 100
LONGEST_LOOSE = 200
LONGEST_LINE = 5_000  # a longer one is no line of a table
LOOSE = re.compile(
    r"(?P<name>[^\W\d_].*?)(?:: ?| )(?P<value>(?:(?:<=|>=|[<>≤≥]) ?)?[-\d.,−]+)(?: (?P<rest>.*))?"
)


@dataclass(frozen=True)
class Cell:
    """One cell: its text and the column of the line at which it begins."""

    text: str
    start: int


@dataclass(frozen=True)
class Line:
    """One line with its number, from 1. `is_aligned`: empty cells of it could be seen."""

    number: int
    text: str
    cells: tuple[Cell, ...]
    is_aligned: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as texts."""
        return tuple(cell.text for cell in self.cells)


Splitter = Callable[[str], tuple[Cell, ...]]


def lines_of(text: str) -> tuple[Line, ...]:
    """Return the lines that are not blank, parted by the separator that finds most results."""
    told = [(n, one) for n, one in enumerate(LINE_END.split(text), 1) if one.strip()]
    splitter, is_aligned = _best([one for _, one in told])
    return tuple(Line(n, one, _cells(one, splitter), is_aligned) for n, one in told)


def _cells(line: str, splitter: Splitter) -> tuple[Cell, ...]:
    return splitter(line) if len(line) <= LONGEST_LINE else (Cell(line.strip(), 0),)


def loose(line: str) -> tuple[str, str, str] | None:
    """Part a line with single blanks into name, value and what follows it."""
    told = " ".join(line.split())
    found = LOOSE.fullmatch(told) if len(told) <= LONGEST_LOOSE else None
    if found is None:
        return None
    return found["name"].strip(" :"), found["value"].strip(), (found["rest"] or "").strip()


def is_value(text: str) -> bool:
    """Whether a cell can be a result: a number, or a word that laboratories use for one."""
    return amount(text) is not None or words().answer(text) is not None


def _best(lines: Sequence[str]) -> tuple[Splitter, bool]:
    tried: list[tuple[Splitter, bool]] = [
        (_separated("\t"), True), (_separated(";"), True), (_separated("|"), True),
        (_gaps, False), (_separated(","), True),
    ]  # fmt: skip
    counted = [_found([_cells(line, splitter) for line in lines]) for splitter, _ in tried]
    return tried[counted.index(max(counted))] if any(map(any, counted)) else tried[3]


def _found(lines: Sequence[Sequence[Cell]]) -> tuple[int, int]:
    """Return how many lines read as results with a name, unit or interval that is known, and all.

    Known ones come first: footers must not decide by the commas of an address.
    """
    found = [
        texts for texts in ([cell.text for cell in cells] for cells in lines) if _is_result(texts)
    ]
    return sum(map(_is_known, found)), len(found)


def _is_result(texts: Sequence[str]) -> bool:
    """Whether a line reads as a result: a name, and a value in a cell behind it."""
    first = next((i for i, text in enumerate(texts) if any(map(str.isalpha, text))), None)
    return first is not None and any(is_value(text) for text in texts[first + 1 :])


def _is_known(texts: Sequence[str]) -> bool:
    return any(unit(text) or is_interval(text) or results().named(text).is_known for text in texts)


def _separated(mark: str) -> Splitter:
    def split(line: str) -> tuple[Cell, ...]:
        try:
            texts = next(csv.reader([line], delimiter=mark), [])
        except csv.Error:
            texts = line.split(mark)
        return tuple(Cell(text.strip(), i) for i, text in enumerate(texts[:MOST_CELLS]))

    return split


def _gaps(line: str) -> tuple[Cell, ...]:
    found, start = [], len(line) - len(line.lstrip())
    for gap in GAP.finditer(line, start):
        found.append(Cell(line[start : gap.start()].strip(), start))
        start = gap.end()
    found.append(Cell(line[start:].strip(), start))
    return tuple(cell for cell in found if cell.text)[:MOST_CELLS]
