"""The measures put together: scores from the database to strips, verdicts and words. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from dashboard.charts.instrument_strip import OPEN_COUNT, strip_of
from dashboard.charts.lanes import Trend
from dashboard.charts.span import Span
from dashboard.charts.trend import Baseline, Marker, MarkerKind, Mode, Point, Strip
from dashboard.clinical.change import Change, judge
from dashboard.clinical.instruments import Instrument, ScoreRule
from dashboard.scores.baselines import NONE, Found
from dashboard.scores.points import ScorePoint
from dashboard.scores.readings import written

Baselines = Mapping[tuple[str, str], Found]


@dataclass(frozen=True)
class Measure:
    """One score of one instrument in one chart: all its points, its baseline, its verdict."""

    instrument: Instrument
    rule: ScoreRule
    points: tuple[ScorePoint, ...]
    baseline: Found
    change: Change

    @property
    def key(self) -> str:
        """What the strip is called in the drawing."""
        return f"{self.instrument.id}.{self.rule.id}"

    @property
    def name(self) -> str:
        """The measure as people call it: PHQ-9, or DASS-21 Stress."""
        short = self.instrument.short
        return short if self.rule.is_primary else f"{short} {self.rule.label}"

    @property
    def latest(self) -> ScorePoint | None:
        """The newest score that counts."""
        return next((one for one in reversed(self.points) if one.counts), None)


@dataclass(frozen=True)
class Given:
    """A dose as it is drawn."""

    at: dt.datetime
    label: str


def measures(
    shelf: Iterable[Instrument],
    points: Sequence[ScorePoint],
    *,
    counted_from: Baselines,
    zone: ZoneInfo,
) -> tuple[Measure, ...]:
    """Return a measure for each score that has a strip, of the instruments that were used.

    That is the primary score, or every score of a pack where none speaks for the others.
    """
    by_score: dict[tuple[str, str], list[ScorePoint]] = {}
    for point in points:
        by_score.setdefault((point.instrument, point.score), []).append(point)
    return tuple(
        _measure(one, rule, by_score[one.id, rule.id], counted_from, zone)
        for one in shelf
        for rule in _drawn(one)
        if (one.id, rule.id) in by_score
    )


def trend(
    found: Sequence[Measure],
    doses: Sequence[Given],
    missed: Mapping[str, Sequence[dt.datetime]],
    *,
    span: Span,
) -> Trend:
    """Return what is drawn: every measure on one time axis, with doses and missed check-ins."""
    markers = tuple(
        Marker(one.at, MarkerKind.DOSE, one.label) for one in doses if span.holds(one.at)
    )
    strips = tuple(_strip(one, missed.get(one.instrument.id, ()), span) for one in found)
    return Trend(span, strips, markers)


def span_of(
    points: Iterable[ScorePoint],
    doses: Iterable[Given],
    *,
    weeks: int | None,
    today: dt.date,
    zone: ZoneInfo,
) -> Span:
    """Return the days in view: so many weeks, or everything on the chart."""
    if weeks is not None:
        first = today - dt.timedelta(weeks=weeks)
        return Span(first, today + dt.timedelta(days=1), today, zone.key)
    instants = [*(one.taken_at for one in points), *(one.at for one in doses)]
    return Span.around(instants, today=today, zone=zone.key)


def _drawn(instrument: Instrument) -> tuple[ScoreRule, ...]:
    return (instrument.primary,) if instrument.has_primary else instrument.scores


def _measure(
    instrument: Instrument,
    rule: ScoreRule,
    points: Sequence[ScorePoint],
    counted_from: Baselines,
    zone: ZoneInfo,
) -> Measure:
    baseline = counted_from.get((instrument.id, rule.id), NONE)
    readings = [one.taken.reading(zone) for one in points if one.counts]
    change = judge(
        instrument,
        baseline=baseline.reading.reading(zone) if baseline.reading else None,
        latest=readings[-1] if readings else None,
        history=readings,
        score_id=rule.id,
    )
    return Measure(instrument, rule, tuple(points), baseline, change)


def _strip(one: Measure, missed: Sequence[dt.datetime], span: Span) -> Strip:
    baseline, found = None, one.baseline.reading
    if found is not None and found.value is not None and found.at <= span.closes_at:
        baseline = Baseline(max(found.at, span.opens_at), found.value)
    strip = strip_of(
        one.instrument,
        [_point(one, point) for point in one.points if span.holds(point.taken_at)],
        subtitle=subtitle(one),
        baseline=baseline,
        change_words=f"{one.change.sentence}.",
        score_id=one.rule.id,
        missed=[at for at in missed if span.holds(at)],
        is_detailed=True,
    )
    return strip


def subtitle(one: Measure) -> str:
    """Say what is measured, over which days, and which way is worse."""
    ends = (one.rule.lowest, one.rule.highest)
    low, high = (written(one.instrument, one.rule.id, end) for end in ends)
    worse = "higher" if one.rule.direction.value == "higher_worse" else "lower"
    what = _within_a_sentence(one.rule.label) if one.rule.is_primary else one.instrument.short
    scale = "counted" if one.rule.highest >= OPEN_COUNT else f"{low}\N{EN DASH}{high}"
    return f"{what}, {scale}, {worse} is worse"


def _within_a_sentence(label: str) -> str:
    """Write a label small, but not one that is an abbreviation such as GAD-2."""
    return label.lower() if label[1:].islower() else label


def _point(one: Measure, point: ScorePoint) -> Point:
    is_bounded = point.lo != point.hi and point.hi < OPEN_COUNT
    return Point(
        at=point.taken_at,
        value=point.value,
        label=written(one.instrument, one.rule.id, point.value),
        low=point.lo if is_bounded else None,
        high=point.hi if is_bounded else None,
        mode=Mode(point.mode.value),
        version=one.instrument.scale_of(point.version),
        prorated=point.prorated,
        superseded=not point.counts,
    )


def by_group(
    found: Sequence[Measure], group_of: Mapping[str, str]
) -> tuple[tuple[str, tuple[Measure, ...]], ...]:
    """Return the measures under their headings, in the order they stand in."""
    return tuple(
        (name, tuple(several))
        for name, several in groupby(found, key=lambda one: group_of[one.instrument.id])
    )
