"""Rows of the rule set's files: each knows its line, so that an error can name it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class BadRuleSet(ValueError):
    """A file of the rule set that must not be used; the message names file, line and column."""

    def __init__(self, file: str, line: int | None, column: str, why: str) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(": ".join(part for part in (where, column, why) if part))
        self.file, self.line, self.column, self.why = file, line, column, why


@dataclass(frozen=True)
class Row:
    """One row of a CSV file and the line it stands on."""

    file: str
    line: int
    cells: dict[str, str]

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        """Read one cell; raise `BadRuleSet` with the place when the reader refuses it."""
        try:
            return reader(self.cells[column])
        except (ValueError, LookupError) as error:
            raise BadRuleSet(self.file, self.line, column, str(error)) from None


def rows_of(file: str, text: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """Read a CSV file with comment lines; raise `BadRuleSet` for a short or long row."""
    lines = text.splitlines()
    kept = [(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    reader = csv.reader(line for _, line in kept)
    header = next(reader, [])
    if missing := [column for column in columns if column not in header]:
        raise BadRuleSet(file, None, missing[0], "the column is missing")
    for (number, _), cells in zip(kept[1:], reader, strict=True):
        if len(cells) != len(header):
            raise BadRuleSet(file, number, "", f"{len(cells)} cells instead of {len(header)}")
        yield Row(file, number, dict(zip(header, cells, strict=True)))


def filled(text: str) -> str:
    """Return a cell that must not be empty."""
    if not text.strip():
        raise ValueError("is empty")
    return text
