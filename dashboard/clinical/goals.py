"""Goals of a plan: how far a measure has come from its baseline, and whether a target is reached.

Every answer holds for every completion of the blanks; otherwise it cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboard.clinical.benchmarks import Met
from dashboard.clinical.ruler import Reading
from dashboard.clinical.score_rules import Direction


@dataclass(frozen=True)
class Measured:
    """A measure's baseline and latest reading, in the measure's own unit and direction.

    Readings carry the version of their scale (`Instrument.scale_of`). `stale_since` is the day of
    the latest one when that is older than the measure's longest gap.
    """

    name: str
    direction: Direction
    baseline: Reading | None = None
    latest: Reading | None = None
    stale_since: date | None = None


@dataclass(frozen=True)
class Bounded:
    """A number that lies between two ends; they are equal where no answer is missing."""

    low: Fraction
    high: Fraction


def improvement(measured: Measured) -> Bounded | None:
    """Return the improvement in per cent of the baseline; negative is worse.

    None without both readings, across versions, for a latest reading that is not later than the
    baseline, and where the baseline is or may be 0.
    """
    before, after = measured.baseline, measured.latest
    if before is None or after is None or before.version != after.version:
        return None
    if after.taken_on <= before.taken_on or before.lo <= 0:
        return None
    sign = -1 if measured.direction is Direction.HIGHER_WORSE else 1
    found = [
        sign * (late - early) * 100 / early
        for early in (before.lo, before.hi)
        for late in (after.lo, after.hi)
    ]
    return Bounded(min(found), max(found))


def reached(measured: Measured, *, target: Fraction) -> Met:
    """Say whether the latest reading is at the target or beyond it, in the better direction."""
    latest = measured.latest
    if latest is None or measured.stale_since is not None:
        return Met.CANNOT_TELL
    is_lower_better = measured.direction is Direction.HIGHER_WORSE
    answers = {
        end <= target if is_lower_better else end >= target for end in (latest.lo, latest.hi)
    }
    if len(answers) > 1:
        return Met.CANNOT_TELL
    return Met.YES if answers.pop() else Met.NO


def way_gone(measured: Measured, *, target: Fraction) -> Bounded | None:
    """Return how much of the way from baseline to target is gone, in per cent.

    Below 0 is away from the target, above 100 beyond it. None where the improvement is not known
    for want of readings or versions, and where the baseline may lie at the target or beyond.
    """
    before, after = measured.baseline, measured.latest
    if before is None or after is None or before.version != after.version:
        return None
    sign = -1 if measured.direction is Direction.HIGHER_WORSE else 1
    if (
        after.taken_on <= before.taken_on
        or min(sign * (target - end) for end in (before.lo, before.hi)) <= 0
    ):
        return None
    found = [
        (late - early) * 100 / (target - early)
        for early in (before.lo, before.hi)
        for late in (after.lo, after.hi)
    ]
    return Bounded(min(found), max(found))
