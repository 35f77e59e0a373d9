"""The figures of the cohort page: every line has its n, and where told its share and interval.

The page and the file are both written from these, so that neither says what the other does not.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dashboard import formats
from dashboard.clinical import proportions
from dashboard.clinical.proportions import Estimate
from dashboard.clinical.small_groups import Telling, told
from dashboard.cohort.gathering import Person
from dashboard.windows.observing import FEWEST

WITHHELD = {
    Telling.TOLD: "",
    Telling.TOO_FEW: f"fewer than {FEWEST} patients: no proportion is shown",
    Telling.REST_TOO_FEW: f"fewer than {FEWEST} patients have another diagnosis: no proportion is "
    "shown, for theirs would follow from it",
}  # fmt: skip


class Unit(StrEnum):
    """What a line's value is counted in."""

    SHARE = "%"
    RATE = "per 100 sessions"


@dataclass(frozen=True)
class Mark:
    """Where a value and the ends of its interval lie on a line of 1000 steps."""

    low: int
    at: int
    high: int


@dataclass(frozen=True)
class Line:
    """One figure: `n` of `of`, in `patients` (words by patient, whose lists the number leads to).

    `n` is None where the group is too small for it to be told; `estimate` is None where there is
    no share or it is not told.
    """

    key: str
    label: str
    n: int | None
    of: int | None = None
    unit: Unit = Unit.SHARE
    estimate: Estimate | None = None
    patients: Mapping[uuid.UUID, str] | None = None
    scale: Fraction = Fraction(100)

    @property
    def value(self) -> str:
        """The share in whole percent, or the rate with one decimal; empty where none is told."""
        return "" if self.estimate is None else self._written(Fraction(self.estimate.value))

    @property
    def low(self) -> str:
        """The lower end of the interval, in the unit of the value."""
        return self._written(Fraction(self.estimate.interval.low)) if self.estimate else ""

    @property
    def high(self) -> str:
        """The upper end of the interval, in the unit of the value."""
        return self._written(Fraction(self.estimate.interval.high)) if self.estimate else ""

    @property
    def mark(self) -> Mark | None:
        """Where the value and its interval are drawn."""
        if self.estimate is None:
            return None
        of_scale = 100_000 if self.unit is Unit.SHARE else 1000
        low, at, high = (
            round(Fraction(one) * of_scale / self.scale)
            for one in (
                self.estimate.interval.low, self.estimate.value, self.estimate.interval.high
            )
        )  # fmt: skip
        return Mark(low, at, high)

    def _written(self, value: Fraction) -> str:
        if self.unit is Unit.RATE:
            return formats.number(value, 1)
        rounded = formats.number(value * 100)
        if rounded == "0" and value:
            return "<1"
        return ">99" if rounded == "100" and value < 1 else rounded


@dataclass(frozen=True)
class Group:
    """Lines that belong together; `words` say of what they are, `withheld` why none is a share."""

    key: str
    title: str
    words: str
    lines: tuple[Line, ...]
    withheld: str = ""
    notes: tuple[str, ...] = ()

    def line(self, name: str) -> Line:
        """Return one line by the end of its key."""
        return next(one for one in self.lines if one.key == f"{self.key}-{name}")


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    key: str
    title: str
    words: str
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything that has to be said below the figures."""
        return (*(note for one in self.groups for note in one.notes), *self.notes)


@dataclass(frozen=True)
class Scope:
    """Whom the figures count: everybody in the cohort, and those of the diagnosis asked for."""

    everybody: tuple[Person, ...]
    diagnosis: str

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Those who are counted."""
        return tuple(one for one in self.everybody if self.counts(one))

    def counts(self, one: Person) -> bool:
        """Whether a patient is counted."""
        return not self.diagnosis or self.diagnosis in one.families

    @cached_property
    def ids(self) -> frozenset[uuid.UUID]:
        """The keys of those who are counted."""
        return frozenset(one.id for one in self.people)

    def withheld(self, members: Collection[uuid.UUID]) -> str:
        """Say why no proportion of a group is told, nothing where it is.

        `members` are all of the whole cohort whom the figure is about, of any diagnosis.
        """
        about = set(members)
        held = {one.id: one for one in self.everybody if one.id in about}
        if not self.diagnosis:
            return WITHHELD[Telling.TOLD if len(held) >= FEWEST else Telling.TOO_FEW]
        groups: dict[str, set[uuid.UUID]] = {self.diagnosis: set()}
        for one in held.values():
            for family in one.families:
                groups.setdefault(family, set()).add(one.id)
        return WITHHELD[told(groups, whole=held, fewest=FEWEST)[self.diagnosis]]


def share(
    key: str, label: str, patients: Mapping[uuid.UUID, str], *, n: int, of: int, withheld: str
) -> Line:
    """Return `n` of `of` with its share and Wilson's interval where they are told."""
    estimate = None if withheld or not of else proportions.share(n, of)
    return Line(key, label, n, of, Unit.SHARE, estimate, patients)


def rate(
    key: str, label: str, patients: Mapping[uuid.UUID, str], *, n: int, of: int, withheld: str
) -> Line:
    """Return `n` events in `of` sessions per 100, with Garwood's interval where it is told."""
    estimate = None if withheld or not of else proportions.rate(n, of)
    return Line(key, label, n, of, Unit.RATE, estimate, patients)


def on_one_scale(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return rates drawn on a scale on which the longest interval just fits."""
    known = tuple(lines)
    highest = max((one.estimate.interval.high for one in known if one.estimate), default=0)
    return tuple(replace(one, scale=Fraction(highest or 1)) for one in known)


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun: 1 patient, 2 patients."""
    return f"{number} {one if number == 1 else several or one + 's'}"
