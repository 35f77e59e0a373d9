"""Reliable and clinically significant change, from the limits in an instrument's definition.

A status is given only when every completion of the blanks gives it: otherwise it cannot be judged,
and says why. Method: Jacobson & Truax 1991; scores are compared unrounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from dashboard.clinical.benchmarks import Met, remission, response
from dashboard.clinical.change_words import Words
from dashboard.clinical.definition import Instrument
from dashboard.clinical.evidence import ChangeLimits
from dashboard.clinical.ruler import Reading, Ruler, Status
from dashboard.clinical.score_rules import ScoreRule

__all__ = ["Change", "Met", "Reading", "Status", "judge"]


@dataclass(frozen=True)
class Change:
    """The change from baseline to the latest reading, judged and in words.

    `reliable` is the change alone: +1 better, -1 worse, 0 neither, None cannot tell.
    `losing_gains` compares with the best reading in between; None there means cannot tell.
    `response` and `remission` are None where the instrument's file names no such criterion.
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
    response: Met | None = None
    remission: Met | None = None

    @property
    def is_provisional(self) -> bool:
        """Say whether the limit used rests on an assumption."""
        return self.limits is not None and self.limits.is_provisional


def judge(
    instrument: Instrument,
    *,
    baseline: Reading | None,
    latest: Reading | None,
    history: Iterable[Reading] = (),
    score_id: str | None = None,
) -> Change:
    """Judge the latest reading against the baseline, and against the best one in between."""
    scale = instrument.scale_of(latest.version) if latest else ""
    history = tuple(one for one in history if instrument.scale_of(one.version) == scale)
    rule = instrument.score_rule(score_id) if score_id else instrument.primary
    words = Words(instrument, rule)
    reason = _why_not(instrument, rule, baseline, latest)
    if reason or baseline is None or latest is None or rule.change is None:
        return _unjudged(words, reason or "", baseline=baseline, latest=latest, rule=rule)
    ruler = Ruler(rule, rule.change)
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
        response=response(rule, before=baseline, after=latest),
        remission=remission(rule, before=baseline, after=latest, history=(*history, latest)),
    )


def _why_not(
    instrument: Instrument, rule: ScoreRule, baseline: Reading | None, latest: Reading | None
) -> str | None:
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
    if instrument.scale_of(baseline.version) != instrument.scale_of(latest.version):
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
        response=_untold(rule.change.response if rule.change else None),
        remission=_untold(rule.change.remission if rule.change else None),
    )


def _untold(criterion: object | None) -> Met | None:
    return None if criterion is None else Met.CANNOT_TELL


def _difference(baseline: Reading | None, latest: Reading | None) -> Fraction | None:
    if baseline is None or latest is None or baseline.value is None or latest.value is None:
        return None
    return latest.value - baseline.value
