"""Until when controlled substances may be prescribed without an examination in person."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SCHEMA = "remote_prescribing/1"
FILE = "remote_prescribing-1.toml"


class BadPeriods(ValueError):
    """The file of periods cannot be used; the message says why."""


@dataclass(frozen=True)
class Flexibility:
    """One period in which the examination in person is waived; both days are inside it."""

    from_on: dt.date
    until_on: dt.date
    citation: str
    standing: str
    conditions: tuple[str, ...]


@cache
def periods() -> Sequence[Flexibility]:
    """Return every period on file, the earliest first; raise `BadPeriods`."""
    text = files("dashboard.clinical").joinpath("data", "legal", FILE).read_text("utf-8")
    return read(text)


def read(text: str) -> Sequence[Flexibility]:
    """Read the periods of a file; they must follow each other without overlapping."""
    told = tomllib.loads(text)
    if told.get("schema") != SCHEMA:
        raise BadPeriods(f"the schema must be {SCHEMA}")
    found = tuple(
        Flexibility(
            row["from_on"], row["until_on"], row["citation"], row["standing"],
            tuple(row["conditions"]),
        )
        for row in told["flexibility"]
    )  # fmt: skip
    ends = [day for one in found for day in (one.from_on, one.until_on)]
    if ends != sorted(ends) or len(set(ends)) != len(ends):
        raise BadPeriods("the periods must follow each other")
    return found


def on_or_before(day: dt.date) -> Flexibility | None:
    """Return the newest period that had begun by a day, whether it has ended or not."""
    begun = [one for one in periods() if one.from_on <= day]
    return begun[-1] if begun else None
