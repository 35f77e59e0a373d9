"""One limit of one rule: an interval of numbers, a truth, or a named level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

Value = Fraction | bool | str

NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
SAID = {"<": "below {}", "<=": "{} or less", ">": "above {}", ">=": "{} or more"}
_INTERVAL = re.compile(r"([\[(])\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*([\])])", re.ASCII)


class Side(Enum):
    """From which side values become worse."""

    LOW = "low"
    HIGH = "high"
    EITHER = "either"


@dataclass(frozen=True)
class Interval:
    """Numbers between two ends; an end that is None is open to infinity."""

    low: Fraction | None
    high: Fraction | None
    has_low: bool = False
    has_high: bool = False

    def __contains__(self, value: Fraction) -> bool:
        if self.low is not None and (value < self.low or (value == self.low and not self.has_low)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.has_high)

    def touches(self, above: Interval) -> bool:
        """Whether this interval meets or overlaps the one above it, without a gap."""
        if self.high is None or above.low is None:
            return True
        if self.high == above.low:
            return self.has_high or above.has_low
        return self.high > above.low


@dataclass(frozen=True)
class Limit:
    """What fires a rule. `side` is filled in by the rule set, from the neighbouring rows."""

    op: str
    text: str
    interval: Interval | None = None
    equals: bool | str | None = None
    side: Side = Side.EITHER

    def is_met_by(self, value: Value) -> bool:
        """Whether this value fires the rule."""
        if self.interval is None:
            return value == self.equals
        if isinstance(value, Fraction):
            return value in self.interval
        raise TypeError(f"a number is compared with {self.words}, not {value!r}")

    @property
    def words(self) -> str:
        """The limit as the rule file writes it: "< 40", "[40,50]", "true"."""
        if self.op == "in":
            return self.text
        return self.text if self.op == "==" else f"{self.op} {self.text}"

    @property
    def said(self) -> str:
        """The limit as a person says it: "below 40", "3 to under 14", "2 or more"."""
        if self.op in SAID:
            return SAID[self.op].format(self.text)
        if found := _INTERVAL.fullmatch(self.text):
            starts, low, high, ends = found.groups()
            lower, upper = "above " * (starts == "("), "under " * (ends == ")")
            return f"{lower}{low} to {upper}{high}"
        return self.words


def number(text: str) -> Fraction:
    """Read a plain number exactly; raise ValueError otherwise."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a plain number")
    return Fraction(text)


def limit(op: str, text: str) -> Limit:
    """Read an operator and its value; raise ValueError saying what is wrong."""
    if op == "==":
        return Limit(op, text, equals={"true": True, "false": False}.get(text, text))
    if op == "in":
        return Limit(op, text, _interval(text))
    if op not in {"<", "<=", ">", ">="}:
        raise ValueError(f"{op!r} is not one of < <= > >= == in")
    value = number(text)
    ends = {
        "<": Interval(None, value),
        "<=": Interval(None, value, has_high=True),
        ">": Interval(value, None),
        ">=": Interval(value, None, has_low=True),
    }
    return Limit(op, text, ends[op], side=Side.LOW if op in {"<", "<="} else Side.HIGH)


def _interval(text: str) -> Interval:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an interval such as [15.0,17.5)")
    low, high = number(found[2]), number(found[3])
    if low >= high:
        raise ValueError(f"the interval {text} is empty")
    return Interval(low, high, has_low=found[1] == "[", has_high=found[4] == "]")
