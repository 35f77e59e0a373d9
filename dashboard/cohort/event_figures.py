"""Adverse events per 100 sessions: all, grade 3 or more, serious, and what nobody has said yet.

A session is a dose on record. An event without grade or seriousness is counted apart, never as
mild. How many there were is told of any group; only the rate is withheld.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from dashboard.clinical.adverse_events import event_list, is_serious
from dashboard.cohort.figures import Group, Line, Scope, Section, counted, on_one_scale, rate
from dashboard.cohort.gathering import Gathered
from dashboard.sessions import events
from dashboard.sessions.models import AdverseEvent

WORDS = (
    "A session is a dose on record. Each event counts once, as it is known now, from the first "
    "dose on. What nobody has graded or answered is counted apart, never as mild."
)


def _is_ungraded(one: AdverseEvent) -> bool:
    return one.grade is None


def _is_severe(one: AdverseEvent) -> bool:
    return one.grade is not None and one.grade >= event_list().grading.hold_from


def _is_serious(one: AdverseEvent) -> bool:
    return is_serious(events.as_event(one)) is True


def _is_unanswered(one: AdverseEvent) -> bool:
    return is_serious(events.as_event(one)) is None


KINDS: tuple[tuple[str, str, Callable[[AdverseEvent], bool]], ...] = (
    ("events-all", "All adverse events", lambda one: True),
    ("events-severe", "Grade 3 or more", _is_severe),
    ("events-ungraded", "Not graded yet", _is_ungraded),
    ("events-serious", "Serious", _is_serious),
    ("events-unanswered", "Seriousness not answered", _is_unanswered),
)


def section(found: Gathered, scope: Scope, *, since: dt.datetime | None) -> Section:
    """Return the events of the period per 100 doses of the period."""
    doses = {
        one.id: n
        for one in scope.everybody
        if (n := sum(since is None or at >= since for at in found.doses(one.id)))
    }
    withheld = scope.withheld(doses)
    mine = {key: n for key, n in doses.items() if key in scope.ids}
    sessions = sum(mine.values())
    these, before = _split(found, scope, since)
    lines = [
        Line("events-sessions", "Sessions (doses on record)", sessions,
             patients={key: counted(n, "session") for key, n in mine.items()}),
        *on_one_scale(
            _line(key, label, these, fits=fits, of=sessions, withheld=withheld)
            for key, label, fits in KINDS
        ),
    ]  # fmt: skip
    group = Group(
        "events", "Adverse events", "of sessions", tuple(lines), withheld, _notes(these, before)
    )
    return Section("events", "Adverse events per 100 sessions", WORDS, (group,))


def _split(
    found: Gathered, scope: Scope, since: dt.datetime | None
) -> tuple[Mapping[uuid.UUID, Sequence[AdverseEvent]], int]:
    """Return the events of the period from each first dose on, and how many were before it."""
    these: dict[uuid.UUID, list[AdverseEvent]] = {}
    before = 0
    for key in scope.ids:
        given = found.doses(key)
        for one in found.events.get(key, ()):
            if since is not None and one.began_at < since:
                continue
            if not given or one.began_at < given[0]:
                before += 1
            else:
                these.setdefault(key, []).append(one)
    return these, before


def _line(
    key: str,
    label: str,
    these: Mapping[uuid.UUID, Sequence[AdverseEvent]],
    *,
    fits: Callable[[AdverseEvent], bool],
    of: int,
    withheld: str,
) -> Line:
    fitting = {
        patient: kept for patient, all_ in these.items() if (kept := [e for e in all_ if fits(e)])
    }
    who = {patient: "; ".join(map(events.words, kept)) for patient, kept in fitting.items()}
    number = sum(map(len, fitting.values()))
    return rate(key, label, who, n=number, of=of, withheld=withheld)


def _notes(these: Mapping[uuid.UUID, Sequence[AdverseEvent]], before: int) -> tuple[str, ...]:
    kinds = Counter(event_list().events[one.kind].label for all_ in these.values() for one in all_)
    ordered = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    notes = []
    if ordered:
        notes.append(
            "By kind: " + ", ".join(f"{label} {number}" for label, number in ordered) + "."
        )
    if before:
        was = "was" if before == 1 else "were"
        notes.append(f"{counted(before, 'event')} before a first dose {was} not counted.")
    return tuple(notes)
