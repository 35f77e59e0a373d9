"""How sure a share or a rate is: 95 % intervals of a proportion and of a count.

A proportion has the score interval of Wilson 1927 (J Am Stat Assoc 22:209), recommended by Newcombe
1998 (Stat Med 17:857). A rate has the exact Poisson interval of Garwood 1936 (Biometrika 28:437):
the lowest and highest expected counts that leave at least 2.5 % for what was seen or beyond it.
Both take every observation as independent of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

LEVEL = Fraction(95, 100)
TAIL = float((1 - LEVEL) / 2)
Z = NormalDist().inv_cdf(1 - TAIL)
NEGLIGIBLE = 1e-17  # of a sum of probabilities: beyond what a float can hold


@dataclass(frozen=True)
class Interval:
    """The 95 % interval from `low` to `high`, both inclusive."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError("an interval runs upwards from 0 or more")

    def times(self, factor: float) -> Interval:
        """Return the interval in another unit: of a share in %, of a count per 100 sessions."""
        return Interval(self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Estimate:
    """A share (0 to 1) or a rate as it was seen, with its interval."""

    value: Fraction
    interval: Interval


def share(hits: int, of: int) -> Estimate:
    """Return `hits` of `of` as a share from 0 to 1, with Wilson's interval.

    Raises ValueError for a share of nothing, or of more hits than there are.
    """
    if not 0 <= hits <= of or of < 1:
        raise ValueError(f"{hits} of {of} is no share")
    return Estimate(Fraction(hits, of), _wilson(hits, of))


def rate(events: int, of: int, *, per: int = 100) -> Estimate:
    """Return `events` in `of` sessions as events per 100 sessions, with Garwood's interval.

    Raises ValueError for a rate of nothing, or a count below 0.
    """
    if of < 1 or per < 1:
        raise ValueError(f"{events} of {of} is no rate")
    return Estimate(Fraction(events * per, of), expected(events).times(per / of))


def expected(events: int) -> Interval:
    """Return Garwood's interval for the expected count behind a count of events."""
    if events < 0:
        raise ValueError(f"{events} is no count")
    reach = events + 10 + 10 * sqrt(events + 1)
    high = _crossing(lambda mean: _at_most(events, mean) > TAIL, float(events), reach)
    if events == 0:
        return Interval(0.0, high)
    return Interval(_crossing(lambda mean: _at_least(events, mean) < TAIL, 0.0, events), high)


def _wilson(hits: int, of: int) -> Interval:
    """Return Wilson's interval; at 0 and at all of them one end is known exactly."""
    squared = Z * Z
    middle = (hits + squared / 2) / (of + squared)
    spread = Z * sqrt(hits * (of - hits) / of + squared / 4) / (of + squared)
    return Interval(
        max(0.0, middle - spread) if hits else 0.0, min(1.0, middle + spread) if hits < of else 1.0
    )


def _crossing(is_below: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a condition that holds at the low end ends, as close as floats can tell."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return high


def _at_most(events: int, mean: float) -> float:
    """Return the chance of `events` or fewer, for a mean above them: the terms fall from there."""
    total, term, at = 0.0, _chance(events, mean), events
    while term > NEGLIGIBLE * total and at >= 0:
        total += term
        term *= at / mean
        at -= 1
    return total


def _at_least(events: int, mean: float) -> float:
    """Return the chance of `events` or more, for a mean below them: the terms fall from there."""
    total, term, at = 0.0, _chance(events, mean), events
    while term > NEGLIGIBLE * total:
        total += term
        at += 1
        term *= mean / at
    return total


def _chance(events: int, mean: float) -> float:
    """Return the chance of exactly this count."""
    return exp(events * log(mean) - mean - lgamma(events + 1))
