"""Missingness: check-ins asked, answered and missed; scores there at the baseline and now.

Whoever has no score stays in the denominator: nobody leaves the cohort by falling silent.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dashboard import formats
from dashboard.clinical.instruments import Instrument
from dashboard.cohort import change_figures
from dashboard.cohort.figures import Group, Line, Scope, Section, counted, share
from dashboard.cohort.gathering import Answer, Gathered, Scored

Fits: TypeAlias = "Callable[[Scored | None], bool]"
CHECK_INS = (
    "Check-ins that reached a patient in this period and whose time is over. Whatever was not "
    "finished is no answer."
)
SCORES = (
    "Nobody leaves the cohort by falling silent: whoever has no score counts among all. A score is "
    "current while it is not older than the longest gap of its instrument."
)
ASKED = (Answer.ANSWERED, Answer.UNFINISHED, Answer.MISSED)
APART = (Answer.OPEN, Answer.NEVER_SENT, Answer.CANCELLED)


def check_ins(found: Gathered, scope: Scope) -> Section:
    """Return what was asked and what became of it."""
    return Section("asked", "Missingness: check-ins", CHECK_INS, (_check_ins(found, scope),))


def scores(found: Gathered, scope: Scope, *, since: dt.datetime | None, at: dt.datetime) -> Section:
    """Return for every instrument whether scores are there at the baseline and now."""
    used = change_figures.instruments(found, scope)
    groups = tuple(_scores(one, found, scope, since=since, at=at) for one in used)
    return Section("scores", "Missingness: scores", SCORES, groups)


def _check_ins(found: Gathered, scope: Scope) -> Group:
    """Return the check-ins that reached a patient and are over, and those counted apart."""
    asked = {
        one.id: n
        for one in scope.everybody
        if (n := sum(found.asked.get(one.id, {}).get(kind, 0) for kind in ASKED))
    }
    withheld = scope.withheld(asked)
    mine = {key: n for key, n in asked.items() if key in scope.ids}
    total = sum(mine.values())
    lines = [
        Line("asked-all", "Asked, and over", total,
             patients={key: counted(n, "check-in") for key, n in mine.items()}),
        *(_answers(found, scope, kind, of=total, withheld=withheld) for kind in ASKED),
        *(_answers(found, scope, kind) for kind in APART),
    ]  # fmt: skip
    return Group("asked", "Check-ins", "of those asked", tuple(lines), withheld)


def _answers(
    found: Gathered, scope: Scope, kind: Answer, *, of: int | None = None, withheld: str = ""
) -> Line:
    key, label = f"asked-{kind.name.lower().replace('_', '-')}", kind.value.capitalize()
    numbers = {one: found.asked.get(one, {}).get(kind, 0) for one in scope.ids}
    who = {one: counted(n, "check-in") for one, n in numbers.items() if n}
    if of is None:
        return Line(key, label, sum(numbers.values()), patients=who)
    if withheld:
        return Line(key, label, None, of)
    return share(key, label, who, n=sum(numbers.values()), of=of, withheld="")


def _scores(
    instrument: Instrument,
    found: Gathered,
    scope: Scope,
    *,
    since: dt.datetime | None,
    at: dt.datetime,
) -> Group:
    held = found.scores[instrument.id]

    def is_new(one: Scored | None) -> bool:
        if one is None or one.newest.value is None or (since and one.newest.at < since):
            return False
        return change_figures.is_current(instrument, one, at=at)

    def has_first(one: Scored | None) -> bool:
        return one is not None and one.baseline is not None

    kinds: Mapping[str, tuple[str, Fits]] = {
        "any": ("Answered at any time", lambda one: one is not None),
        "baseline": ("Score at the baseline", has_first),
        "current": ("Current score", is_new),
        "both": ("Both", lambda one: has_first(one) and is_new(one)),
        "none": ("No current score", lambda one: not is_new(one)),
    }
    key, withheld = f"scores-{instrument.id}", scope.withheld([one.id for one in scope.everybody])
    lines = tuple(
        _present(f"{key}-{name}", label, scope, held, fits=fits, withheld=withheld)
        for name, (label, fits) in kinds.items()
    )
    return Group(key, instrument.short, "of all patients in the cohort", lines, withheld)


def _present(
    key: str,
    label: str,
    scope: Scope,
    held: Mapping[uuid.UUID, Scored],
    *,
    fits: Fits,
    withheld: str,
) -> Line:
    if withheld:
        return Line(key, label, None, len(scope.ids))
    who = {one: _dated(held.get(one)) for one in scope.ids if fits(held.get(one))}
    return share(key, label, who, n=len(who), of=len(scope.ids), withheld="")


def _dated(one: Scored | None) -> str:
    """Say from when the scores are; a form without a score says so."""
    if one is None:
        return "never answered"
    first = f"baseline {formats.day(one.baseline.at)}" if one.baseline else "no baseline"
    lacks = "" if one.newest.value is not None else ", too many answers missing"
    return f"{first}, newest {formats.day(one.newest.at)}{lacks}"
