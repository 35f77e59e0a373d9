"""Is the window being used? Counted from doses and contacts by the rules of `windows`. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboard.chart.happened import Happened, What
from dashboard.charts.marks import ContactMark, ContactState, Shade
from dashboard.charts.span import Span
from dashboard.clinical.windows import (
    OVERLAP,
    Contact,
    ContactKind,
    Hours,
    Uses,
    WindowState,
    WindowUse,
)
from dashboard.formats import day, moment
from dashboard.visits.models import VisitKind
from dashboard.windows import using
from dashboard.windows.models import AppointmentState

QUESTION = "Is the window being used?"
SQUARES = {
    WindowState.USED: "used", WindowState.MISSED: "missed", WindowState.UNCONFIRMED: "unsure",
    WindowState.OPEN: "open", WindowState.AHEAD: "ahead",
}  # fmt: skip
STATES = {
    AppointmentState.BOOKED: ContactState.PLANNED, AppointmentState.HELD: ContactState.HELD,
    AppointmentState.MISSED: ContactState.MISSED, AppointmentState.CANCELLED: ContactState.MISSED,
}  # fmt: skip
MOST_NAMED = 3


@dataclass(frozen=True)
class Square:
    """One window as a small square: what became of it, and its words."""

    kind: str
    words: str


@dataclass(frozen=True)
class Answer:
    """The third answer; `kind` is never "ok", for a used window is no effect."""

    kind: str
    icon: str
    headline: str
    words: str
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Met:
    """One contact with its record: a visit or an appointment that uses a window, or might have."""

    contact: Contact
    state: ContactState
    what: What
    ref: str


def met(course: Happened, *, now: dt.datetime) -> tuple[Met, ...]:
    """Return the contacts that are drawn: those that count, and those that did not take place."""
    return tuple(sorted((*_visits(course), *_appointments(course, now)),
                        key=lambda one: (one.contact.at, one.ref)))  # fmt: skip


def uses(course: Happened, found: Iterable[Met], *, hours: Hours, now: dt.datetime) -> Uses:
    """Return the windows of the doses given, counted as everywhere in the program."""
    given = [row.at for row in course.of(What.DOSE)]
    counting = [one.contact for one in found if one.state is not ContactState.MISSED]
    return using.of_doses(given, counting, hours=hours, at=now)


def changes_at(counted: Uses, found: Iterable[Met]) -> Iterator[dt.datetime]:
    """Yield the moments at which this page says something else without any new record."""
    for one in counted.each:
        yield from (one.window.opens_at, one.window.closes_at)
    yield from (one.contact.at for one in found)


def answer(counted: Uses, found: Iterable[Met], *, hours: Hours, now: dt.datetime) -> Answer:
    """Say how many windows were used, name those missed, and say what is booked next."""
    if not counted.each:
        words = f"A window opens {hours.words}. No dose has been recorded."
        return Answer("none", "none", "No window yet", words, ())
    missed = counted.of(WindowState.MISSED)
    booked = [one.contact for one in found if one.contact.is_booked and one.contact.at > now]
    sentences = [
        f"Missed after {_days(missed)}." if missed else "",
        *_open(counted),
        _unconfirmed(counted),
        _next(booked),
        OVERLAP if counted.has_overlap else "",
        f"Windows: {hours.words}.",
    ]
    kind, icon = ("due", "due") if missed or _lacks(counted) else ("plain", "sun")
    squares = tuple(_square(one) for one in counted.each)
    return Answer(kind, icon, _headline(counted), " ".join(filter(None, sentences)), squares)


def shades(counted: Uses, span: Span) -> tuple[Shade, ...]:
    """Return the windows in view as they are shaded."""
    return tuple(
        Shade(one.window.opens_at, one.window.closes_at, f"window {one.number}, {one.state.value}")
        for one in counted.each
        if span.overlaps(one.window.opens_at, one.window.closes_at)
    )


def mark(one: Met, *, href: str, now: dt.datetime) -> ContactMark:
    """Return a contact as it is drawn."""
    state = one.state
    if state is ContactState.PLANNED and one.contact.at <= now:
        state = ContactState.UNCONFIRMED
    return ContactMark(one.contact.at, one.contact.kind, one.contact.by, state, href)


def _headline(counted: Uses) -> str:
    if not counted.n_opened:
        return "No window has opened yet"
    return f"{counted.n_used} of {counted.n_opened} windows had a contact"


def _days(windows: Iterable[WindowUse]) -> str:
    days = [day(one.window.dose_at) for one in windows]
    more = f" and {len(days) - MOST_NAMED} before" if len(days) > MOST_NAMED else ""
    return f"the dose{'s' if len(days) > 1 else ''} of {', '.join(days[-MOST_NAMED:])}{more}"


def _open(counted: Uses) -> Iterator[str]:
    for one in counted.of(WindowState.OPEN):
        booked = "" if one.booked else ", nothing booked in it"
        yield f"Open until {moment(one.window.closes_at)}{booked}."
    for one in counted.of(WindowState.AHEAD):
        booked = "" if one.booked else ", nothing booked in it"
        yield f"Opens {moment(one.window.opens_at)}{booked}."


def _unconfirmed(counted: Uses) -> str:
    found = counted.of(WindowState.UNCONFIRMED)
    return f"Nobody said whether what was booked after {_days(found)} took place." if found else ""


def _next(booked: Iterable[Contact]) -> str:
    first = min(booked, key=lambda one: one.at, default=None)
    if first is None:
        return "Nothing is booked."
    return f"Next booked: {first.kind.value} with {first.by}, {moment(first.at)}."


def _lacks(counted: Uses) -> bool:
    return any(one.lacks_booking for one in counted.each)


def _square(one: WindowUse) -> Square:
    words = f"Window {one.number}, dose of {day(one.window.dose_at)}: {one.state.value}"
    return Square(SQUARES[one.state], words)


def _visits(course: Happened) -> Iterator[Met]:
    for row in course.of(What.VISIT):
        kind = using.VISITS_THAT_COUNT.get(VisitKind(row.words))
        if kind is not None:
            yield Met(
                Contact(kind, row.at, False, row.more), ContactState.HELD, What.VISIT, row.ref
            )


def _appointments(course: Happened, now: dt.datetime) -> Iterator[Met]:
    """Return what was booked or held; what was cancelled before its time is not drawn."""
    for row in course.of(What.APPOINTMENT):
        state = AppointmentState(row.state)
        if state is AppointmentState.CANCELLED:
            continue
        contact = Contact(
            ContactKind(row.words), row.at, state is AppointmentState.BOOKED, row.more
        )
        if state is AppointmentState.HELD and row.at > now:
            continue
        yield Met(contact, STATES[state], What.APPOINTMENT, row.ref)
