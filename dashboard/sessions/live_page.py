"""A session's record in words, for its live page, its closing and the page of its record."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.home_session import session_rules
from dashboard.sessions import events, live_views
from dashboard.sessions.effects import DISSOCIATION, EFFECT, MOST_DISSOCIATION, NOTES
from dashboard.sessions.live_views import DueView, ReadingView
from dashboard.sessions.models import AdverseEvent, Part, SessionAnswer
from dashboard.sessions.reading import Record

NAMES = {EFFECT: "Effect at its peak", DISSOCIATION: "Dissociation, 0 to 10", NOTES: "Notes"}

CRITERIA = {one.id: one.label for one in session_rules().release.criteria}


@dataclass(frozen=True)
class EventView:
    """One adverse event of the session."""

    ref: str
    words: str
    is_open: bool


@dataclass(frozen=True)
class Told:
    """One thing said of the session, and who said it when."""

    term: str
    words: str
    who: str


@dataclass(frozen=True)
class LivePage:
    """A session that started: since when, what is due, its readings, events, what was said."""

    started: str
    minute: int
    due: DueView | None
    readings: tuple[ReadingView, ...]
    corrected: tuple[str, ...]
    events: tuple[EventView, ...]
    told: tuple[Told, ...]
    mark: str


def page(record: Record, *, at: dt.datetime, is_over: bool = False) -> LivePage:
    """Return a session as its page shows it at a moment."""
    session, live = record.session, record.live
    began = session.started_at or at
    return LivePage(
        started=formats.moment(began),
        minute=max(0, int((at - began).total_seconds() // 60)),
        due=None if is_over else live_views.due_view(live.due(now=at)),
        readings=tuple(live_views.rows(live, now=at, is_over=is_over)),
        corrected=corrected(record),
        events=tuple(_event(one) for one in record.events),
        told=told(record.held(Part.EFFECT)),
        mark=mark(record),
    )


def corrected(record: Record) -> tuple[str, ...]:
    """Say each reading that was corrected: what it was, and whose."""
    standing = {one.id for one in record.standing}
    return tuple(
        f"{live_views.values(one)}: {live_views.who(one)}"
        for one in record.readings
        if one.id not in standing
    )


def open_minutes(record: Record) -> tuple[int, ...]:
    """Return the minutes of the schedule whose reading is not there yet."""
    return tuple(one for one in session_rules().minutes if one not in record.live.taken)


def told(held: Mapping[str, SessionAnswer]) -> tuple[Told, ...]:
    """Return what was said of effect, dissociation and in notes, where anything was."""
    return tuple(
        Told(
            name, _value(key, held[key].value),
            f"{held[key].by_name}, {formats.moment(held[key].answered_at)}",
        )
        for key, name in NAMES.items()
        if key in held and held[key].value
    )  # fmt: skip


def added(one: SessionAnswer) -> Told:
    """Return an addendum: its words, who added it when."""
    return Told("Addendum", one.value, f"{one.by_name}, {formats.moment(one.recorded_at)}")


def theirs(one: SessionAnswer) -> str:
    """Say what somebody else answered meanwhile."""
    name = NAMES.get(one.key) or CRITERIA.get(one.key, one.key)
    value = _value(one.key, one.value) or "taken back"
    return f"{one.by_name} answered meanwhile: {name}: {value}. Yours is not saved; save again."


def mark(record: Record) -> str:
    """Return a mark that changes with every entry, and says nothing of what it is."""
    names = sorted(
        str(one)
        for one in (
            *(answer.id for answer in record.answers),
            *(reading.id for reading in record.readings),
            *(event.id for event in record.events),
            *(step.id for step in record.steps),
        )
    )
    return hashlib.sha256("|".join([record.session.state, *names]).encode()).hexdigest()[:16]


def _value(key: str, value: str) -> str:
    return f"{value} of {MOST_DISSOCIATION}" if key == DISSOCIATION else value


def _event(one: AdverseEvent) -> EventView:
    return EventView(one.ref, events.words(one), one.closed_at is None)
