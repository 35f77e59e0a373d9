"""An instrument's definition and its scores as a strip: every number is the definition's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from dashboard.charts.labels import fitted
from dashboard.charts.paper import TEXT, WORD_ROOM
from dashboard.charts.trend import Band, Baseline, ChangeLines, Mode, Point, Strip, exact, written
from dashboard.clinical.instruments import Direction, Instrument, Score, ScoreRule

OPEN_COUNT = 999  # a count without a natural end: its scale follows the counts, never below 10
COUNT_TOPS = (10, 20, 50, 100, 200, 500)


def point_of(
    score: Score, *, at: datetime, mode: Mode = Mode.INTERVIEW, superseded: bool = False
) -> Point:
    """Return a score taken at an instant; its bounds are drawn only where they differ."""
    is_bounded = score.lo != score.hi
    return Point(
        at=at,
        value=score.value,
        label=score.shown,
        low=score.lo if is_bounded else None,
        high=score.hi if is_bounded else None,
        mode=mode,
        version=score.version,
        prorated=score.prorated,
        superseded=superseded,
    )


def strip_of(
    instrument: Instrument,
    points: Iterable[Point],
    *,
    subtitle: str,
    baseline: Baseline | None = None,
    change_words: str = "",
    score_id: str | None = None,
    missed: Iterable[datetime] = (),
    is_detailed: bool = False,
) -> Strip:
    """Return the strip of one score, of the primary one by default, with change from the baseline.

    A detailed one also has the end of the clinical range and the recall windows.
    """
    rule = instrument.score_rule(score_id) if score_id else instrument.primary
    drawn = tuple(points)
    high = _top(rule, [*drawn, *([baseline] if baseline else [])])
    return Strip(
        key=f"{instrument.id}.{rule.id}" if score_id else instrument.id,
        name=instrument.short if rule.is_primary else rule.label,
        subtitle=subtitle,
        low=rule.lowest,
        high=high,
        direction=_direction(rule, high),
        points=drawn,
        bands=_bands(rule),
        thresholds=tuple(band.start for band in rule.bands if band.start > rule.lowest),
        baseline=baseline,
        change=_change_lines(rule, exact(baseline.value)) if baseline else None,
        change_words=change_words,
        max_gap_days=rule.chart.max_gap_days,
        healthy=rule.change.c if is_detailed and rule.change else None,
        recall_days=instrument.administration.recall_days if is_detailed else None,
        missed=tuple(missed),
    )


def _top(rule: ScoreRule, drawn: Iterable[Point | Baseline]) -> Fraction:
    """Return the top of the scale: that of the score, or above the highest of open counts."""
    if rule.highest < OPEN_COUNT:
        return rule.highest
    most = max((exact(one.value) for one in drawn if one.value is not None), default=Fraction(0))
    return next((Fraction(top) for top in COUNT_TOPS if most <= top), rule.highest)


def _direction(rule: ScoreRule, high: Fraction) -> str:
    """Say the range drawn and which way is worse."""
    worse = "higher" if rule.direction is Direction.HIGHER_WORSE else "lower"
    return f"{written(rule.lowest)}\N{EN DASH}{written(high)}, {worse} is worse"


def _bands(rule: ScoreRule) -> tuple[Band, ...]:
    """Return the bands, the worst of three or more in the strongest shade."""
    last = len(rule.bands) - 1
    strongest = 4 if last > 1 else 2
    bands = []
    for rank, band in enumerate(rule.bands):
        severity = rank if rule.direction is Direction.HIGHER_WORSE else last - rank
        shade = round(severity * strongest / last) if last else 0
        bands.append(Band(band.start, band.label, shade, _short(rule, rank)))
    return tuple(bands)


def _short(rule: ScoreRule, rank: int) -> str:
    """Return a band's word as drawn: its label, or its limits where the label is too long."""
    band = rule.bands[rank]
    word = band.label.lower().replace("moderately ", "mod. ")
    if fitted(word, size=TEXT, room=WORD_ROOM) == word:
        return word
    if rank == 0:
        return f"below {written(band.end)}"
    if rank == len(rule.bands) - 1:
        return f"{written(band.start)} or more"
    return f"from {written(band.start)}"


def _change_lines(rule: ScoreRule, baseline: Fraction) -> ChangeLines | None:
    """Return where change from the baseline becomes reliable, as far as the range allows it."""
    if rule.change is None:
        return None
    points = rule.change.rci_points
    if rule.direction is Direction.HIGHER_WORSE:
        points = -points
    better, worse = (
        value if rule.lowest <= value <= rule.highest else None
        for value in (baseline + points, baseline - points)
    )
    return ChangeLines(better, worse, is_provisional=rule.change.is_provisional)
