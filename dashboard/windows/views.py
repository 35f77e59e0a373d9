"""Windows and appointments as the patient's page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.windows import (
    Contact,
    ContactKind,
    Uses,
    WindowState,
    WindowUse,
)
from dashboard.patients.banner import Flag
from dashboard.windows.models import Appointment, AppointmentState
from dashboard.windows.reading import Line, Start, is_open_question

STATES = {
    WindowState.AHEAD: Flag("none", "Not open yet"), WindowState.OPEN: Flag("info", "Open"),
    WindowState.USED: Flag("ok", "Used"), WindowState.UNCONFIRMED: Flag("none", "Not confirmed"),
    WindowState.MISSED: Flag("due", "Missed"),
}  # fmt: skip
BECAME = {
    AppointmentState.BOOKED: Flag("info", "Booked"), AppointmentState.HELD: Flag("ok", "Held"),
    AppointmentState.MISSED: Flag("due", "Missed"),
    AppointmentState.CANCELLED: Flag("none", "Cancelled"),
}  # fmt: skip
IF_IT_GOES_AHEAD = Flag("none", "If the session goes ahead")


@dataclass(frozen=True)
class ContactView:
    """One contact inside a window: "Therapy, Dr Lindqvist", its moment, and what it is."""

    words: str
    at: str
    flag: Flag


@dataclass(frozen=True)
class WindowView:
    """One window; `missing` names the kinds that it lacks, `asked` who was written to and when."""

    ref: str
    number: str
    given: str
    dose: str
    opens: str
    closes: str
    state: Flag
    contacts: tuple[ContactView, ...]
    missing: str
    is_over: bool
    asked: str


@dataclass(frozen=True)
class AppointmentView:
    """One appointment with what became of it, and what may be done about it."""

    ref: str
    when: str
    what: str
    with_whom: str
    way: str
    note: str
    state: Flag
    asks: bool
    changed: str
    reason: str
    error: str
    is_booked: bool
    has_begun: bool


def windows(
    found: Uses,
    starts: Sequence[Start],
    *,
    spoiled: Iterable[Appointment],
    asked: Mapping[str, str],
    at: dt.datetime,
) -> tuple[WindowView, ...]:
    """Return the windows newest first; `spoiled` are appointments that were no contact.

    `asked` says for the ref of a dose or session who was written to.
    """
    lost = list(spoiled)
    return tuple(
        window(start, use, spoiled=lost, asked=asked.get(start.ref, ""), at=at)
        for start, use in zip(starts, found.each, strict=True)
    )[::-1]


def window(
    start: Start,
    use: WindowUse,
    *,
    spoiled: Iterable[Appointment],
    asked: str,
    at: dt.datetime,
) -> WindowView:
    """Return one window in words; appointments inside it that were missed are named too."""
    inside = [_spoiled(one) for one in spoiled if one.starts_at in use.window]
    return WindowView(
        ref=start.ref,
        number="" if start.is_planned else f"{use.number}.",
        given=formats.moment(start.at),
        dose=dose_words(start),
        opens=formats.moment(use.window.opens_at),
        closes=formats.moment(use.window.closes_at),
        state=IF_IT_GOES_AHEAD if start.is_planned else STATES[use.state],
        contacts=(*contact_views(use), *inside),
        missing=listed(use.missing),
        is_over=use.window.closes_at < at,
        asked=asked,
    )


def contact_views(use: WindowUse) -> tuple[ContactView, ...]:
    """Return the contacts of a window: held, booked, and those nobody confirmed."""
    return (
        *(_contact(one, BECAME[AppointmentState.HELD]) for one in use.held),
        *(_contact(one, BECAME[AppointmentState.BOOKED]) for one in use.booked),
        *(_contact(one, STATES[WindowState.UNCONFIRMED]) for one in use.unconfirmed),
    )


def appointments(lines: Iterable[Line], *, at: dt.datetime) -> tuple[AppointmentView, ...]:
    """Return appointments in words."""
    return tuple(appointment(line, at=at) for line in lines)


def appointment(line: Line, *, at: dt.datetime) -> AppointmentView:
    """Return one appointment in words."""
    one = line.appointment
    length = f", {one.minutes} min" if one.minutes else ""
    is_closed = one.state is not AppointmentState.BOOKED
    return AppointmentView(
        ref=one.ref,
        when=formats.moment(one.starts_at),
        what=one.kind.value.capitalize(),
        with_whom=one.with_whom,
        way=f"{one.way.value.capitalize()}{length}",
        note=one.note,
        state=BECAME[one.state],
        asks=is_open_question(one, at=at),
        changed=f"{line.changed_by}, {formats.moment(one.changed_at)}",
        reason=one.reason,
        error=one.entered_in_error_reason,
        is_booked=not (is_closed or one.entered_in_error_at),
        has_begun=one.starts_at <= at,
    )


def dose_words(start: Start) -> str:
    """Return the dose in words: 200 mg."""
    return "dose not written down" if start.dose_mg is None else f"{start.dose_mg:f} mg"


def listed(kinds: Sequence[ContactKind]) -> str:
    """Return kinds as a sentence lists them: therapy, dietitian."""
    return ", ".join(kind.value for kind in kinds)


def _contact(one: Contact, flag: Flag) -> ContactView:
    return ContactView(f"{one.kind.value.capitalize()}, {one.by}", formats.moment(one.at), flag)


def _spoiled(one: Appointment) -> ContactView:
    words = f"{one.kind.value.capitalize()}, {one.with_whom}"
    return ContactView(words, formats.moment(one.starts_at), BECAME[one.state])
