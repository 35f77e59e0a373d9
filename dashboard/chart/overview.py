"""The overview put together: rows from the database to a trend, its results, its table. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from dashboard.chart.working import Answer, Finding, is_it_working
from dashboard.charts.instrument_strip import strip_of
from dashboard.charts.lanes import Row, Trend
from dashboard.charts.span import Span, clinical_date
from dashboard.charts.trend import Baseline, Marker, MarkerKind, Mode, Point, Strip
from dashboard.clinical.change import Change, judge
from dashboard.clinical.instruments import Instrument
from dashboard.scores import baselines
from dashboard.scores.baselines import Found
from dashboard.scores.points import ScorePoint
from dashboard.scores.readings import written, written_bounds
from dashboard.scores.words import Tone, tone_of
from dashboard.visits.actions import Marker as VisitMarker

Points = Mapping[str, Sequence[ScorePoint]]
Baselines = Mapping[tuple[str, str], Found]


class Range(StrEnum):
    """How far back the timeline looks."""

    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    ALL = "all"

    @property
    def weeks(self) -> int | None:
        """The weeks in view; None for everything."""
        return {Range.FOUR_WEEKS: 4, Range.TWELVE_WEEKS: 12, Range.ALL: None}[self]

    @property
    def label(self) -> str:
        """The word on the switch."""
        return {Range.FOUR_WEEKS: "4 weeks", Range.TWELVE_WEEKS: "12 weeks", Range.ALL: "All"}[self]


@dataclass(frozen=True)
class Scored:
    """One instrument of one patient: its points, and what the newest says since baseline."""

    instrument: Instrument
    points: tuple[ScorePoint, ...]
    change: Change
    baseline: Found
    latest: ScorePoint | None

    @property
    def safety(self) -> str:
        """Name what the newest response tells of a danger, or left blank: PHQ-9 item 9: 2."""
        if self.latest is None or self.latest.attention is None:
            return ""
        loud = [
            f"item {item}{': not answered' if answer is None else f': {answer}'}"
            for item, answer in self.latest.safety.items()
            if answer is None or answer > 0
        ]
        return f"{self.instrument.short} {', '.join(loud)}" if loud else ""


@dataclass(frozen=True)
class Result:
    """The words beside a strip."""

    tone: Tone
    words: str
    day: str


@dataclass(frozen=True)
class TableRow:
    """One line of the table: exactly one drawn point."""

    at: dt.datetime
    name: str
    value: str
    band: str
    safety: str
    remark: str


def scored(
    instruments: Sequence[Instrument], points: Points, *, counted_from: Baselines, zone: ZoneInfo
) -> tuple[Scored, ...]:
    """Judge each instrument's newest score against its baseline."""
    return tuple(
        _scored(
            one,
            points.get(one.id, ()),
            counted_from.get((one.id, one.primary.id), baselines.NONE),
            zone,
        )
        for one in instruments
    )


def answer(found: Sequence[Scored], *, today: dt.date, zone: ZoneInfo, danger: bool) -> Answer:
    """Answer whether it works."""
    findings = [
        Finding(
            one.instrument.short,
            one.change,
            one.safety,
            stale_since(one, today=today, zone=zone),
            "" if one.baseline.reading else one.baseline.words,
        )
        for one in found
        if one.latest is not None
    ]
    return is_it_working(findings, has_open_danger=danger)


def stale_since(one: Scored, *, today: dt.date, zone: ZoneInfo) -> dt.date | None:
    """Return the day of the newest score when it is older than the instrument's longest gap."""
    longest = one.instrument.primary.chart.max_gap_days
    if one.latest is None or longest is None:
        return None
    day = one.latest.taken_at.astimezone(zone).date()
    return day if (today - day).days > longest else None


def trend(
    found: Sequence[Scored],
    visits: Sequence[VisitMarker],
    *,
    within: Range,
    today: dt.date,
    zone: ZoneInfo,
) -> Trend:
    """Return what is drawn: every score and visit in view, on one time axis."""
    span = _span(found, visits, within=within, today=today, zone=zone)
    markers = tuple(
        Marker(one.began_at, MarkerKind.VISIT, one.kind.value, filled=one.is_signed)
        for one in visits
        if span.holds(one.began_at)
    )
    return Trend(span, tuple(_strip(one, span) for one in found), markers)


def result(one: Scored, *, today: dt.date, zone: ZoneInfo) -> Result:
    """Return the words beside a strip: the change, the severity, the safety answers, the day."""
    if one.latest is None:
        return Result(Tone("none", "none", "No scores yet"), "", "")
    latest, rule = one.latest, one.instrument.primary
    day = latest.taken_at.astimezone(zone).date()
    if latest.value is None:
        between = written_bounds(one.instrument, rule.id, latest.lo, latest.hi)
        tone = Tone("none", "none", f"Incomplete, {between}")
    else:
        tone = tone_of(one.change)
    band = next((band.label.lower() for band in rule.bands if band.id == latest.band), "")
    safety = ", ".join(f"item {item}: {_given(value)}" for item, value in latest.safety.items())
    is_stale = stale_since(one, today=today, zone=zone) is not None
    if is_stale:
        tone = Tone("none", tone.icon, tone.words)
    losing = "losing gains" if one.change.losing_gains else ""
    words = ", ".join(piece for piece in (losing, band, safety) if piece)
    if one.safety:
        kind = "stop" if latest.attention and latest.attention.is_danger else "due"
        tone = Tone(kind, kind, tone.words)
    return Result(tone, words, f"{'not since ' if is_stale else ''}{clinical_date(day)}")


def table(found: Sequence[Scored], drawn: Trend) -> tuple[TableRow, ...]:
    """Return one row a drawn point, newest first, with the safety answers beside it."""
    safety = {
        (one.instrument.id, point.taken_at, not point.counts): _safety_words(point)
        for one in found
        for point in one.points
    }
    return tuple(_table_row(row, safety) for row in reversed(drawn.table()))


def _table_row(row: Row, safety: Mapping[tuple[str, dt.datetime, bool], str]) -> TableRow:
    is_superseded = "corrected later" in row.remark
    return TableRow(
        row.at, row.name, row.value, row.band, safety[row.key, row.at, is_superseded], row.remark
    )


def _safety_words(point: ScorePoint) -> str:
    return ", ".join(f"item {item}: {_given(answer)}" for item, answer in point.safety.items())


def _given(answer: int | None) -> str:
    return "not answered" if answer is None else str(answer)


def _scored(
    instrument: Instrument, points: Sequence[ScorePoint], baseline: Found, zone: ZoneInfo
) -> Scored:
    counting = [one for one in points if one.counts]
    readings = [one.taken.reading(zone) for one in counting]
    change = judge(
        instrument,
        baseline=baseline.reading.reading(zone) if baseline.reading else None,
        latest=readings[-1] if readings else None,
        history=readings,
    )
    return Scored(instrument, tuple(points), change, baseline, counting[-1] if counting else None)


def _span(
    found: Sequence[Scored],
    visits: Sequence[VisitMarker],
    *,
    within: Range,
    today: dt.date,
    zone: ZoneInfo,
) -> Span:
    if within.weeks is None:
        instants = [point.taken_at for one in found for point in one.points]
        instants += [visit.began_at for visit in visits]
        return Span.around(instants, today=today, zone=zone.key)
    first = today - dt.timedelta(weeks=within.weeks)
    return Span(first, today + dt.timedelta(days=1), today, zone.key)


def _strip(one: Scored, span: Span) -> Strip:
    baseline, found = None, one.baseline.reading
    if found is not None and found.value is not None and found.at <= span.closes_at:
        baseline = Baseline(max(found.at, span.opens_at), found.value)
    return strip_of(
        one.instrument,
        [_point(one.instrument, point) for point in one.points if span.holds(point.taken_at)],
        subtitle=_subtitle(one.instrument),
        baseline=baseline,
        change_words=one.change.sentence,
    )


def _point(instrument: Instrument, point: ScorePoint) -> Point:
    is_bounded = point.lo != point.hi
    return Point(
        at=point.taken_at,
        value=point.value,
        label=written(instrument, instrument.primary.id, point.value),
        low=point.lo if is_bounded else None,
        high=point.hi if is_bounded else None,
        mode=Mode(point.mode.value),
        version=instrument.scale_of(point.version),
        prorated=point.prorated,
        superseded=not point.counts,
    )


def _subtitle(instrument: Instrument) -> str:
    """Say what the strip measures, and its range."""
    rule = instrument.primary
    low, high = (written(instrument, rule.id, end) for end in (rule.lowest, rule.highest))
    return f"{rule.label.lower()}, {low}\N{EN DASH}{high}"
