"""Comparing two scores of one instrument: reliably better or worse, in or out of the range.

Every answer holds for every completion of the blanks; otherwise it is None, "cannot tell".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.evidence import ChangeLimits
from dashboard.clinical.score_rules import Direction, ScoreRule
from dashboard.clinical.scoring import Score


class Status(StrEnum):
    """What became of a patient since baseline, by one instrument."""

    RECOVERED = "recovered"
    IMPROVED = "reliably improved"
    UNCHANGED = "no reliable change"
    WORSE = "reliably worse"
    BELOW_AT_BASELINE = "below clinical range at baseline"
    CANNOT_JUDGE = "cannot judge"


@dataclass(frozen=True)
class Reading:
    """One score on one day, with its bounds and the definition version that made it."""

    taken_on: date
    value: Fraction | None
    lo: Fraction
    hi: Fraction
    version: str
    prorated: bool = False

    @classmethod
    def of(cls, score: Score, *, taken_on: date) -> "Reading":
        """Take the reading from a score."""
        return cls(taken_on, score.value, score.lo, score.hi, score.version, score.prorated)


@dataclass(frozen=True)
class Ruler:
    """The limits of one score, in the score's own direction."""

    rule: ScoreRule
    limits: ChangeLimits

    def status(self, baseline: Reading, latest: Reading) -> Status | None:
        """Return the status that every completion of the blanks gives, or None."""
        found = {
            self._status_of(before, after)
            for before in self._telling(baseline)
            for after in self._telling(latest)
        }
        return found.pop() if len(found) == 1 else None

    def reliable(self, before: Reading, after: Reading) -> int | None:
        """Return +1, 0 or -1 when every completion of the blanks agrees, or None."""
        found = {self._sign(before.lo, after.hi), self._sign(before.hi, after.lo)}
        return found.pop() if len(found) == 1 else None

    def is_worse(self, before: Reading, after: Reading) -> bool | None:
        """Say whether it got reliably worse; None when the blanks decide."""
        found = {self._sign(before.lo, after.hi) < 0, self._sign(before.hi, after.lo) < 0}
        return found.pop() if len(found) == 1 else None

    def in_range(self, reading: Reading) -> bool | None:
        """Say whether a reading lies in the clinical range; None when it cannot be told."""
        found = {self.is_clinical(reading.lo), self.is_clinical(reading.hi)}
        return found.pop() if len(found) == 1 else None

    def best(
        self, baseline: Reading, latest: Reading, history: Iterable[Reading]
    ) -> Reading | None:
        """Return the healthiest of these readings, of one scale, from baseline until the latest."""
        within = [
            reading
            for reading in history
            if reading.value is not None and baseline.taken_on <= reading.taken_on < latest.taken_on
        ]
        return min([baseline, *within], key=lambda one: self.badness(one.value or Fraction(0)))

    def loses_gains(self, baseline: Reading, best: Reading | None, latest: Reading) -> bool | None:
        """Say whether the latest reading is reliably worse than a best that beat baseline."""
        if best is None or best == baseline:
            return False
        reliable = self.reliable(best, latest)
        return None if reliable is None else reliable < 0

    def _telling(self, reading: Reading) -> list[Fraction]:
        """List values between the bounds among which every possible status is met."""
        edges = [edge for edge in (self.limits.c,) if edge is not None]
        inside = [edge for edge in edges if reading.lo < edge < reading.hi]
        return [reading.lo, *inside, reading.hi]

    def _status_of(self, before: Fraction, after: Fraction) -> Status:
        sign = self._sign(before, after)
        if sign < 0:
            return Status.WORSE
        if self.is_clinical(before) is False:
            return Status.BELOW_AT_BASELINE
        if sign > 0:
            return Status.RECOVERED if self.is_clinical(after) is False else Status.IMPROVED
        return Status.UNCHANGED

    def _sign(self, before: Fraction, after: Fraction) -> int:
        better_by = self.badness(before) - self.badness(after)
        if abs(better_by) < self.limits.rci_points:
            return 0
        return 1 if better_by > 0 else -1

    def is_clinical(self, value: Fraction) -> bool | None:
        """Say whether a value lies in the clinical range; None when no range is known."""
        if self.limits.c is None:
            return None
        distance = self.badness(value) - self.badness(self.limits.c)
        return distance > 0 or (distance == 0 and not self.limits.c_itself_is_healthy)

    def badness(self, value: Fraction) -> Fraction:
        """Turn a value so that more is always worse."""
        return -value if self.rule.direction is Direction.HIGHER_BETTER else value
