"""The chart put together: everything that was read becomes one trend, with words beside each lane.

Pure: what is drawn, the table, the file and the document all come from the same `Trend`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.chart import course, scores, windowed
from dashboard.chart.addresses import Addresses
from dashboard.chart.asked import Asked, span_of
from dashboard.chart.happened import Happened, What
from dashboard.chart.laboratory import Measured
from dashboard.chart.scores import Result
from dashboard.chart.windowed import Met
from dashboard.charts.lanes import Lane, Trend
from dashboard.charts.marks import DoseState
from dashboard.charts.span import Span, clinical_date
from dashboard.charts.trend import Marker, MarkerKind, Point, Strip
from dashboard.clearance.models import Status
from dashboard.clearance.strip import Kept
from dashboard.clinical.windows import Hours, Uses
from dashboard.formats import day
from dashboard.measures.strips import Measure
from dashboard.scores.models import Mode
from dashboard.scores.points import ScorePoint
from dashboard.scores.words import Tone

PLAIN = "plain"


@dataclass(frozen=True)
class Sources:
    """Everything that was read of one patient, as the chart needs it."""

    points: Sequence[ScorePoint]
    measures: tuple[Measure, ...]
    course: Happened
    values: tuple[Measured, ...]
    met: tuple[Met, ...]
    uses: Uses
    hours: Hours
    kept: Kept | None

    @property
    def is_held(self) -> bool:
        """Whether the clearance holds the next session."""
        return self.kept is not None and self.kept.status is Status.HOLD


@dataclass(frozen=True)
class View:
    """How it is looked at: which time, on which day, at which moment, in which zone."""

    asked: Asked
    today: dt.date
    now: dt.datetime
    zone: ZoneInfo
    addresses: Addresses


@dataclass(frozen=True)
class Row:
    """One lane on the page: what it is called, how many points it has, and the words beside it."""

    lane: Lane
    name: str
    note: str
    result: Result


@dataclass(frozen=True)
class Composed:
    """The trend, and its lanes in their order, without the axis."""

    trend: Trend
    rows: tuple[Row, ...]


def composed(found: Sources, view: View) -> Composed:
    """Return what is drawn, and the words beside each lane."""
    span = span_of(
        view.asked, _instants(found), first_dose=first_dose(found, view.zone), today=view.today,
        zone=view.zone,
    )  # fmt: skip
    trend = _trend(found, view, span)
    return Composed(trend, tuple(_rows(found, view, trend)))


def first_dose(found: Sources, zone: ZoneInfo) -> dt.date | None:
    """Return the day of the first dose."""
    at = found.course.first_dose_at
    return at.astimezone(zone).date() if at else None


def _instants(found: Sources) -> Iterator[dt.datetime]:
    """Yield every instant that the whole chart holds, those to come too."""
    yield from (point.taken_at for one in found.measures for point in one.points)
    yield from (point.at for one in found.values for point in one.points)
    for what in (What.DOSE, What.SESSION, What.VISIT, What.MISSED, What.EVENT):
        yield from (row.at for row in found.course.of(what))
    yield from (one.contact.at for one in found.met)
    if found.uses.each:
        yield found.uses.each[-1].window.closes_at


def _trend(found: Sources, view: View, span: Span) -> Trend:
    zero = first_dose(found, view.zone) if view.asked.since_dose else None
    marks = course.doses(
        found.course, is_held=found.is_held, now=view.now, addresses=view.addresses
    )
    bars = course.intervals(found.course, zone=view.zone, addresses=view.addresses)
    return Trend(
        span,
        (*_strips(found, view, span), *(one.strip(span) for one in found.values)),
        markers=tuple(_visits(found.course, view, span)),
        windows=windowed.shades(found.uses, span),
        doses_given=tuple(one for one in marks if span.holds(one.at)),
        contacts=tuple(
            windowed.mark(one, href=_record(one, view.addresses), now=view.now)
            for one in found.met if span.holds(one.contact.at)
        ),
        intervals=course.in_view(bars, span),
        events=course.events(found.course, span, addresses=view.addresses),
        day_zero=zero,
    )  # fmt: skip


def _strips(found: Sources, view: View, span: Span) -> Iterator[Strip]:
    missed = course.missed(found.course.of(What.MISSED))
    asked = course.missed(found.course.of(What.ASKED))
    for one in found.measures:
        name = one.instrument.id
        yield scores.strip(
            one, span, missed=missed.get(name, ()), asked=asked.get(name, ()),
            address=view.addresses.of(view.addresses.score),
        )  # fmt: skip


def _visits(happened: Happened, view: View, span: Span) -> Iterator[Marker]:
    for row in happened.of(What.VISIT):
        if span.holds(row.at):
            href = view.addresses.of(view.addresses.visit)(row.ref)
            yield Marker(row.at, MarkerKind.VISIT, row.words, bool(row.state), href)


def _record(one: Met, addresses: Addresses) -> str:
    if one.what is What.VISIT:
        return addresses.of(addresses.visit)(one.ref)
    return addresses.windows


def _rows(found: Sources, view: View, trend: Trend) -> Iterator[Row]:
    yield _doses(found, view, trend)
    yield _contacts(found, view, trend)
    yield _intervals(found, trend)
    yield _of_visits(found, trend)
    for one in found.measures:
        lane = trend.strip(scores.key(one))
        said = scores.result(one, today=view.today, zone=view.zone)
        yield Row(lane, lane.name, _counted(lane.subtitle, lane.strip.points), said)
    for value in found.values:
        lane = trend.strip(value.key)
        yield Row(lane, lane.name, _counted(lane.subtitle, lane.strip.points), _value(value, view))


def _counted(subtitle: str, points: Sequence[Point]) -> str:
    """Say how many points are drawn."""
    return f"{subtitle}, {_n(len(points))}"


def _n(count: int) -> str:
    """Write how many there are, never broken over lines."""
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count}"


def _plain(headline: str, words: str = "", icon: str = "") -> Result:
    return Result(Tone(PLAIN, icon, headline), words, "")


def _doses(found: Sources, view: View, trend: Trend) -> Row:
    lane, given = trend.dose_lane, found.course.of(What.DOSE)
    drawn = sum(mark.state is DoseState.GIVEN for mark in lane.marks)
    following = found.course.next_session
    if following is None:
        words = "no session planned"
    else:
        passed = "was planned" if following.at < view.now else "next"
        words = f"{passed} {day(following.at)}{', on hold' if found.is_held else ''}"
    routes = sorted({row.words for row in given} - {course.NOT_SAID})
    ahead = len(lane.marks) - drawn
    more = f", {ahead} planned" if ahead else ""
    note = ", ".join((*routes, "dose in mg", f"{_n(drawn)}{more}"))
    return Row(lane, lane.name, note, _plain(f"{len(given)} given", words))


def _contacts(found: Sources, view: View, trend: Trend) -> Row:
    lane, uses = trend.contact_lane, found.uses
    coming = [one.contact for one in found.met if one.contact.is_booked
              and one.contact.at > view.now]  # fmt: skip
    words = f"next {day(coming[0].at)}" if coming else "nothing booked"
    headline = f"{uses.n_used} of {uses.n_opened} windows" if uses.n_opened else "No window yet"
    note = ", ".join(filter(None, (lane.subtitle, _n(len(lane.marks)))))
    return Row(lane, lane.name, note, _plain(headline, words))


def _intervals(found: Sources, trend: Trend) -> Row:
    lane = trend.interval_lane
    running = sum(bar.end is None or bar.end >= trend.span.today for bar in lane.intervals)
    undated = course.undated(found.course)
    more = f"{undated} without a last day are in the intake" if undated else ""
    headline = f"{running} running" if lane.intervals else "None on record"
    marked = (
        f", {len(lane.events)} adverse events" if len(lane.events) != 1 else ", 1 adverse event"
    )
    note = f"other treatment, {_n(len(lane.intervals))}{marked if lane.events else ''}"
    return Row(lane, lane.name, note, _plain(headline, more))


def _of_visits(found: Sources, trend: Trend) -> Row:
    lane, everything = trend.visits, found.course.of(What.VISIT)
    headline = f"{len(everything)} visit{'' if len(everything) == 1 else 's'}"
    return Row(lane, lane.name, lane.subtitle, _plain(headline, "on the chart"))


def _value(one: Measured, view: View) -> Result:
    """Say the newest value and whether it is within its limits; never that all is well."""
    latest, limits = one.latest, one.reference
    when = clinical_date(latest.at.astimezone(view.zone).date())
    is_outside = latest.out_of_limit or (
        limits is not None and latest.value is not None and latest.value not in limits
    )
    value = latest.label
    if is_outside:
        words = f"outside {limits.words}" if limits else "flagged by the laboratory"
        return Result(Tone("stop", "stop", f"{value} {_side(latest, one)}".strip()), words, when)
    words = f"within {limits.words}" if limits else "no limits known"
    return Result(Tone(PLAIN, "", value), words, when)


def _side(latest: Point, one: Measured) -> str:
    limits = one.reference
    if limits is None or latest.value is None:
        return ""
    if limits.low is not None and latest.value < limits.low:
        return "low"
    return "high" if limits.high is not None and latest.value > limits.high else ""


def changes(found: Sources, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the last and the next moment at which the page says something else by itself."""
    moments = [*windowed.changes_at(found.uses, found.met),
               *(row.at for row in found.course.of(What.SESSION))]  # fmt: skip
    past = max((at for at in moments if at <= now), default=None)
    return past, min((at for at in moments if at > now), default=None)


def was_asked(found: Sources) -> bool:
    """Whether the patient was ever sent a check-in, or gave answers by link."""
    rows = (*found.course.of(What.MISSED), *found.course.of(What.ASKED))
    return bool(rows) or any(one.mode is Mode.PHONE for one in found.points)
