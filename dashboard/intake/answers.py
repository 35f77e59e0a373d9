"""A section's answers as one value, and their canonical spelling.

Each answer keeps the day it was first given with this value: a fact does not become younger
because somebody changed the line beside it. An answer that the patient sent by link says so until
somebody changes it; what was decided on each answer sent stands under a key of its own (`SENT`).
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


SENT = "sent/"  # a key that begins so is what was decided on an answer sent, and no field
QUOTED = "/-"  # and ends so when it is about no field: the answer is quoted, or was set aside
ASIDE = "set aside"


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
class Sent:
    """Where an answer of the patient's own comes from, with question and answer in words.

    `response` is the response's ref, `item` the question's id in the questionnaire's version.
    """

    response: str
    instrument: str
    version: str
    item: str
    name: str
    question: str
    said: str
    on: dt.date


@dataclass(frozen=True)
class Answer:
    """One answer and the day it was given; `sent` when the patient gave it by link."""

    value: Plain | Unsaid
    on: dt.date
    sent: Sent | None = None

    @property
    def is_stated(self) -> bool:
        """Whether it says something, and not why nothing is said."""
        return not isinstance(self.value, Unsaid)


SENT_TEXTS = ("response", "instrument", "version", "item", "name", "question", "said")
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
    """Date new values: an unchanged one keeps its day and its origin, another one is of today.

    What was decided on answers sent is no part of a form and stays.
    """
    return MappingProxyType(
        decided(former)
        | {
            key: former[key]
            if key in former and former[key].value == value
            else Answer(value, today)
            for key, value in new.items()
        }
    )


def redated(content: Content, *, today: dt.date) -> Content:
    """Date every answer today: all of it was asked again, so none is the patient's by link.

    What was decided on answers sent keeps the patient's day.
    """
    again = {key: Answer(one.value, today) for key, one in content.items()}
    return MappingProxyType(again | decided(content))


def decided(content: Content) -> dict[str, Answer]:
    """Return what was decided on the answers that the patient sent, by key."""
    return {key: one for key, one in content.items() if key.startswith(SENT)}


def quoted(content: Content) -> tuple[tuple[Answer, Sent], ...]:
    """Return the answers that a section quotes, oldest first, in the order they were asked."""
    found = [
        (one, one.sent)
        for key, one in decided(content).items()
        if one.sent is not None and key.endswith(QUOTED) and one.value != ASIDE
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1].on, pair[1].name, _place(pair[1].item))))


def _place(item: str) -> tuple[int, str]:
    return (int(item) if item.isdecimal() else 0, item)


def _stored(answer: Answer) -> Stored:
    said: dict[str, Stored] = {"on": answer.on.isoformat()}
    if isinstance(answer.value, Unsaid):
        said["unsaid"] = answer.value.value
    else:
        said["value"] = _plain(answer.value)
    if answer.sent is not None:
        said["sent"] = {
            **{name: getattr(answer.sent, name) for name in SENT_TEXTS},
            "on": answer.sent.on.isoformat(),
        }
    return said


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
    origin = stored.get("sent")
    sent = _sent(origin) if isinstance(origin, dict) else None
    if "unsaid" in stored:
        return Answer(Unsaid(str(stored["unsaid"])), on, sent)
    return Answer(_value(stored["value"]), on, sent)


def _sent(stored: dict[str, Stored]) -> Sent:
    texts = {name: str(stored[name]) for name in SENT_TEXTS}
    return Sent(**texts, on=dt.date.fromisoformat(str(stored["on"])))


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
