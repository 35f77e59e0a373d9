"""Reliable and clinically significant change, from the limits in an instrument's definition.

A status is given only when every completion of the blanks gives it: otherwise it cannot be judged,
and says why. Method: Jacobson & Truax 1991; scores are compared unrounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.change_words import Words
from dashboard.clinical.definition import Instrument
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
class Change:
    """The change from baseline to the latest reading, judged and in words.

    `reliable` is the change alone: +1 better, -1 worse, 0 neither, None cannot tell.
    `losing_gains` compares with the best reading in between; None there means cannot tell.
    """

    status: Status
    reason: str | None
    short: str
    sentence: str
    difference: Fraction | None = None
    days: int | None = None
    reliable: int | None = None
    limits: ChangeLimits | None = None
    baseline: Reading | None = None
    latest: Reading | None = None
    best: Reading | None = None
    losing_gains: bool | None = None

    @property
    def is_provisional(self) -> bool:
        """Say whether the limit used rests on an assumption."""
        return self.limits is not None and self.limits.is_provisional


def first_valid(readings: Iterable[Reading]) -> Reading | None:
    """Return the earliest reading that has a value: the baseline until one is chosen."""
    return min(
        (reading for reading in readings if reading.value is not None),
        key=lambda reading: reading.taken_on,
        default=None,
    )


def judge(
    instrument: Instrument,
    *,
    baseline: Reading | None,
    latest: Reading | None,
    history: Iterable[Reading] = (),
    score_id: str | None = None,
) -> Change:
    """Judge the latest reading against the baseline, and against the best one in between."""
    rule = instrument.score_rule(score_id) if score_id else instrument.primary
    words = Words(instrument, rule)
    reason = _why_not(rule, baseline, latest)
    if reason or baseline is None or latest is None or rule.change is None:
        return _unjudged(words, reason or "", baseline=baseline, latest=latest, rule=rule)
    ruler = _Ruler(rule, rule.change)
    reliable = ruler.reliable(baseline, latest)
    status = ruler.status(baseline, latest)
    if status is None:
        return _unjudged(
            words,
            "the missing answers could change the verdict",
            baseline=baseline,
            latest=latest,
            rule=rule,
        )
    best = ruler.best(baseline, latest, history)
    losing = ruler.loses_gains(baseline, best, latest)
    return Change(
        status=status,
        reason=None,
        short=words.short(baseline.value, latest.value, reliable=reliable),
        sentence=words.sentence(
            baseline.value,
            latest.value,
            reliable=reliable,
            days=(latest.taken_on - baseline.taken_on).days,
            in_range=ruler.in_range(latest),
            was_in_range=ruler.in_range(baseline),
            best=best.value if losing and best else None,
        ),
        difference=_difference(baseline, latest),
        days=(latest.taken_on - baseline.taken_on).days,
        reliable=reliable,
        limits=rule.change,
        baseline=baseline,
        latest=latest,
        best=best,
        losing_gains=losing,
    )


@dataclass(frozen=True)
class _Ruler:
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

    def in_range(self, reading: Reading) -> bool | None:
        """Say whether a reading lies in the clinical range; None when it cannot be told."""
        found = {self._is_clinical(reading.lo), self._is_clinical(reading.hi)}
        return found.pop() if len(found) == 1 else None

    def best(
        self, baseline: Reading, latest: Reading, history: Iterable[Reading]
    ) -> Reading | None:
        """Return the healthiest reading from baseline until just before the latest."""
        within = [
            reading
            for reading in history
            if reading.value is not None
            and reading.version == latest.version
            and baseline.taken_on <= reading.taken_on < latest.taken_on
        ]
        return min([baseline, *within], key=lambda one: self._badness(one.value or Fraction(0)))

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
        if self._is_clinical(before) is False:
            return Status.BELOW_AT_BASELINE
        if sign > 0:
            return Status.RECOVERED if self._is_clinical(after) is False else Status.IMPROVED
        return Status.UNCHANGED

    def _sign(self, before: Fraction, after: Fraction) -> int:
        better_by = self._badness(before) - self._badness(after)
        if abs(better_by) < self.limits.rci_points:
            return 0
        return 1 if better_by > 0 else -1

    def _is_clinical(self, value: Fraction) -> bool | None:
        """Say whether a value lies in the clinical range; None when no range is known."""
        if self.limits.c is None:
            return None
        distance = self._badness(value) - self._badness(self.limits.c)
        return distance > 0 or (distance == 0 and not self.limits.c_itself_is_healthy)

    def _badness(self, value: Fraction) -> Fraction:
        return -value if self.rule.direction is Direction.HIGHER_BETTER else value


def _why_not(rule: ScoreRule, baseline: Reading | None, latest: Reading | None) -> str | None:
    """Return why nothing can be judged, in words for the physician."""
    if rule.change is None:
        return "no limits of change are known for this score"
    if latest is None:
        return "there is no score yet"
    if latest.value is None:
        return "too many answers are missing in the latest score"
    if baseline is None or baseline.value is None:
        return "there is no baseline"
    if baseline == latest:
        return "this is the baseline"
    if latest.taken_on < baseline.taken_on:
        return "the score is older than the baseline"
    if baseline.version != latest.version:
        return "baseline and score come from different versions of the instrument"
    return None


def _unjudged(
    words: Words, reason: str, *, baseline: Reading | None, latest: Reading | None, rule: ScoreRule
) -> Change:
    return Change(
        status=Status.CANNOT_JUDGE,
        reason=reason,
        short="Cannot judge",
        sentence=words.unjudged(
            baseline.value if baseline else None,
            latest.value if latest else None,
            bounds=(latest.lo, latest.hi) if latest and latest.value is None else None,
            reason=reason,
        ),
        difference=_difference(baseline, latest),
        days=(latest.taken_on - baseline.taken_on).days if baseline and latest else None,
        limits=rule.change,
        baseline=baseline,
        latest=latest,
    )


def _difference(baseline: Reading | None, latest: Reading | None) -> Fraction | None:
    if baseline is None or latest is None or baseline.value is None or latest.value is None:
        return None
    return latest.value - baseline.value
