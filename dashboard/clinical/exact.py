"""Exact numbers: scores are fractions from first answer to last, and rounded only to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Exact = int | Fraction


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest value that any completion of the blanks can give."""

    lo: Exact
    hi: Exact

    def __post_init__(self) -> None:
        if self.lo > self.hi:
            raise ValueError(f"bounds run from {self.lo} up to {self.hi}")


@dataclass(frozen=True, slots=True)
class Part:
    """An answer's worth or a score: its value if it has one, its bounds, the blanks behind it."""

    value: Exact | None
    lo: Exact
    hi: Exact
    blanks: frozenset[str] = frozenset()
    prorated: bool = False


@lru_cache(maxsize=4096)
def fraction(value: Exact) -> Fraction:
    """Return a number as a fraction; the same one for the few that scores are made of."""
    return Fraction(value)


def simplest(value: Exact) -> Exact:
    """Return a whole number as int, which is compared and added many times faster."""
    return int(value) if value == int(value) else value


def half_up(value: Exact, decimals: int = 0) -> str:
    """Write a number for display, halves away from zero: 12.5 is shown as 13, never as 12."""
    scale = 10**decimals
    units = (abs(value) * scale * 2 + 1) // 2
    sign = "-" if value < 0 and units else ""
    whole, part = divmod(int(units), scale)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def shown(value: Exact, *, decimals: int) -> str:
    """Write a score for people; a prorated 9.6 on a whole-number scale is not shown as a 10."""
    return half_up(value, decimals or int(value != int(value)))


def exact_text(value: Exact) -> str:
    """Write a number without losing anything: "18", "3.325" or "8/3"; `Fraction` reads it back."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    decimals = _decimals_needed(value.denominator)
    return str(value) if decimals is None else half_up(value, decimals)


def median_rounded_up(values: Iterable[Exact]) -> int:
    """Return the median, rounded up to a whole number."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    twice = ordered[middle] * 2 if len(ordered) % 2 else ordered[middle - 1] + ordered[middle]
    return int(-(-twice // 2))


def _decimals_needed(denominator: int) -> int | None:
    """Count the decimals that write 1/denominator exactly; None when no number of them does."""
    powers = {2: 0, 5: 0}
    for prime in powers:
        while denominator % prime == 0:
            denominator //= prime
            powers[prime] += 1
    return max(powers.values()) if denominator == 1 else None
