"""Scores and counts as strips: each measure against its baseline, in words and as points. Pure.

The overview shows the questionnaires of which one score speaks for the whole, and the counts of
binges and purging; every other score is on the Measures page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from dashboard.chart.working import Finding
from dashboard.charts.instrument_strip import OPEN_COUNT, strip_of
from dashboard.charts.span import Span, clinical_date
from dashboard.charts.trend import Baseline, Mode, Point, Strip
from dashboard.charts.value_strip import count_strip
from dashboard.clinical.change import judge
from dashboard.clinical.instruments import Instrument
from dashboard.measures.strips import Baselines, Measure, measures
from dashboard.scores.baselines import NONE
from dashboard.scores.points import ScorePoint
from dashboard.scores.readings import written, written_bounds
from dashboard.scores.shelf import FIRST, GROUPS, shelf
from dashboard.scores.words import Tone, tone_of

COUNTS: Mapping[str, tuple[str, ...]] = {
    "counts_weekly": ("binge_days", "vomiting_times", "laxative_days"),
    "counts_daily": ("binge_times", "vomiting_times", "laxative_times"),
}
PURGING = {"vomiting_times": "purging", "laxative_days": "laxatives or diuretics",
           "laxative_times": "laxatives or diuretics", "binge_days": "binge eating",
           "binge_times": "binge eating"}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The words beside a strip."""

    tone: Tone
    words: str
    day: str


def ordered() -> tuple[Instrument, ...]:
    """Return the instruments of the overview: eating disorder and counts first, then the others."""
    order = [one for name in ("Eating disorder", "Mood and suicide risk") for one in GROUPS[name]]
    order += GROUPS["Anxiety, stress and compulsion"] + GROUPS["Trauma"]
    place = {name: at for at, name in enumerate(order)}
    mine = [one for one in shelf() if one.has_primary or one.id in COUNTS]
    return tuple(sorted(mine, key=lambda one: (place.get(one.id, len(order)), one.id)))


def judged(
    points: Sequence[ScorePoint], *, counted_from: Baselines, zone: ZoneInfo
) -> tuple[Measure, ...]:
    """Return what the chart has a strip for, in its order, each judged against its baseline."""
    shown = ordered()
    found = measures(shown, points, counted_from=counted_from, zone=zone)
    used = {one.instrument.id for one in found}
    empty = [_empty(one) for one in shown if one.id in FIRST and one.id not in used]
    place = {one.id: at for at, one in enumerate(shown)}
    drawn = [*(one for one in found if not is_count(one) or _is_drawn(one)), *empty]
    return tuple(sorted(drawn, key=lambda one: place[one.instrument.id]))


def _empty(instrument: Instrument) -> Measure:
    """Return a questionnaire that every chart is expected to have, and this one has not yet."""
    change = judge(instrument, baseline=None, latest=None)
    return Measure(instrument, instrument.primary, (), NONE, change)


def is_count(one: Measure) -> bool:
    """Whether it counts a behaviour, and is no questionnaire's score."""
    return one.instrument.id in COUNTS


def finding(one: Measure, *, today: dt.date, zone: ZoneInfo) -> Finding:
    """Return what a questionnaire says of change."""
    because = "" if one.baseline.reading else one.baseline.words
    return Finding(one.name, one.change, stale_since(one, today=today, zone=zone), because)


def can_tell(one: Measure) -> bool:
    """Whether a change of it can ever be judged: a screen without limits says nothing of it."""
    return not is_count(one) and one.rule.change is not None


def stale_since(one: Measure, *, today: dt.date, zone: ZoneInfo) -> dt.date | None:
    """Return the day of the newest score when it is older than the instrument's longest gap."""
    longest = one.rule.chart.max_gap_days
    if one.latest is None or longest is None:
        return None
    day = one.latest.taken_at.astimezone(zone).date()
    return day if (today - day).days > longest else None


def strip(
    one: Measure,
    span: Span,
    *,
    missed: Iterable[dt.datetime],
    asked: Iterable[dt.datetime],
    address: Callable[[str], str],
) -> Strip:
    """Return what is drawn of a measure in view."""
    points = [_point(one, p, address) for p in one.points if span.holds(p.taken_at)]
    missed = [at for at in missed if span.holds(at)]
    asked = [at for at in asked if span.holds(at)]
    if is_count(one):
        return count_strip(
            one.key, name=one.rule.label, subtitle=_recall(one.instrument), points=points,
            most=None if one.rule.highest >= OPEN_COUNT else int(one.rule.highest),
            baseline=_baseline(one, span), change_words=_against(one),
            max_gap_days=one.rule.chart.max_gap_days, missed=missed, planned=asked,
        )  # fmt: skip
    scored = strip_of(
        one.instrument, points, subtitle=_subtitle(one), baseline=_baseline(one, span),
        change_words=f"{one.change.sentence}.", missed=missed,
    )  # fmt: skip
    return replace(scored, planned=tuple(asked))


def key(one: Measure) -> str:
    """Return what the strip of a measure is called in the drawing."""
    return one.key if is_count(one) else one.instrument.id


def result(one: Measure, *, today: dt.date, zone: ZoneInfo) -> Result:
    """Return the words beside a strip: the change, the severity, the safety answers, the day."""
    latest = one.latest
    if latest is None:
        words = "Corrected or in error" if one.points else "No scores yet"
        return Result(Tone("none", "none", words), "", "")
    day = latest.taken_at.astimezone(zone).date()
    tone = _count_tone(one, latest) if is_count(one) else _tone(one, latest)
    band = next((band.label.lower() for band in one.rule.bands if band.id == latest.band), "")
    losing = "losing gains" if one.change.losing_gains and not is_count(one) else ""
    pieces = (losing, newest(one) if is_count(one) else band, safety_words(latest))
    is_stale = stale_since(one, today=today, zone=zone) is not None
    if is_stale:
        tone = Tone("none", tone.icon, tone.words)
    if loud(one):
        kind = "stop" if latest.attention and latest.attention.is_danger else "due"
        tone = Tone(kind, kind, tone.words)
    words = ", ".join(piece for piece in pieces if piece)
    return Result(tone, words, f"{'not since ' if is_stale else ''}{clinical_date(day)}")


def loud(one: Measure) -> str:
    """Name what the newest response tells of a danger, or left blank: PHQ-9 item 9: 2."""
    if one.latest is None or one.latest.attention is None:
        return ""
    said = [
        f"item {item}{': not answered' if answer is None else f': {answer}'}"
        for item, answer in one.latest.safety.items()
        if answer is None or answer > 0
    ]
    return f"{one.instrument.short} {', '.join(said)}" if said else ""


def safety_words(point: ScorePoint) -> str:
    """Return the answers that can tell of a danger: item 9: 0."""
    return ", ".join(
        f"item {item}: {'not answered' if answer is None else answer}"
        for item, answer in point.safety.items()
    )


def _is_drawn(one: Measure) -> bool:
    """Whether a count has a strip: one of binges or purging that was ever above 0."""
    is_mine = one.rule.id in COUNTS[one.instrument.id]
    return is_mine and any(point.value for point in one.points if point.counts)


def _tone(one: Measure, latest: ScorePoint) -> Tone:
    if latest.value is None:
        between = written_bounds(one.instrument, one.rule.id, latest.lo, latest.hi)
        return Tone("none", "none", f"Incomplete, {between}")
    return tone_of(one.change)


def _count_tone(one: Measure, latest: ScorePoint) -> Tone:
    """Say where a count went since the last one: no source gives a threshold."""
    before = [p.value for p in one.points if p.counts and p is not latest and p.value is not None]
    if latest.value is None:
        return Tone("none", "none", "Not answered")
    if not before:
        return Tone("none", "none", "First count")
    last = written(one.instrument, one.rule.id, before[-1])
    if latest.value == before[-1]:
        return Tone("info", "flat", f"Unchanged, {last}")
    if latest.value > before[-1]:
        return Tone("due", "up", f"Up from {last}")
    return Tone("info", "down", f"Down from {last}")


def newest(one: Measure) -> str:
    """Say the last three counts, and the one at baseline: 6 at baseline, 2, 4, 3."""
    last = [_written(one, point.value) for point in one.points if point.counts][-3:]
    start = one.baseline.reading
    is_known = start is not None and start.value is not None
    since = [f"{_written(one, start.value)} at baseline"] if start and is_known else []
    return ", ".join((*since, *last))


def _written(one: Measure, value: Fraction | None) -> str:
    return written(one.instrument, one.rule.id, value) or "not answered"


def _against(one: Measure) -> str:
    start = one.baseline.reading
    return f"{_written(one, start.value)} at baseline." if start and start.value is not None else ""


def _baseline(one: Measure, span: Span) -> Baseline | None:
    found = one.baseline.reading
    if found is None or found.value is None or found.at > span.closes_at:
        return None
    return Baseline(max(found.at, span.opens_at), found.value)


def _point(one: Measure, point: ScorePoint, address: Callable[[str], str]) -> Point:
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
        note=safety_words(point),
        href=address(point.ref),
    )


def _recall(instrument: Instrument) -> str:
    days = instrument.administration.recall_days
    return f"past {days} days, self-report" if days and days > 1 else "each day, self-report"


def _subtitle(one: Measure) -> str:
    """Say what the strip measures, and its range."""
    low, high = (_written(one, end) for end in (one.rule.lowest, one.rule.highest))
    return f"{one.rule.label.lower()}, {low}\N{EN DASH}{high}"
