"""Is it working? The chart's scores and signals, put before the pure rules of `discord`.

What is said, and that it is never green beside something worse or not known, is decided there;
here stand the words for charts on which no change can be told yet, and the sentences beneath.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.span import clinical_date
from dashboard.clinical import discord
from dashboard.clinical.change import Change
from dashboard.clinical.discord import Headline, Signal, Way
from dashboard.scores.words import IS_BASELINE, NO_BASELINE

QUESTION = "Is it working?"
NONE_YET = "An EDE-QS, PHQ-9 and GAD-7 shortly before the first dose become the baseline."
TO_DO = (
    "Change cannot be judged without a baseline. Record the first dose, or choose a baseline under "
    "Measures."
)
TOLD = 4  # sentences; the others are under Measures
LOUD = frozenset({Way.WORSE, Way.LOSING_GAINS})


@dataclass(frozen=True)
class Finding:
    """What one instrument says now.

    `stale_since` is the day of the newest score when that is older than the instrument's longest
    gap; `without_baseline` says why there is nothing to compare with.
    """

    name: str
    change: Change
    stale_since: dt.date | None = None
    without_baseline: str = ""

    @property
    def trend(self) -> discord.Trend:
        """Where the instrument has gone."""
        return discord.Trend.of(self.name, self.change, is_stale=self.stale_since is not None)


@dataclass(frozen=True)
class Answer:
    """A headline with its kind and icon, and the sentences under it."""

    kind: str
    icon: str
    headline: str
    words: str


def is_it_working(
    findings: Sequence[Finding],
    signals: Sequence[Signal] = (),
    *,
    counts: Sequence[str] = (),
    has_open_danger: bool = False,
) -> Answer:
    """Answer from each newest score since its baseline, and from what scores do not see.

    `counts` are sentences on counts of behaviours.
    """
    opening, words = _opening(findings)
    said = discord.headline(
        [one.trend for one in findings], signals, scores=opening, has_open_danger=has_open_danger
    )
    sentences = [words or _sentences(findings), *counts, _not_known(said)]
    return Answer(said.tone, said.tone, said.told, " ".join(filter(None, sentences)))


def _opening(findings: Sequence[Finding]) -> tuple[str, str]:
    """Return how a chart without any change to tell is called, and what to do; else nothing."""
    if not findings:
        return "No scores yet", NONE_YET
    stale = [one.stale_since for one in findings if one.stale_since]
    if len(stale) == len(findings):
        return f"Not known: no scores since {clinical_date(max(stale))}", ""
    bare = [one for one in findings if one.change.reason == NO_BASELINE]
    if len(bare) == len(findings):
        return f"No baseline: {_why(bare)}", TO_DO
    if all(one.change.reason == IS_BASELINE for one in findings):
        return "Baseline taken, no change to judge yet", ""
    return "", ""


def _why(bare: Sequence[Finding]) -> str:
    """Say once why nothing can be compared, where all have the same reason."""
    reasons = {one.without_baseline for one in bare}
    return low(reasons.pop()) if len(reasons) == 1 else "cannot judge"


def low(words: str) -> str:
    """Write words to go on in a sentence."""
    return words[:1].lower() + words[1:]


def _sentences(findings: Sequence[Finding]) -> str:
    """Return the sentence of each instrument: those gone wrong first, then in the chart's order."""
    ordered = sorted(findings, key=lambda one: one.trend.way not in LOUD)
    n_told = max(TOLD, sum(one.trend.way in LOUD for one in findings))
    told = [f"{one.change.sentence}." for one in ordered[:n_told]]
    more = len(ordered) - n_told
    return " ".join((*told, f"{more} more under Measures." if more > 0 else "")).strip()


def _not_known(said: Headline) -> str:
    return f"Not known: {listed(said.not_known)}." if said.not_known else ""


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: EDE-QS, PHQ-9 and GAD-7."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
