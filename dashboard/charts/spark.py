"""A sparkline: a patient's last scores in the size of a word, drawn without matplotlib.

It stands beside its number in a list, never alone, and is hidden from screen readers unless it
has a title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from markupsafe import Markup, escape

from dashboard.charts.text import clean
from dashboard.charts.trend import Number, exact, instant

WIDTH, HEIGHT, EDGE = 120, 32, 4  # px; EDGE keeps the dots inside

Place = tuple[float, float]


@dataclass(frozen=True)
class Spark:
    """What a sparkline is drawn on: the full range `low` to `high` and the time it covers.

    Time runs from `start` to `end`, by default from the first reading to the last. `normal` is
    shaded. Readings further apart than `max_gap_days` are not joined.
    """

    low: Number
    high: Number
    start: datetime | None = None
    end: datetime | None = None
    normal: tuple[Number, Number] | None = None
    max_gap_days: int | None = None

    def ys(self, values: Iterable[Number]) -> list[float]:
        """Return the places of values; one outside the range is refused, lest it look cut off."""
        low, high = float(exact(self.low)), float(exact(self.high))
        per_unit = (HEIGHT - 2 * EDGE) / (high - low)
        scores = [float(value if type(value) is int else exact(value)) for value in values]
        if any(not low <= score <= high for score in scores):
            raise ValueError(f"a reading is outside {self.low} to {self.high}")
        return [HEIGHT - EDGE - (score - low) * per_unit for score in scores]

    def xs(self, instants: Sequence[datetime]) -> list[float]:
        """Return the places of instants in order, at true distances; a single one is at the end."""
        opens, closes = self.start or instants[0], self.end or instants[-1]
        if opens > instants[0] or closes < instants[-1]:
            raise ValueError("a reading is outside the sparkline's time")
        if opens == closes:
            return [float(WIDTH - EDGE) for _ in instants]
        per_second = (WIDTH - 2 * EDGE) / (closes - opens).total_seconds()
        return [EDGE + (at - opens).total_seconds() * per_second for at in instants]


def sparkline(
    readings: Sequence[tuple[datetime, Number]], spark: Spark, *, title: str = ""
) -> Markup:
    """Draw readings as a line of 120 by 32 pixels; without readings, a dotted line."""
    ordered = sorted(((instant(at), value) for at, value in readings), key=lambda pair: pair[0])
    if not ordered:
        return _svg(
            '<path d="M4 16H116" fill="none" stroke-dasharray="1 4" class="s-grid"/>', title
        )
    instants = [at for at, _ in ordered]
    ys = spark.ys(value for _, value in ordered)
    places = list(zip(spark.xs(instants), ys, strict=True))
    gap = timedelta(days=spark.max_gap_days) if spark.max_gap_days else timedelta.max
    joined = [after - before <= gap for before, after in pairwise(instants)]
    return _svg("".join((_normal(spark), *_lines(places, joined), _dot(places[-1], 2.3))), title)


def _normal(spark: Spark) -> str:
    """Return the shaded normal range, if there is one."""
    if spark.normal is None:
        return ""
    bottom, top = spark.ys(spark.normal)
    return f'<path d="M0 {top:.1f}H{WIDTH}V{bottom:.1f}H0Z" class="f-norm"/>'


def _lines(places: list[Place], joined: list[bool]) -> Iterator[str]:
    """Yield a line for each stretch that may be joined, a dot for a reading that is alone."""
    run = [places[0]]
    for place, is_joined in zip([*places[1:], None], [*joined, False], strict=True):
        if not is_joined:
            yield _line(run) if len(run) > 1 else _dot(run[0], 1.2)
            run = []
        if place:
            run.append(place)


def _line(run: list[Place]) -> str:
    """Return one unbroken line."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return (
        f'<polyline points="{points}" fill="none" stroke-width="1.4"'
        ' stroke-linejoin="round" class="s-line"/>'
    )


def _dot(place: Place, radius: float) -> str:
    """Return one dot."""
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{radius}" class="f-line"/>'


def _svg(body: str, title: str) -> Markup:
    """Return the picture, named by its title or hidden from screen readers."""
    named = f'role="img"><title>{escape(clean(title))}</title>' if title else 'aria-hidden="true">'
    return Markup(  # noqa: S704 numbers of our own and an escaped title
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{WIDTH}"'
        f' height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" focusable="false" {named}{body}</svg>'
    )
