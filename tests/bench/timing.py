"""Timing many things in turn, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Act = Callable[[], object]


@dataclass(frozen=True)
class Measure:
    """One thing to time: `ready` is not timed and returns the act that is."""

    name: str
    ready: Callable[[], Act]
    every: int = 1  # done in each n-th round: 1 for quick acts


@dataclass(frozen=True)
class Figures:
    """How long an act took, in milliseconds, over all rounds."""

    n: int
    least: float
    low: float  # the 5th percentile, which noise hardly moves
    median: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Figures:
        """Sum up what was timed."""
        ordered = sorted(one * 1000 for one in seconds)
        return cls(
            n=len(ordered),
            least=ordered[0],
            low=_at(ordered, 0.05),
            median=statistics.median(ordered),
            p95=_at(ordered, 0.95),
        )


@dataclass
class Timed:
    """What was timed so far, by the measure's name."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def figures(self) -> dict[str, Figures]:
        """Return each measure's figures."""
        return {name: Figures.of(found) for name, found in self.seconds.items() if found}


def interleave(measures: Sequence[Measure], *, rounds: int, until: float) -> Timed:
    """Do everything once a round, in an order that moves; end early at `until` (monotonic)."""
    timed = Timed({measure.name: [] for measure in measures})
    for measure in measures:
        measure.ready()()  # the first time also loads and compiles
    for number in range(rounds):
        if time.monotonic() > until and number >= 3:
            break
        for measure in (*measures[number % len(measures) :], *measures[: number % len(measures)]):
            if number % measure.every == 0:
                timed.seconds[measure.name].append(_time(measure))
    return timed


def _time(measure: Measure) -> float:
    act = measure.ready()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
