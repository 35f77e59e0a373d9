"""Who is in the demo practice, and what course each of them takes: read from `people.toml`."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("people.toml")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is special about one questionnaire, counted from the last contact (0).

    `item9` is the answer to PHQ-9 item 9, `acknowledged` what was done about it; `blank` are items
    left out; `typed_first` is a mistyped total that was corrected; `error` why it was no response
    of this patient.
    """

    from_end: int
    instrument: str
    item9: int = 0
    acknowledged: str = ""
    blank: tuple[str, ...] = ()
    typed_first: int | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One synthetic patient: identity, and the course through the demo's months."""

    mrn: str
    given: str
    family: str
    preferred: str = ""
    born: dt.date
    sex: str
    gender: str
    pronouns: str
    allergies: str
    codes: str
    picture: str
    physicians: tuple[str, ...]
    place: tuple[str, str, str]
    status: str = "active"
    months: int
    ago: int
    every: int = 0
    visit_every: int = 1
    is_steady: bool = False
    doses: int = 8
    gap: tuple[float, float] = (1.0, 1.0)
    height_cm: int = 0
    weight_kg: tuple[float, float] = (0.0, 0.0)
    totals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    urgent: tuple[int, ...] = ()
    unsigned: bool = False
    happenings: tuple[Happening, ...] = ()
    addendum: tuple[int, str] | None = None
    mistaken_visit: tuple[int, str] | None = None

    def happening(self, instrument: str, from_end: int) -> Happening | None:
        """Return what is special about one questionnaire, if anything is."""
        wanted = (instrument, from_end)
        found = (h for h in self.happenings if (h.instrument, h.from_end) == wanted)
        return next(found, None)


def everybody() -> tuple[Person, ...]:
    """Read the cast; a wrong or missing name in the file is a TypeError here."""
    tables = tomllib.loads(FILE.read_text("utf-8"))["patient"]
    return tuple(_person(table) for table in tables)


def _person(table: dict[str, object]) -> Person:
    plain = {name: _frozen(value) for name, value in table.items()}
    happenings = table.get("happenings", [])
    assert isinstance(happenings, list)  # noqa: S101 - our own file
    plain["happenings"] = tuple(map(_happening, happenings))
    names = [name for name in ("edeqs", "phq9", "gad7") if name in plain]
    plain["totals"] = {name: plain.pop(name) for name in names}
    for name in ("addendum", "mistaken_visit"):
        if isinstance(one := table.get(name), dict):
            plain[name] = tuple(one.values())
    return Person(**plain)  # type: ignore[arg-type]


def _happening(table: dict[str, object]) -> Happening:
    plain = {name: _frozen(value) for name, value in table.items()}
    return Happening(**plain)  # type: ignore[arg-type]


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
