"""Laboratory values, QTc, weight and counts as strips: their scale is the reference with room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from dashboard.charts.point import Point, exact, written
from dashboard.charts.trend import Baseline, Reference, Strip, StripKind

STEPS = tuple(Fraction(m) * Fraction(10) ** power for power in range(-3, 6) for m in (1, 2, 5))
ROOM = Fraction(1, 4)  # of the range shown, above and below it
WEIGHT_SPREAD = Fraction(1, 10)  # of the highest weight: the least that a scale of weight shows
FEWEST_STEPS = 2  # from the bottom of a scale to its top
COUNT_TOPS = (7, 10, 20, 50, 100, 200, 500, 1000)


def value_strip(
    key: str,
    *,
    name: str,
    subtitle: str,
    points: Iterable[Point],
    reference: Reference | None = None,
    kind: StripKind = StripKind.VALUE,
    baseline: Baseline | None = None,
    change_words: str = "",
    max_gap_days: int | None = None,
    missed: Iterable[datetime] = (),
    planned: Iterable[datetime] = (),
) -> Strip:
    """Return the strip of a laboratory value, of QTc or of a weight.

    The scale holds the reference range and every value with room around them, and ends at even
    numbers. It says so in its direction: it is not the range of an instrument.
    """
    drawn = tuple(points)
    least = WEIGHT_SPREAD if kind is StripKind.WEIGHT else Fraction(0)
    low, high = scale_of(drawn, reference=reference, baseline=baseline, least=least)
    limits = f", within limits {reference.words}" if reference else ""
    ends = () if reference is None else (reference.low, reference.high)
    return Strip(
        key=key,
        name=name,
        subtitle=subtitle,
        low=low,
        high=high,
        direction=f"drawn from {written(low)} to {written(high)}{limits}",
        points=drawn,
        thresholds=tuple(end for end in ends if end is not None),
        baseline=baseline,
        change_words=change_words,
        max_gap_days=max_gap_days,
        missed=tuple(missed),
        kind=kind,
        reference=reference,
        planned=tuple(planned),
    )


def count_strip(
    key: str,
    *,
    name: str,
    subtitle: str,
    points: Iterable[Point],
    most: int | None = None,
    baseline: Baseline | None = None,
    change_words: str = "",
    max_gap_days: int | None = None,
    missed: Iterable[datetime] = (),
    planned: Iterable[datetime] = (),
) -> Strip:
    """Return the strip of a count, higher is worse, from 0 to `most` (7 for days of a week).

    Without a natural `most` the scale follows the highest count.
    """
    drawn = tuple(points)
    counts = [exact(one.value) for one in (*drawn, baseline) if one and one.value is not None]
    highest = max(counts, default=Fraction(0))
    tops = [most] if most is not None else [top for top in COUNT_TOPS if highest <= top]
    top = tops[0] if tops else highest
    return Strip(
        key=key,
        name=name,
        subtitle=subtitle,
        low=0,
        high=top,
        direction=f"0\N{EN DASH}{written(exact(top))}, higher is worse",
        points=drawn,
        baseline=baseline,
        change_words=change_words,
        max_gap_days=max_gap_days,
        missed=tuple(missed),
        kind=StripKind.COUNT,
        planned=tuple(planned),
    )


def scale_of(
    points: Iterable[Point],
    *,
    reference: Reference | None,
    baseline: Baseline | None = None,
    least: Fraction = Fraction(0),
) -> tuple[Fraction, Fraction]:
    """Return even ends of a scale that holds reference and values with room around them.

    It is never narrower than `least` of its highest value, so that scatter is not drawn large.
    """
    ends = [reference.low, reference.high] if reference else []
    values = [number for point in points for number in (point.value, point.low, point.high)]
    values += [baseline.value] if baseline else []
    known = [exact(n) for n in (*ends, *values) if n is not None]
    low, high = min(known, default=Fraction(0)), max(known, default=Fraction(1))
    width = high - low or max(abs(high) / 10, Fraction(1))
    if (lacking := abs(high) * least - width) > 0:
        low, high, width = low - lacking / 2, high + lacking / 2, width + lacking
    step = max(step for step in STEPS if step * FEWEST_STEPS <= width or step == STEPS[0])
    below, above = low - width * ROOM, high + width * ROOM
    bottom = below // step * step
    return (max(bottom, Fraction(0)) if low >= 0 else bottom), -(-above // step) * step
