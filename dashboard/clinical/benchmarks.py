"""Criteria besides reliable change: response, remission, and early change of binge eating.

A criterion is met only when every completion of the blanks meets it. There is no published curve
of expected response to ketamine in eating disorders, and none is made up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from dashboard.clinical.baseline import DAYS_BEFORE_FIRST_DOSE
from dashboard.clinical.evidence import Remission, Response
from dashboard.clinical.exact import Bounds, half_up
from dashboard.clinical.logic import Comparison, holds
from dashboard.clinical.ruler import Reading
from dashboard.clinical.score_rules import Direction, ScoreRule

# Clinical reference, D: >= 65-70 % fewer binges by week 4; 65 % is usual in later work [V:ERLY].
FEWER_PERCENT = Fraction(65)
WEEK = 4
EARLY_CHANGE_LABEL = "Benchmark from psychotherapy trials (CBT), not from ketamine"
EARLY_CHANGE_SOURCE = "Grilo & Masheb 2007; Grilo 2012; Hilbert 2015 (binge-eating disorder)"


class Met(StrEnum):
    """Whether a criterion is met."""

    YES = "met"
    NO = "not met"
    CANNOT_TELL = "cannot tell"
    DOES_NOT_APPLY = "does not apply"


def response(rule: ScoreRule, *, before: Reading, after: Reading) -> Met | None:
    """Say whether the score fell as far as the file asks of a response; None without a criterion.

    It does not apply to a baseline below the file's least, nor in percent of a baseline of 0.
    """
    criterion = rule.change.response if rule.change else None
    if criterion is None:
        return None
    if before.version != after.version:
        return Met.CANNOT_TELL
    least = criterion.requires_baseline_ge
    for end, answer in ((before.hi, Met.DOES_NOT_APPLY), (before.lo, Met.CANNOT_TELL)):
        is_too_low = least is not None and end < least
        if is_too_low or (criterion.kind == "pct" and end <= 0):
            return answer
    return _agreed(
        _responds(rule, criterion, earlier, later)
        for earlier in (before.lo, before.hi)
        for later in (after.lo, after.hi)
    )


def remission(
    rule: ScoreRule, *, before: Reading, after: Reading, history: Iterable[Reading] = ()
) -> Met | None:
    """Say whether the score lies where the file puts remission; None without a criterion.

    Where it must be held for weeks, every score of those weeks must, and one must be as old. It
    does not apply to a baseline that lay there already.
    """
    criterion = rule.change.remission if rule.change else None
    if criterion is None:
        return None
    if before.version != after.version:
        return Met.CANNOT_TELL
    if _lies(before, criterion) is Met.YES:
        return Met.DOES_NOT_APPLY
    now = _lies(after, criterion)
    if criterion.weeks is None or now is not Met.YES:
        return now
    return _held(criterion, criterion.weeks, before=before, after=after, history=history)


@dataclass(frozen=True)
class Count:
    """Days or times of a behaviour in the days that the form looks back on; None was declined."""

    taken_on: date
    value: int | None


@dataclass(frozen=True)
class EarlyChange:
    """Whether binge eating fell early, how far in percent, and on how many counts that rests."""

    met: Met
    words: str
    n: int
    fewer_percent: Fraction | None = None
    before: Count | None = None
    after: Count | None = None
    is_over: bool = False
    label: str = EARLY_CHANGE_LABEL
    source: str = EARLY_CHANGE_SOURCE


def early_change(
    counts: Iterable[Count], *, starts_on: date, as_of: date, looks_back_days: int = 7
) -> EarlyChange:
    """Compare binge counts of before treatment and of its fourth week: 65 % fewer, or not.

    Before is the last count at most 14 days before `starts_on` or on that day; the fourth week's
    is the last whose middle day lies in that week. `is_over` says that no such count can come any
    more. Give counts of one form only, with the days that it looks back.
    """
    given = sorted((one for one in counts if one.value is not None), key=lambda one: one.taken_on)
    since = starts_on - timedelta(days=DAYS_BEFORE_FIRST_DOSE)
    before = next((one for one in reversed(given) if since <= one.taken_on <= starts_on), None)
    to_middle = (looks_back_days + 1) // 2
    first = starts_on + timedelta(days=7 * (WEEK - 1) + to_middle)
    last = first + timedelta(days=6)
    after = next((one for one in reversed(given) if first <= one.taken_on <= last), None)
    return _early(before, after, is_over=as_of > last)


def _early(before: Count | None, after: Count | None, *, is_over: bool) -> EarlyChange:
    n = sum(one is not None for one in (before, after))
    if before is None or before.value is None:
        words = "no count in the 14 days before treatment"
        return EarlyChange(Met.CANNOT_TELL, words, n, after=after, is_over=is_over)
    if before.value == 0:
        words = "no binge eating before treatment"
        return EarlyChange(Met.DOES_NOT_APPLY, words, n, None, before, after, is_over)
    if after is None or after.value is None:
        words = f"no count for week {WEEK}" + ("" if is_over else " yet")
        return EarlyChange(Met.CANNOT_TELL, words, n, before=before, is_over=is_over)
    fewer = Fraction((before.value - after.value) * 100, before.value)
    met = Met.YES if fewer >= FEWER_PERCENT else Met.NO
    words = f"{before.value} to {after.value} by week {WEEK}: {_percent_words(fewer)}"
    goal = f"the benchmark is {half_up(FEWER_PERCENT)} % fewer"
    return EarlyChange(met, f"{words}; {goal}", n, fewer, before, after, is_over)


def _percent_words(fewer: Fraction) -> str:
    """Write a share without rounding it across the benchmark."""
    if fewer < 0:
        return f"{half_up(-fewer)} % more"
    is_met = fewer >= FEWER_PERCENT
    texts = [half_up(fewer, decimals) for decimals in range(5)]
    return f"{next(t for t in texts if (Fraction(t) >= FEWER_PERCENT) == is_met)} % fewer"


def _responds(rule: ScoreRule, criterion: Response, before: Fraction, after: Fraction) -> bool:
    is_better_when_higher = rule.direction is Direction.HIGHER_BETTER
    better_by = after - before if is_better_when_higher else before - after
    if criterion.kind == "points":
        return better_by >= criterion.value
    return better_by * 100 >= criterion.value * before


def _held(
    criterion: Remission,
    weeks: int,
    *,
    before: Reading,
    after: Reading,
    history: Iterable[Reading],
) -> Met:
    since = after.taken_on - timedelta(weeks=weeks)
    mine = sorted(
        (one for one in history if before.taken_on < one.taken_on <= after.taken_on),
        key=lambda one: one.taken_on,
    )
    older = [one for one in mine if one.taken_on <= since][-1:]
    within = [one for one in mine if one.taken_on > since]
    if any(one.version != after.version for one in (*older, *within)):
        return Met.CANNOT_TELL
    if any(_lies(one, criterion) is Met.NO for one in within):
        return Met.NO
    is_sure = all(_lies(one, criterion) is Met.YES for one in (*older, *within))
    return Met.YES if older and is_sure else Met.CANNOT_TELL


def _lies(reading: Reading, criterion: Remission) -> Met:
    facts = {"score": Bounds(reading.lo, reading.hi)}
    answer = holds(Comparison("score", criterion.op, criterion.value), facts)
    return Met.CANNOT_TELL if answer is None else _met(answer)


def _agreed(answers: Iterable[bool]) -> Met:
    found = set(answers)
    return Met.CANNOT_TELL if len(found) > 1 else _met(found == {True})


def _met(answer: bool) -> Met:
    return Met.YES if answer else Met.NO
