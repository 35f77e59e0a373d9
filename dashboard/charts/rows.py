"""The table under a chart: one row for everything that is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dashboard.charts.marks import Backdrop, ContactMark, DoseMark, EventMark, Interval
from dashboard.charts.span import Span
from dashboard.charts.trend import Marker, Point, Strip


class RowKind(StrEnum):
    """What a row tells of."""

    SCORE = "score"
    VALUE = "value"
    COUNT = "count"
    WEIGHT = "weight"
    MISSED = "asked for, not answered"
    PLANNED = "planned"
    DOSE = "dose"
    CONTACT = "contact"
    INTERVAL = "treatment"
    EVENT = "event"
    VISIT = "visit"


@dataclass(frozen=True)
class Row:
    """One line of the table under the chart: exactly one drawn point, mark or bar.

    `band` is what the value means (severity, within limits or not, in a window or not). `until`
    is the last day of an interval, None while it runs. An interval without a known start has the
    chart's first instant as `at` and says so in its remark.
    """

    at: datetime
    day: date
    key: str
    name: str
    value: str
    band: str
    remark: str
    kind: RowKind = RowKind.SCORE
    until: date | None = None
    href: str = ""


def of_strip(strip: Strip, *, span: Span) -> Iterator[Row]:
    """Yield a row for each point of a strip, and for each answer that was or is asked for."""
    for point in strip.points:
        yield _of_point(point, strip=strip, span=span)
    for at in strip.missed:
        yield _asked(at, RowKind.MISSED, strip=strip, span=span)
    for at in strip.planned:
        yield _asked(at, RowKind.PLANNED, strip=strip, span=span)


def _of_point(point: Point, *, strip: Strip, span: Span) -> Row:
    return Row(
        at=point.at,
        day=span.day(point.at),
        key=strip.key,
        name=strip.name,
        value=point.label,
        band=strip.meaning(point),
        remark=", ".join(point.remarks),
        kind=RowKind(strip.kind.value),
        href=point.href,
    )


def _asked(at: datetime, kind: RowKind, *, strip: Strip, span: Span) -> Row:
    return Row(at, span.day(at), strip.key, strip.name, "", "", kind.value, kind)


def of_dose(mark: DoseMark, *, span: Span) -> Row:
    """Return a dose's row."""
    remark = ", ".join(word for word in (mark.state.value, mark.note) if word)
    return Row(
        mark.at, span.day(mark.at), "doses", "Dose", mark.label, "", remark,
        RowKind.DOSE, href=mark.href,
    )  # fmt: skip


def of_contact(mark: ContactMark, *, span: Span, backdrop: Backdrop) -> Row:
    """Return a contact's row; it says whether the contact lies in a window."""
    place = "inside a window" if mark.at in backdrop else "outside a window"
    return Row(
        mark.at, span.day(mark.at), "contacts", mark.kind.value.capitalize(), mark.label, place,
        mark.state.value, RowKind.CONTACT, href=mark.href,
    )  # fmt: skip


def of_interval(bar: Interval, *, span: Span) -> Row:
    """Return an interval's row, at its first known instant."""
    start = bar.start or span.start
    open_ends = ((bar.start is None, "start not known"), (bar.end is None, "still running"))
    remark = [*(words for is_so, words in open_ends if is_so), bar.note]
    return Row(
        span.first_instant(start), start, "intervals", bar.track or bar.label, bar.label, "",
        ", ".join(word for word in remark if word), RowKind.INTERVAL, bar.end, bar.href,
    )  # fmt: skip


def of_event(mark: EventMark, *, span: Span) -> Row:
    """Return an event's row."""
    return Row(
        mark.at, span.day(mark.at), "intervals", "Event", mark.label,
        "serious" if mark.is_serious else "", mark.note, RowKind.EVENT, href=mark.href,
    )  # fmt: skip


def of_marker(marker: Marker, *, span: Span) -> Row:
    """Return the row of a visit or of a dose that is only marked."""
    return Row(
        marker.at, span.day(marker.at), f"{marker.kind.value}s", marker.kind.value.capitalize(),
        marker.label, "", "" if marker.filled else "draft", RowKind(marker.kind.value),
        href=marker.href,
    )  # fmt: skip
