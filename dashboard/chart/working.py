"""Is it working? One answer in words from every instrument's change, discord said out loud.

It is never green beside a danger, a reliable worsening, lost gains, or something not measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.span import clinical_date
from dashboard.clinical.change import Change, Status
from dashboard.scores.words import IS_BASELINE, NO_BASELINE

TO_DO = (
    "Change cannot be judged without a baseline. Record the first dose, or choose a baseline under "
    "Measures."
)
BETTER = frozenset({Status.RECOVERED, Status.IMPROVED})


@dataclass(frozen=True)
class Finding:
    """What one instrument says now.

    `safety` tells of a danger or a blank in its newest response; `stale_since` is the day of the
    newest score when that is older than the instrument's longest gap; `without_baseline` says why
    there is nothing to compare with.
    """

    name: str
    change: Change
    safety: str = ""
    stale_since: dt.date | None = None
    without_baseline: str = ""


@dataclass(frozen=True)
class Answer:
    """A headline with its kind and icon, and the sentences under it."""

    kind: str
    icon: str
    headline: str
    words: str


def is_it_working(findings: Sequence[Finding], *, has_open_danger: bool = False) -> Answer:
    """Answer from the newest score of each instrument, compared with its baseline."""
    if not findings:
        words = "An EDE-QS, PHQ-9 and GAD-7 shortly before the first dose become the baseline."
        return _safest(Answer("none", "none", "No scores yet", words), has_open_danger)
    current = [one for one in findings if not one.stale_since]
    if not current:
        newest = clinical_date(max(one.stale_since for one in findings if one.stale_since))
        answer = Answer("none", "none", f"Not known: no scores since {newest}", _words(findings))
    else:
        answer = _judged(current, findings)
    safety = ", ".join(one.safety for one in findings if one.safety)
    if safety:
        headline = f"{safety}; {answer.headline}"
        answer = Answer("due", "due", headline, answer.words)
    return _safest(answer, has_open_danger)


def _safest(answer: Answer, has_open_danger: bool) -> Answer:
    """Show the answer as a stop while a danger has not been acknowledged."""
    if not has_open_danger:
        return answer
    return Answer("stop", "stop", answer.headline, answer.words)


def _judged(current: Sequence[Finding], findings: Sequence[Finding]) -> Answer:
    worse = [one.name for one in current if one.change.status is Status.WORSE]
    losing = [one.name for one in current if one.change.losing_gains and one.name not in worse]
    better = [one.name for one in current if one.change.status in BETTER and one.name not in losing]
    same = [
        one.name
        for one in current
        if one.change.status in {Status.UNCHANGED, Status.BELOW_AT_BASELINE}
        and one.name not in losing
    ]
    first = [one.name for one in current if one.change.reason == IS_BASELINE]
    open_ones = [
        one.name
        for one in current
        if one.change.status is Status.CANNOT_JUDGE and one.name not in first
    ]
    bare = [one for one in current if one.change.reason == NO_BASELINE]
    stale = [one.name for one in findings if one.stale_since]
    if len(bare) == len(findings):
        return Answer("none", "none", f"No baseline: {_why(bare)}", TO_DO)
    if len(first) == len(findings):
        return Answer("none", "none", "Baseline taken, no change to judge yet", _words(findings))
    pieces = (
        (better, "better"),
        (worse, "worse"),
        (losing, "losing gains"),
        (same, "without reliable change"),
        (first, "at baseline"),
        (open_ones, "cannot be judged"),
        (stale, "not measured lately"),
    )
    headline = ", ".join(f"{listed(names)} {what}" for names, what in pieces if names)
    kind, icon = _mark(
        better=bool(better),
        worse=bool(worse or losing),
        unsure=bool(open_ones or stale or first),
    )
    return Answer(kind, icon, headline, _words(findings))


def _why(bare: Sequence[Finding]) -> str:
    """Say once why nothing can be compared, where all have the same reason."""
    reasons = {one.without_baseline for one in bare}
    return low(reasons.pop()) if len(reasons) == 1 else "cannot judge"


def low(words: str) -> str:
    """Write words to go on in a sentence."""
    return words[:1].lower() + words[1:]


def _mark(*, better: bool, worse: bool, unsure: bool) -> tuple[str, str]:
    """Return kind and icon; green needs something better, nothing worse and nothing unsure."""
    if worse:
        return "due", "due"
    if better and not unsure:
        return "ok", "ok"
    return ("info", "info") if better or not unsure else ("none", "none")


def _words(findings: Sequence[Finding]) -> str:
    return " ".join(f"{one.change.sentence}." for one in findings)


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: EDE-QS, PHQ-9 and GAD-7."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
