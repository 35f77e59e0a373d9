"""The distribution of reliable change: newest score of the period against the baseline.

Each patient counts once for an instrument. Who cannot be judged, or has no score, is counted and
shown, and is never counted as unchanged or better.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from enum import StrEnum

from dashboard import formats
from dashboard.clinical.change import judge
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.cohort.figures import Group, Line, Scope, Section, counted, share
from dashboard.cohort.gathering import Gathered, Scored
from dashboard.patients.caseload_views import SHOWN

WORDS = (
    "Newest score of the period against each patient’s baseline, by the instrument’s own limits of "
    "reliable change. A patient counts once for each instrument. Shares are of those judged."
)
NO_SCORE = "no score in this period"


class Became(StrEnum):
    """What became of one patient by one instrument."""

    BETTER = "better"
    SAME = "unchanged"
    WORSE = "worse"
    UNJUDGED = "cannot-be-judged"
    NO_SCORE = "no-score"


JUDGED = (Became.BETTER, Became.SAME, Became.WORSE)
LABELS = {
    Became.BETTER: "Better", Became.SAME: "No reliable change", Became.WORSE: "Worse",
    Became.UNJUDGED: "Cannot be judged", Became.NO_SCORE: "No score",
}  # fmt: skip
OF_RELIABLE = {1: Became.BETTER, 0: Became.SAME, -1: Became.WORSE}


def section(
    found: Gathered, scope: Scope, *, since: dt.datetime | None, at: dt.datetime
) -> Section:
    """Return the distribution for every instrument that somebody in the cohort has a score of."""
    used = instruments(found, scope)
    limited = [one for one in used if one.primary.change is not None]
    others = ", ".join(one.short for one in used if one.primary.change is None)
    notes = (f"No limits of reliable change are known for: {others}.",) if others else ()
    groups = tuple(_group(one, found, scope, since=since, at=at) for one in limited)
    return Section("change", "Reliable change", WORDS, groups, notes)


def instruments(found: Gathered, scope: Scope) -> tuple[Instrument, ...]:
    """Return the instruments with a score of somebody who is counted, the eating disorder first."""
    ids = scope.ids
    used = [catalogue()[name] for name, scores in found.scores.items() if ids & scores.keys()]
    return tuple(
        sorted(used, key=lambda one: (SHOWN.index(one.id) if one.id in SHOWN else 9, one.short))
    )


def is_current(instrument: Instrument, scored: Scored, *, at: dt.datetime) -> bool:
    """Whether a newest score still tells of the present: not older than its longest gap."""
    longest = instrument.primary.chart.max_gap_days
    age = (formats.today(at) - formats.today(scored.newest.at)).days
    return longest is None or age <= longest


def became(instrument: Instrument, scored: Scored) -> tuple[Became, str]:
    """Return what became of a patient, and the sentence that says so."""
    first, zone = scored.baseline, formats.zone()
    change = judge(
        instrument,
        baseline=first.reading(zone) if first else None,
        latest=scored.newest.reading(zone),
    )
    if change.reliable is None:
        return Became.UNJUDGED, change.sentence
    return OF_RELIABLE[change.reliable], change.sentence


def _group(
    instrument: Instrument,
    found: Gathered,
    scope: Scope,
    *,
    since: dt.datetime | None,
    at: dt.datetime,
) -> Group:
    scores = {
        key: scored
        for key, scored in found.scores[instrument.id].items()
        if since is None or scored.newest.at >= since
    }
    everybody = {
        one.id: became(instrument, scores[one.id])
        if one.id in scores
        else (Became.NO_SCORE, NO_SCORE)
        for one in scope.everybody
    }
    withheld = scope.withheld([key for key, (one, _) in everybody.items() if one in JUDGED])
    mine = {key: one for key, one in everybody.items() if key in scope.ids}
    judged = {key: words for key, (one, words) in mine.items() if one in JUDGED}
    old = sum(not is_current(instrument, scores[key], at=at) for key in judged)
    key = f"change-{instrument.id}"
    return Group(
        key, instrument.short, "of patients judged",
        (
            Line(f"{key}-judged", "Judged", len(judged), len(mine), patients=judged),
            *(_line(key, one, mine, of=len(judged), withheld=withheld) for one in Became),
        ),
        withheld, _notes(instrument, old),
    )  # fmt: skip


def _line(
    key: str,
    became: Became,
    mine: Mapping[uuid.UUID, tuple[Became, str]],
    *,
    of: int,
    withheld: str,
) -> Line:
    """Return one outcome; of a group too small to be told apart, only who could not be judged."""
    who = {patient: words for patient, (one, words) in mine.items() if one is became}
    name, label = f"{key}-{became}", LABELS[became]
    if became not in JUDGED:
        return Line(name, label, len(who), len(mine), patients=who)
    if withheld:
        return Line(name, label, None, of)
    return share(name, label, who, n=len(who), of=of, withheld="")


def _notes(instrument: Instrument, old: int) -> tuple[str, ...]:
    limits = instrument.primary.change
    notes = []
    if limits is not None and limits.is_provisional:
        notes.append(f"The limits of {instrument.short} are provisional.")
    if old:
        days = instrument.primary.chart.max_gap_days
        notes.append(
            f"{instrument.short}: {counted(old, 'judged score')} {'is' if old == 1 else 'are'} "
            f"older than {days} days."
        )
    return tuple(notes)
