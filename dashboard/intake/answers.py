"""A section's answers as one value, and their canonical spelling.

Each answer keeps the day it was first given with this value: a fact does not become younger
because somebody changed the line beside it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from dashboard.intake.definition import Unsaid

Plain: TypeAlias = "str | bool | Amount | tuple[str, ...] | tuple[Mapping[str, Plain], ...]"
Stored: TypeAlias = "str | bool | list[Stored] | dict[str, Stored]"


class BrokenContent(ValueError):
    """The stored text of a section is not what this program writes."""


@dataclass(frozen=True)
class Amount:
    """A number as typed, with its unit. A questioned one was outside what is usual.

    `is_sure` says that a person confirmed number and unit as they stand.
    """

    typed: str
    unit: str
    is_questioned: bool = False
    is_sure: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer and the day it was given."""

    value: Plain | Unsaid
    on: dt.date

    @property
    def is_stated(self) -> bool:
        """Whether it says something, and not why nothing is said."""
        return not isinstance(self.value, Unsaid)


Content: TypeAlias = Mapping[str, Answer]
EMPTY: Content = MappingProxyType({})


def written(content: Content) -> str:
    """Return the canonical JSON of a section: sorted keys, no spaces, one spelling of a value."""
    return json.dumps(
        {key: _stored(answer) for key, answer in content.items()},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip


def read(text: str) -> Content:
    """Read what `written` wrote; raise `BrokenContent`."""
    try:
        found = json.loads(text)
        return MappingProxyType({str(key): _answer(value) for key, value in found.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenContent(str(error)) from None


def carried(former: Content, new: Mapping[str, Plain | Unsaid], *, today: dt.date) -> Content:
    """Date new values: an unchanged one keeps its day, another one is of today."""
    return MappingProxyType(
        {
            key: former[key]
            if key in former and former[key].value == value
            else Answer(value, today)
            for key, value in new.items()
        }
    )


def redated(content: Content, *, today: dt.date) -> Content:
    """Date every answer today: all of it was asked again."""
    return MappingProxyType({key: Answer(one.value, today) for key, one in content.items()})


def _stored(answer: Answer) -> Stored:
    if isinstance(answer.value, Unsaid):
        return {"on": answer.on.isoformat(), "unsaid": answer.value.value}
    return {"on": answer.on.isoformat(), "value": _plain(answer.value)}


def _plain(value: Plain) -> Stored:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Amount):
        return {
            "typed": value.typed, "unit": value.unit,
            "questioned": value.is_questioned, "sure": value.is_sure,
        }  # fmt: skip
    return [
        one if isinstance(one, str) else {key: _plain(cell) for key, cell in one.items()}
        for one in value
    ]


def _answer(stored: dict[str, Stored]) -> Answer:
    on = dt.date.fromisoformat(str(stored["on"]))
    if "unsaid" in stored:
        return Answer(Unsaid(str(stored["unsaid"])), on)
    return Answer(_value(stored["value"]), on)


def _value(stored: Stored) -> Plain:
    if isinstance(stored, str | bool):
        return stored
    if isinstance(stored, dict):
        return Amount(
            str(stored["typed"]), str(stored["unit"]),
            is_questioned=stored["questioned"] is True, is_sure=stored["sure"] is True,
        )  # fmt: skip
    if all(isinstance(one, str) for one in stored):
        return tuple(str(one) for one in stored)
    return tuple(
        {key: _value(cell) for key, cell in one.items()} for one in stored if isinstance(one, dict)
    )
