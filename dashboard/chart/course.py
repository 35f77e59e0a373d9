"""The course of treatment as marks: doses, medicines, other treatment, missed check-ins. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dashboard.chart.addresses import Addresses
from dashboard.chart.happened import Happened, Row, What
from dashboard.charts.marks import DoseMark, DoseState, EventMark, Interval
from dashboard.charts.span import Span
from dashboard.clinical.adverse_events import Grade
from dashboard.clinical.event_list import event_list
from dashboard.formats import day
from dashboard.intake.answers import BrokenContent, Plain
from dashboard.intake.answers import read as read_answers

MEDICINES, TREATMENTS = "medicines", "treatments"
SIGNED = "signed"
NOT_ANSWERED = "?"
NOT_SAID = "not said"


def doses(
    course: Happened, *, is_held: bool, now: dt.datetime, addresses: Addresses
) -> tuple[DoseMark, ...]:
    """Return doses given and planned; the next planned one has a stop mark under a hold."""
    given = [_given(row, number, addresses) for number, row in
             enumerate(course.of(What.DOSE), 1)]  # fmt: skip
    planned = [
        _planned(row, is_held=is_held and at == 0, now=now, addresses=addresses)
        for at, row in enumerate(course.of(What.SESSION))
    ]
    return (*given, *planned)


def amount(milligrams: Decimal | None) -> str:
    """Write a dose in mg without its unit; a question mark where it is not known."""
    return "?" if milligrams is None else f"{milligrams.normalize():f}"


def amount_words(row: Row) -> str:
    """Say a dose with unit and route: 200 mg sublingual."""
    dose = "amount not recorded" if row.amount is None else f"{amount(row.amount)} mg"
    return dose if row.words == NOT_SAID else f"{dose} {row.words}"


def missed(rows: Iterable[Row]) -> Mapping[str, list[dt.datetime]]:
    """Return instrument -> when a check-in asked for it."""
    found: dict[str, list[dt.datetime]] = {}
    for row in rows:
        for name, _version in json.loads(row.words):
            found.setdefault(str(name), []).append(row.at)
    return found


def intervals(course: Happened, *, zone: dt.tzinfo, addresses: Addresses) -> tuple[Interval, ...]:
    """Return medicines, other treatments and supplies as the record has them."""
    return (
        *_medicines(_section(course, MEDICINES), zone, addresses),
        *_treatments(_section(course, TREATMENTS), addresses),
        *(_supply(row, addresses) for row in course.of(What.PRESCRIPTION)),
    )


def in_view(bars: Iterable[Interval], span: Span) -> tuple[Interval, ...]:
    """Return the intervals of which any day is in view."""
    return tuple(
        bar
        for bar in bars
        if (bar.start is None or bar.start <= span.end)
        and (bar.end is None or bar.end >= span.start)
    )


def events(course: Happened, span: Span, *, addresses: Addresses) -> tuple[EventMark, ...]:
    """Return the adverse events in view; from grade 3 on, or with a criterion, they are serious."""
    address = addresses.of(addresses.event)
    return tuple(
        _event(row, href=address(row.ref)) for row in course.of(What.EVENT) if span.holds(row.at)
    )


def _event(row: Row, *, href: str) -> EventMark:
    kind = event_list().events[row.words].label
    grade = f"grade {row.state}" if row.state else "not graded yet"
    is_severe = bool(row.state) and int(row.state) >= Grade.SEVERE
    note = ["adverse event", "seriousness not answered" if row.more == NOT_ANSWERED else ""]
    return EventMark(
        row.at, f"{kind}, {grade}", kind, is_severe or row.more not in {"", NOT_ANSWERED},
        ", ".join(filter(None, note)), href,
    )  # fmt: skip


def undated(course: Happened) -> int:
    """Return how many past treatments have no last day, so that none can be drawn."""
    rows = _rows(_section(course, TREATMENTS), "past")
    return sum(_day(row.get("until_on")) is None for row in rows)


def _given(row: Row, number: int, addresses: Addresses) -> DoseMark:
    return DoseMark(row.at, amount(row.amount), DoseState.GIVEN,
                    f"dose {number}, {_note(row)}", addresses.doses)  # fmt: skip


def _planned(row: Row, *, is_held: bool, now: dt.datetime, addresses: Addresses) -> DoseMark:
    state = DoseState.HELD if is_held else DoseState.PLANNED
    passed = ", its time has passed and no dose is recorded" if row.at < now else ""
    label = "hold" if is_held else amount(row.amount)
    return DoseMark(row.at, label, state, f"{_note(row)}{passed}", addresses.doses)


def _note(row: Row) -> str:
    return amount_words(row) if row.amount is not None else f"mg not recorded, {row.words}"


def _section(course: Happened, key: str) -> Row | None:
    """Return the newest signed section of an intake, else the open one's."""
    found = [row for row in course.of(What.SECTION) if row.more == key]
    return max(found, key=lambda row: (row.state == SIGNED, row.at), default=None)


def _rows(section: Row | None, key: str) -> Sequence[Mapping[str, Plain]]:
    if section is None:
        return ()
    try:
        answer = read_answers(section.words).get(key)
    except BrokenContent:
        return ()
    value = answer.value if answer is not None else ()
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, tuple) else ()


def _medicines(section: Row | None, zone: dt.tzinfo, addresses: Addresses) -> Iterator[Interval]:
    """Yield each medicine from its first day; without one from the day it was told."""
    for row in _rows(section, "taken"):
        if section is None or not (name := _text(row, "name")):
            continue
        told = section.at.astimezone(zone).date()
        since = _day(row.get("since"))
        words = f"as of the intake, {day(told)}"
        if section.state != SIGNED:
            words += ", not signed"
        if since is None:
            words = f"start not known, drawn from when it was told; {words}"
        dose = _text(row, "dose")
        yield Interval(since or told, None, f"{name} {dose}".strip(), name, dose or name, words,
                       addresses.intake(section.ref))  # fmt: skip


def _treatments(section: Row | None, addresses: Addresses) -> Iterator[Interval]:
    """Yield each past treatment that has a last day; without one nobody knows where it ends."""
    for row in _rows(section, "past"):
        until, start = _day(row.get("until_on")), _day(row.get("from_on"))
        if section is None or until is None or (start and start > until):
            continue
        kind, what = _text(row, "kind"), _text(row, "what")
        response = _text(row, "response")
        label = " ".join(filter(None, (kind, what))) or "treatment"
        yield Interval(start, until, label, label, what or kind,
                       f"response {response}" if response else "",
                       addresses.intake(section.ref))  # fmt: skip


def _supply(row: Row, addresses: Addresses) -> Interval:
    """Return what a prescription supplies, from the day it was written."""
    written = dt.date.fromisoformat(row.state)
    n_days = int(row.more)
    dose = f" {amount(row.amount)} mg" if row.amount is not None else ""
    until = written + dt.timedelta(days=min(n_days, 3660) - 1)
    return Interval(written, until, f"{row.words}{dose}, supply", f"{row.words} supply", "supply",
                    f"prescription for {n_days} days", addresses.prescription(row.ref))  # fmt: skip


def _text(row: Mapping[str, Plain], key: str) -> str:
    found = row.get(key, "")
    return found.strip() if isinstance(found, str) else ""


def _day(value: Plain | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
