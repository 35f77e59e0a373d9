"""Watching scores: worse, severe, losing gains, not moving, or unable to tell.

Only scores of one version are compared. A rule holds when every completion of the blanks makes it
hold; where the blanks decide, a follow-up says so. Without a baseline nothing is called worse.
Nothing here looks at single answers: their dangers stand in the instruments' files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from dashboard.clinical.baseline import day_words
from dashboard.clinical.change import Status, judge
from dashboard.clinical.definition import Instrument
from dashboard.clinical.exact import shown
from dashboard.clinical.formulas.body_size import Sex
from dashboard.clinical.ruler import Reading, Ruler
from dashboard.clinical.score_rules import ScoreRule
from dashboard.clinical.watch_rules import Finding, RuleId, WatchRule, watch_rules

CANNOT_TELL_WORDS = "{name}: the answers given cannot tell ({what}). Ask the patient."


@dataclass(frozen=True)
class _Case:
    """One score of one patient over time; the last reading is the one that is watched."""

    instrument: Instrument
    score: ScoreRule
    earlier: tuple[Reading, ...]
    latest: Reading
    baseline: Reading | None
    first_dose_on: date | None
    n_sessions: int
    sex: Sex | None

    @property
    def name(self) -> str:
        short = self.instrument.short
        return short if self.score.is_primary else f"{short} {self.score.label}"

    @property
    def ruler(self) -> Ruler | None:
        return Ruler(self.score, self.score.change) if self.score.change else None

    @property
    def anchor(self) -> Reading | None:
        """The baseline, if the latest reading can be compared with it."""
        base = self.baseline
        if base is None or base == self.latest or base.version != self.latest.version:
            return None
        return base if base.taken_on <= self.latest.taken_on else None

    def said(self, reading: Reading) -> str:
        """Write a reading with its day: PHQ-9 19 on 03-Nov-2026."""
        decimals = self.score.decimals
        if reading.value is not None:
            amount = shown(reading.value, decimals=decimals)
        else:
            low, high = (shown(end, decimals=decimals) for end in (reading.lo, reading.hi))
            amount = f"between {low} and {high}"
        return f"{self.name} {amount} on {day_words(reading.taken_on)}"


def watch(
    instrument: Instrument,
    *,
    history: Iterable[Reading],
    baseline: Reading | None,
    first_dose_on: date | None = None,
    sessions_on: Iterable[date] = (),
    sex: Sex | None = None,
    score_id: str | None = None,
) -> tuple[Finding, ...]:
    """Return what the last reading of the history calls for, in the order of the rules.

    Give the definition of the latest reading's version. `sessions_on` are the days of doses given;
    only those before the latest reading count. An instrument without a primary score is watched
    only when `score_id` names one.
    """
    readings = sorted(
        (replace(one, version=instrument.scale_of(one.version)) for one in history),
        key=lambda one: one.taken_on,
    )
    if baseline is not None:
        baseline = replace(baseline, version=instrument.scale_of(baseline.version))
    score = _score_of(instrument, score_id)
    if not readings or score is None:
        return ()
    latest = readings[-1]
    case = _Case(
        instrument=instrument,
        score=score,
        earlier=tuple(one for one in readings[:-1] if one.version == latest.version),
        latest=latest,
        baseline=baseline,
        first_dose_on=first_dose_on,
        n_sessions=sum(day < latest.taken_on for day in sessions_on),
        sex=sex,
    )
    return _findings(case)


def _findings(case: _Case) -> tuple[Finding, ...]:
    found: list[Finding] = []
    untold: list[str] = []
    for rule_id, check in (
        (RuleId.RELIABLY_WORSE, _reliably_worse),
        (RuleId.SEVERE_DEPRESSION, _severe),
        (RuleId.LOSING_GAINS, _losing_gains),
        (RuleId.NO_RELIABLE_CHANGE, _no_change),
        (RuleId.ALCOHOL_POSITIVE, _alcohol),
    ):
        rule = watch_rules()[rule_id]
        answer = check(rule, case) if rule.is_for(case.instrument.id) else False
        if isinstance(answer, Finding):
            found.append(answer)
        elif answer is None:
            untold.append(rule.label.lower())
    if case.latest.value is None:
        untold.insert(0, "too many answers are missing for a score")
    if untold:
        words = CANNOT_TELL_WORDS.format(name=case.name, what="; ".join(untold))
        level = watch_rules()[RuleId.SCORE_UNDECIDABLE].level
        found.append(Finding(RuleId.SCORE_UNDECIDABLE, level, words, (case.said(case.latest),)))
    return tuple(found)


def _reliably_worse(rule: WatchRule, case: _Case) -> Finding | bool | None:
    if case.ruler is None or case.anchor is None:
        return False
    answer = _is_worse_in_range(case.ruler, case.anchor, case.latest)
    if not answer:
        return answer
    run = _run_of_worse(case.ruler, case.anchor, [*case.earlier, case.latest])
    within = rule.number("repeat_within_days")
    gaps = [(later.taken_on - first.taken_on).days for first, later in pairwise(run)]
    is_confirmed = any(0 < gap <= within for gap in gaps)
    since = f"{case.said(case.anchor)} (baseline)"
    words = "reliably worse than baseline and in the clinical range"
    provisional = " (provisional limit)" if case.ruler.limits.is_provisional else ""
    state = "confirmed by a repeat" if is_confirmed else f"repeat within {within} days to confirm"
    return Finding(
        rule.id,
        rule.level,
        f"{case.name} {words}{provisional}; {state}.",
        (since, *(case.said(one) for one in run)),
        None if is_confirmed else within,
        is_confirmed,
    )


def _run_of_worse(ruler: Ruler, anchor: Reading, readings: Sequence[Reading]) -> list[Reading]:
    """Return the last readings that are worse without one between them that is not."""
    run: list[Reading] = []
    for one in reversed(readings):
        if one.taken_on < anchor.taken_on or not _is_worse_in_range(ruler, anchor, one):
            break
        run.insert(0, one)
    return run


def _is_worse_in_range(ruler: Ruler, anchor: Reading, reading: Reading) -> bool | None:
    answers = {ruler.is_worse(anchor, reading), ruler.in_range(reading)}
    if False in answers:
        return False
    return None if None in answers else True


def _severe(rule: WatchRule, case: _Case) -> Finding | bool | None:
    return _newly_at_least(rule, case, rule.number("at_least"), note="")


def _alcohol(rule: WatchRule, case: _Case) -> Finding | bool | None:
    name = "men_at_least" if case.sex is Sex.MALE else "women_at_least"
    note = "" if case.sex else " (sex for ranges is unknown: the lower limit was used)"
    return _newly_at_least(rule, case, rule.number(name), note=note)


def _newly_at_least(
    rule: WatchRule, case: _Case, limit: int, *, note: str
) -> Finding | bool | None:
    """Hold from the first reading at the limit on, until one has certainly been there before."""
    previous = case.earlier[-1:]
    if case.latest.hi < limit or any(one.lo >= limit for one in previous):
        return False
    if case.latest.lo < limit:
        return None
    evidence = tuple(case.said(one) for one in (*previous, case.latest))
    words = f"{case.name} newly {limit} or more{note}."
    return Finding(rule.id, rule.level, words, evidence)


def _losing_gains(rule: WatchRule, case: _Case) -> Finding | bool | None:
    if case.ruler is None or case.anchor is None:
        return False
    best = case.ruler.best(case.anchor, case.latest, case.earlier)
    loses = case.ruler.loses_gains(case.anchor, best, case.latest)
    if not loses or best is None:
        return loses
    words = f"{case.name} reliably worse than the best so far: losing gains."
    return Finding(rule.id, rule.level, words, (case.said(best), case.said(case.latest)))


def _no_change(rule: WatchRule, case: _Case) -> Finding | bool | None:
    if case.anchor is None or case.latest.value is None:
        return False
    since = case.first_dose_on or case.anchor.taken_on
    weeks, sessions = rule.number("weeks"), rule.number("sessions")
    reasons = []
    if case.n_sessions >= sessions:
        reasons.append(f"{case.n_sessions} sessions")
    if (case.latest.taken_on - since).days >= weeks * 7:
        reasons.append(f"{(case.latest.taken_on - since).days // 7} weeks")
    if not reasons:
        return False
    change = judge(
        case.instrument, baseline=case.anchor, latest=case.latest, score_id=case.score.id
    )
    if change.status is not Status.UNCHANGED:
        could_be = change.status is Status.CANNOT_JUDGE and change.limits is not None
        return None if could_be else False
    words = f"{case.name}: no reliable change after {' and '.join(reasons)}."
    return Finding(rule.id, rule.level, words, (case.said(case.anchor), case.said(case.latest)))


def _score_of(instrument: Instrument, score_id: str | None) -> ScoreRule | None:
    if score_id is not None:
        return instrument.score_rule(score_id)
    return next((rule for rule in instrument.scores if rule.is_primary), None)
