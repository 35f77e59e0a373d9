"""An instrument's definition and its scores as a strip: every number is the definition's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from dashboard.charts.labels import fitted
from dashboard.charts.paper import TEXT, WORD_ROOM
from dashboard.charts.trend import Band, Baseline, ChangeLines, Mode, Point, Strip, exact, written
from dashboard.clinical.instruments import Direction, Instrument, Score, ScoreRule


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
) -> Strip:
    """Return the strip of an instrument's primary score, its change counted from the baseline."""
    rule = instrument.primary
    return Strip(
        key=instrument.id,
        name=instrument.short,
        subtitle=subtitle,
        low=rule.lowest,
        high=rule.highest,
        direction=_direction(rule),
        points=tuple(points),
        bands=_bands(rule),
        thresholds=tuple(band.start for band in rule.bands if band.start > rule.lowest),
        baseline=baseline,
        change=_change_lines(rule, exact(baseline.value)) if baseline else None,
        change_words=change_words,
        max_gap_days=rule.chart.max_gap_days,
    )


def _direction(rule: ScoreRule) -> str:
    """Say the full range and which way is worse."""
    worse = "higher" if rule.direction is Direction.HIGHER_WORSE else "lower"
    return f"{written(rule.lowest)}\N{EN DASH}{written(rule.highest)}, {worse} is worse"


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
