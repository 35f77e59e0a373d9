"""Panels: which kinds are typed together, in which order, in which units at first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.clinical import clearance
from dashboard.clinical.clearance.kinds import Kind
from dashboard.findings.models import Source

FILE = Path(__file__).with_name("panels.toml")


@dataclass(frozen=True)
class Row:
    """One value to type: `name` is its field; `unit` is "" where it has to be asked."""

    name: str
    kind: Kind
    label: str
    unit: str

    @property
    def units(self) -> tuple[str, ...]:
        """The units it can be typed in; none for an answer in words."""
        return tuple(entry.unit for entry in self.kind.entries)


@dataclass(frozen=True)
class Panel:
    """A page of values with one head. `quick` are the kinds that one line may hold together."""

    key: str
    title: str
    words: str
    source: Source
    rows: tuple[Row, ...]
    is_measured_now: bool
    has_printed_qtc: bool
    quick: tuple[str, ...]

    @property
    def is_laboratory(self) -> bool:
        """Whether its values come with a laboratory's own intervals and flags."""
        return self.source is Source.LABORATORY


@cache
def panels() -> Mapping[str, Panel]:
    """Return every panel by its key; a kind or unit that is not known stops the program."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))["panel"]
    return {one["key"]: _panel(one) for one in told}


def _panel(told: dict[str, object]) -> Panel:
    rows = told["rows"]
    if not isinstance(rows, list):
        raise ValueError(f"{told['key']}: rows is no list")
    quick = told.get("quick", [])
    return Panel(
        key=str(told["key"]), title=str(told["title"]), words=str(told["words"]),
        source=Source(str(told["source"])), rows=tuple(row for one in rows for row in _rows(one)),
        is_measured_now=bool(told.get("clock")), has_printed_qtc=bool(told.get("printed_qtc")),
        quick=tuple(quick) if isinstance(quick, list) else (),
    )  # fmt: skip


def _rows(told: Mapping[str, object]) -> Iterator[Row]:
    kind = clearance.ruleset().kinds[str(told["kind"])]
    unit = str(told.get("unit", ""))
    units = {entry.unit for entry in kind.entries}
    if unit and unit not in units:
        raise ValueError(f"{kind.name} is not entered in {unit}")
    if not unit and len(units) == 1:
        unit = next(iter(units))
    times = int(str(told.get("times", 1)))
    for number in range(1, times + 1):
        name = kind.name if number == 1 else f"{kind.name}-{number}"
        label = kind.label.replace(", two readings", "")
        yield Row(name, kind, f"{label}, reading {number}" if times > 1 else label, unit)
