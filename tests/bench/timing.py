"""Timing many things in turn, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Act = Callable[[], object]
LEAST_ROUNDS = 3


@dataclass(frozen=True)
class Measure:
    """One thing to time: `ready` is not timed and returns the act that is."""

    name: str
    ready: Callable[[], Act]
    every: int = 1  # done in each n-th round: 1 for quick acts


@dataclass(frozen=True)
class Figures:
    """How long an act took over all rounds, in milliseconds.

    `cpu` is the processor time of the act itself, which other work on the machine hardly moves.
    """

    n: int
    least: float
    median: float
    p95: float
    cpu: float  # the 5th percentile

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> Figures:
        """Sum up what was timed."""
        passed = sorted(one.passed * 1000 for one in taken)
        return cls(
            n=len(passed),
            least=passed[0],
            median=statistics.median(passed),
            p95=_at(passed, 0.95),
            cpu=_at(sorted(one.cpu * 1000 for one in taken), 0.05),
        )


class Taken(NamedTuple):
    """What one act took, in seconds: on the clock, and of a processor."""

    passed: float
    cpu: float


def interleave(measures: Sequence[Measure], *, rounds: int, until: float) -> dict[str, Figures]:
    """Do everything once a round, in an order that moves; end early at `until` (monotonic)."""
    taken: dict[str, list[Taken]] = {measure.name: [] for measure in measures}
    for measure in measures:
        measure.ready()()  # the first time also loads and compiles
    for number in range(rounds):
        if time.monotonic() > until and number >= LEAST_ROUNDS:
            break
        for measure in (*measures[number % len(measures) :], *measures[: number % len(measures)]):
            if number % measure.every == 0:
                taken[measure.name].append(_take(measure))
    return {name: Figures.of(found) for name, found in taken.items()}


def _take(measure: Measure) -> Taken:
    act = measure.ready()
    began, worked = time.perf_counter(), time.thread_time()
    act()
    return Taken(time.perf_counter() - began, time.thread_time() - worked)


def _at(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
