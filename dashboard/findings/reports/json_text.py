"""JSON read strictly: no name twice in one object, no number but exact decimals, limited depth.

Every part knows its place, so that a complaint can name it: entry[3].resource.valueQuantity.unit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dashboard.findings.reports.model import Unreadable
from dashboard.findings.reports.text import short

DEEPEST = 40
MOST_PARTS = 200_000
LONGEST_NUMBER = 40
NAMES = {
    dict: "an object",
    list: "a list",
    str: "a text",
    Decimal: "a number",
    bool: "true or false",
}


@dataclass(frozen=True)
class Part:
    """One value of a JSON text, with its place."""

    value: object
    place: str

    def __getitem__(self, key: str) -> Part:
        """Return what stands under a name; a part without value where nothing does."""
        inner = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Part(inner, f"{self.place}.{key}" if self.place else key)

    def __bool__(self) -> bool:
        return self.value is not None

    def keys(self) -> tuple[str, ...]:
        """Return the names of an object; raise `Unreadable` where it is none."""
        return tuple(self.object())

    def object(self) -> Mapping[str, object]:
        """Return an object, empty where there is none; raise `Unreadable` for anything else."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.complaint("an object")
        return self.value

    def items(self) -> Iterator[Part]:
        """Return the parts of a list, none where there is none; raise `Unreadable`."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.complaint("a list")
        for index, value in enumerate(self.value):
            yield Part(value, f"{self.place}[{index}]")

    def text(self) -> str:
        """Return a text, empty where there is none; raise `Unreadable` for anything else."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.complaint("a text")
        return self.value

    def number(self) -> str:
        """Return a number as it is written, empty where there is none; raise `Unreadable`."""
        if self.value is None:
            return ""
        if not isinstance(self.value, Decimal):
            raise self.complaint("a number")
        is_plain = abs(self.value.adjusted()) < LONGEST_NUMBER
        return format(self.value, "f") if is_plain else str(self.value)

    def truth(self) -> bool:
        """Return true or false; raise `Unreadable` for anything else."""
        if not isinstance(self.value, bool):
            raise self.complaint("true or false")
        return self.value

    def complaint(self, expected: str) -> Unreadable:
        """Say that something else stands here."""
        found = NAMES.get(type(self.value), "nothing")
        return Unreadable(f"{self.place or 'The file'}: {found} stands where {expected} must be.")


def parsed(text: str) -> Part:
    """Read a JSON text; raise `Unreadable` saying what is wrong, and in which line."""
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_exact,
            parse_int=_exact,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(_wrong(text, error)) from None
    return Part(value, "")


def _refuse_depth(text: str) -> None:
    """Refuse nesting that no report has, before anything is read by recursion."""
    depth, parts, is_quoted, is_escaped = 0, 0, False, False
    for position, character in enumerate(text):
        if is_quoted:
            if is_escaped:
                is_escaped = False
            elif character == "\\":
                is_escaped = True
            elif character == '"':
                is_quoted = False
        elif character == '"':
            is_quoted = True
        elif character in "{[":
            depth, parts = depth + 1, parts + 1
        elif character in "}]":
            depth -= 1
        if depth > DEEPEST or parts > MOST_PARTS:
            line = text.count("\n", 0, position) + 1
            raise Unreadable(f"Line {line}: this is nested deeper than any laboratory report is.")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Unreadable(f"The name {short(twice)} stands twice in one object: which one is meant?")
    return found


def _exact(literal: str) -> Decimal:
    if len(literal) > LONGEST_NUMBER:
        raise Unreadable(f"The number {literal[:12]}… has more digits than any result.")
    return Decimal(literal)


def _refuse_constant(literal: str) -> object:
    raise Unreadable(f"{literal} is no number.")


def _wrong(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return (
            f"The file stops in the middle, in line {error.lineno}: it was not sent completely. "
            "Ask for it again; nothing was taken."
        )
    return f"Line {error.lineno}, character {error.colno}: this is no FHIR file (JSON is expected)."
