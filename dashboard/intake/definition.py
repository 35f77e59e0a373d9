"""What a section asks: its fields, each of one kind, and which answers it needs to be done.

Every field can also be answered "not asked", "declined" or "unknown"; those are answers, never
an empty field and never a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

ROWS_OFFERED = 2  # empty rows beneath those that are filled


class Unsaid(StrEnum):
    """The three answers that say why there is no other one."""

    NOT_ASKED = "not asked"
    DECLINED = "declined"
    UNKNOWN = "unknown"


NONE = "none"  # asked, and there is none: the answer of a list without entries


@dataclass(frozen=True)
class Option:
    """One of several answers: what is stored, and what is read."""

    value: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question. `fact` is the clearance variable, or the patient's flag, that it answers.

    `needed_if` names a field of the section: with a yes there, or with the answer `needed_value`,
    this one is needed.
    `chart` names the detail of the patient's chart that holds the answer: it is shown and changed
    there, and the intake keeps no second copy until it is signed.
    """

    key: str
    label: str
    hint: str = ""
    is_needed: bool = True
    needed_if: str = ""
    needed_value: str = ""
    fact: str = ""
    chart: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown(Field):
    """Something of the chart that is read here and changed on the details page only."""

    is_needed: bool = False


@dataclass(frozen=True, kw_only=True)
class ShortText(Field):
    """One line. `reads` takes it as typed and raises ValueError with a sentence."""

    longest: int = 200
    reads: Callable[[str], str] = str


@dataclass(frozen=True, kw_only=True)
class Narrative(Field):
    """Running text."""

    longest: int = 20_000


@dataclass(frozen=True, kw_only=True)
class YesNo(Field):
    """Yes or no."""


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several."""

    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class Several(Field):
    """Any number of several, or none of them."""

    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A plain number of one unit. From `lowest` to `highest` it is possible; both are typing
    limits and no clinical ones. Above `usual` it is questioned.
    """

    unit: str
    lowest: Decimal = Decimal(0)
    highest: Decimal
    usual: Decimal | None = None
    places: int = 0


@dataclass(frozen=True, kw_only=True)
class Measured(Field):
    """A number in one of several units; `kind` is the clearance kind that knows what is usual."""

    kind: str
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date of the past, as exact as it is known: 2019, Mar-2019 or 14-Mar-2019."""


@dataclass(frozen=True, kw_only=True)
class Rows(Field):
    """A list of like entries; an entry that has anything must have its first column."""

    columns: tuple[Field, ...]
    noun: str
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class Part:
    """Fields that stand together under a heading."""

    title: str
    fields: tuple[Field, ...]
    words: str = ""

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are answered here."""
        return tuple(field for field in self.fields if not isinstance(field, Shown))


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section. A blind one holds weights or calories: it opens by an act of its own."""

    key: str
    title: str
    purpose: str
    parts: tuple[Part, ...]
    is_blind: bool = False

    def __post_init__(self) -> None:
        keys = [field.key for field in self.fields]
        if len(set(keys)) < len(keys):
            raise ValueError(f"{self.key}: a field stands twice")
        if any(field.needed_if and field.needed_if not in keys for field in self.fields):
            raise ValueError(f"{self.key}: a field is needed if another one that is not there")

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the page."""
        return tuple(field for part in self.parts for field in part.fields)

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are answered here."""
        return tuple(field for part in self.parts for field in part.asked)

    @property
    def on_chart(self) -> tuple[Field, ...]:
        """The fields whose answers the chart holds."""
        return tuple(field for field in self.fields if field.chart)

    @property
    def own(self) -> Section:
        """The section without what the chart holds, which has a history of its own."""
        parts = (
            replace(part, fields=tuple(one for one in part.fields if not one.chart))
            for part in self.parts
        )
        return replace(self, parts=tuple(parts))

    def field(self, key: str) -> Field:
        """Return one field; raise LookupError for another key."""
        for field in self.fields:
            if field.key == key:
                return field
        raise LookupError(f"{self.key} has no field {key}")


def yes_or_no(*asked: tuple[str, str]) -> Iterator[YesNo]:
    """Make one question of each (clearance variable, label): the variable is also its key."""
    for fact, label in asked:
        yield YesNo(key=fact.lower(), label=label, fact=fact)


def options(*pairs: tuple[str, str] | str) -> tuple[Option, ...]:
    """Make options of (value, words), or of words that are stored as they are read."""
    return tuple(Option(*pair) if isinstance(pair, tuple) else Option(pair, pair) for pair in pairs)
