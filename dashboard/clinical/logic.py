"""Three-valued rules over bounds: yes, no, or cannot tell while answers are missing.

A rule says True or False only when every completion of the blanks says the same.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dashboard.clinical.exact import Bounds, Exact


class Op(StrEnum):
    """How two values are compared."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    EQUAL = "=="
    DIFFERENT = "!="


@dataclass(frozen=True, slots=True)
class Comparison:
    """One answer or score against a number, or against another answer or score by its id."""

    left: str
    op: Op
    right: Exact | str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The opposite of this."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Declined:
    """The patient preferred not to answer this item; a plain blank may yet be either."""

    item: str


Condition = Comparison | AllOf | AnyOf | NoneOf | Declined
NOTHING: frozenset[str] = frozenset()


def holds(
    condition: Condition, known: Mapping[str, Bounds], *, declined: Set[str] = NOTHING
) -> bool | None:
    """Return True, False, or None for "cannot tell"."""
    match condition:
        case Comparison(left, op, right):
            return _compare(known[left], op, _bounds_of(right, known))
        case NoneOf(inner):
            return _opposite(holds(inner, known, declined=declined))
        case AllOf(parts):
            return _every([holds(part, known, declined=declined) for part in parts])
        case AnyOf(parts):
            answers = [_opposite(holds(part, known, declined=declined)) for part in parts]
            return _opposite(_every(answers))
        case Declined(item):
            return item in declined or (None if known[item].lo < known[item].hi else False)


def names_in(condition: Condition) -> frozenset[str]:
    """Return the ids of the answers and scores that a condition looks at."""
    match condition:
        case Comparison(left, _, right):
            return frozenset({left, right} if isinstance(right, str) else {left})
        case NoneOf(inner):
            return names_in(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(names_in(part) for part in parts))
        case Declined(item):
            return frozenset({item})


def declinable_in(condition: Condition) -> frozenset[str]:
    """Return the items of which a condition asks whether they were declined."""
    match condition:
        case Declined(item):
            return frozenset({item})
        case NoneOf(inner):
            return declinable_in(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(declinable_in(part) for part in parts))
    return NOTHING


def _bounds_of(right: Exact | str, known: Mapping[str, Bounds]) -> Bounds:
    return known[right] if isinstance(right, str) else _point(right)


@lru_cache(maxsize=1024)
def _point(value: Exact) -> Bounds:
    return Bounds(value, value)


def _compare(left: Bounds, op: Op, right: Bounds) -> bool | None:
    match op:
        case Op.AT_LEAST:
            return _at_least(left, right)
        case Op.AT_MOST:
            return _at_least(right, left)
        case Op.BELOW:
            return _opposite(_at_least(left, right))
        case Op.ABOVE:
            return _opposite(_at_least(right, left))
        case Op.EQUAL:
            return _every([_at_least(left, right), _at_least(right, left)])
        case Op.DIFFERENT:
            return _opposite(_every([_at_least(left, right), _at_least(right, left)]))


def _at_least(left: Bounds, right: Bounds) -> bool | None:
    if left.lo >= right.hi:
        return True
    return False if left.hi < right.lo else None


def _opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _every(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
