"""The questions of an instrument: scales, items, gates, and what an answer is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dashboard.clinical import loinc
from dashboard.clinical.exact import Bounds, Exact, Part, simplest
from dashboard.clinical.logic import Condition, names_in
from dashboard.clinical.misfit import Misfit


class Kind(StrEnum):
    """What sort of answer a scale takes."""

    CHOICE = "choice"
    YES_NO = "yesno"
    COUNT = "count"
    NUMBER = "int"
    NUMERIC_RATING = "nrs"


@dataclass(frozen=True)
class Option:
    """One answer of a scale; `label` is None between labelled anchors or without licence."""

    value: int
    label: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        if self.code is not None:
            loinc.refuse_bad_answer_code(self.code)


@dataclass(frozen=True)
class Scale:
    """The answers that an item accepts: listed options, or every whole number of a range."""

    id: str
    kind: Kind
    lowest: int
    highest: int
    options: tuple[Option, ...] = ()
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise Misfit(f"the scale runs from {self.lowest} to {self.highest}")
        listed = [option.value for option in self.options]
        if listed != sorted(set(listed)):
            raise Misfit("option values must rise, each used once", at="options")
        if listed and (listed[0] < self.lowest or listed[-1] > self.highest):
            raise Misfit(f"an option lies outside {self.lowest} to {self.highest}", at="options")
        if not listed and self.is_closed:
            raise Misfit("a choice needs its options")

    @property
    def is_closed(self) -> bool:
        """Say whether only the listed options are answers."""
        return self.kind in (Kind.CHOICE, Kind.YES_NO)

    @cached_property
    def values(self) -> frozenset[int] | range:
        """Every value that is an answer."""
        if self.is_closed:
            return frozenset(option.value for option in self.options)
        return range(self.lowest, self.highest + 1)

    def label_of(self, value: int) -> str | None:
        """Return the words printed beside a value, if there are any."""
        return next((option.label for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Item:
    """One question; `text` is None where the licence does not let us print it."""

    id: str
    scale: Scale
    text: str | None = None
    heading: str | None = None
    reverse: bool = False
    recode: tuple[tuple[int, Fraction], ...] = ()
    weight: Fraction = Fraction(1)
    optional: bool = False
    allow_decline: bool = False
    codes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise Misfit("a weight is above 0; say reverse = true instead", at="weight")
        values = self.scale.values
        if self.recode and {value for value, _ in self.recode} != set(values):
            raise Misfit("recode must name every answer of the scale, and no other", at="recode")
        refuse_bad_codes(self.codes)

    @property
    def lowest(self) -> int:
        """The smallest answer."""
        return self.scale.lowest

    @property
    def highest(self) -> int:
        """The largest answer."""
        return self.scale.highest

    def accepts(self, value: int) -> bool:
        """Say whether this is one of the item's answers."""
        return value in self.scale.values

    def label_of(self, value: int) -> str | None:
        """Return the words printed beside an answer, if there are any."""
        return self.scale.label_of(value)

    def worth(self, answer: int) -> Exact:
        """Return what an answer adds to a score: reversed, then recoded, then weighted."""
        return answer if self._is_plain else self._worked_out(answer)

    def part(self, answer: int | None) -> Part:
        """Return what an answer, or a blank, puts into a score."""
        if answer not in self._parts:
            self._parts[answer] = self._made_part(answer)
        return self._parts[answer]

    def raw(self, answer: int | None) -> Bounds:
        """Return the answer as it was given, which is what rules look at; a blank as bounds."""
        if answer not in self._raws:
            self._raws[answer] = self.raw_bounds if answer is None else Bounds(answer, answer)
        return self._raws[answer]

    @cached_property
    def raw_bounds(self) -> Bounds:
        """The smallest and largest answer, as bounds for a blank."""
        return Bounds(self.lowest, self.highest)

    @cached_property
    def worth_bounds(self) -> Bounds:
        """The least and the most that an answer can add to a score."""
        ends = self.scale.values if self.recode else (self.lowest, self.highest)
        worths = [self.worth(value) for value in ends]
        return Bounds(min(worths), max(worths))

    @cached_property
    def _parts(self) -> dict[int | None, Part]:
        return {}

    @cached_property
    def _raws(self) -> dict[int | None, Bounds]:
        return {}

    def _made_part(self, answer: int | None) -> Part:
        if answer is None:
            bounds = self.worth_bounds
            return Part(None, simplest(bounds.lo), simplest(bounds.hi), frozenset({self.id}))
        worth = simplest(self.worth(answer))
        return Part(worth, worth, worth)

    @cached_property
    def _is_plain(self) -> bool:
        return not (self.reverse or self.recode) and self.weight == 1

    @cached_property
    def _recoded(self) -> Mapping[int, Fraction]:
        return dict(self.recode)

    def _worked_out(self, answer: int) -> Exact:
        turned = self.lowest + self.highest - answer if self.reverse else answer
        return self._recoded.get(turned, Fraction(turned)) * self.weight


@dataclass(frozen=True)
class Gate:
    """While `closed_when` holds, the items of `then` are not asked.

    A blank behind a closed gate has the value `value`; None there means that the items
    count in no score at all. A given answer is never overwritten.
    """

    closed_when: Condition
    then: tuple[str, ...]
    value: int | None = None

    @cached_property
    def asked_of(self) -> frozenset[str]:
        """The items whose answers close it."""
        return names_in(self.closed_when)


@dataclass(frozen=True)
class Consistency:
    """A soft check: while `when` certainly holds, the message is shown."""

    when: Condition
    message: str


def refuse_bad_codes(codes: tuple[tuple[str, str], ...]) -> None:
    """Raise Misfit when a LOINC code among these fails its check digit."""
    for system, code in codes:
        if system.startswith("loinc"):
            try:
                loinc.refuse_bad_code(code)
            except ValueError as error:
                raise Misfit(str(error), at=f"codes.{system}") from None
