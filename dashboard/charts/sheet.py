"""A strip being drawn: the instrument, its paper and pen, and what is already covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from matplotlib.transforms import Transform

from dashboard.charts.labels import Box
from dashboard.charts.lanes import StripLane
from dashboard.charts.paper import ROOM, Paper, Scale, Width
from dashboard.charts.pen import Pen, Said, data_scale
from dashboard.charts.span import Span
from dashboard.charts.trend import Point, Strip, exact

DAY = timedelta(days=1)


@dataclass
class Sheet:
    """The strip, where things fall, the pen, and the boxes that a label must not cover."""

    lane: StripLane
    scale: Scale
    paper: Paper
    pen: Pen
    taken: list[Box] = field(default_factory=list)

    @classmethod
    def of(cls, lane: StripLane, width: Width) -> Sheet:
        """Take a clean sheet for a lane."""
        scale = Scale.of(lane.strip)
        paper = Paper(lane.span, width, scale.height)
        pen = Pen(width, scale.height)
        return cls(lane, scale, paper, pen)

    @property
    def strip(self) -> Strip:
        """The instrument's scores and scale."""
        return self.lane.strip

    @property
    def span(self) -> Span:
        """The days on the sheet."""
        return self.lane.span

    @cached_property
    def said(self) -> dict[int, Said]:
        """What each point says, by its identity; points that are equal say the same."""
        points = zip(self.strip.points, self.lane.sentences, strict=True)
        return {id(point): Said(sentence, point.href) for point, sentence in points}

    @property
    def to_pixels(self) -> Transform:
        """The way from days since the span opened, and scores, to pixels."""
        days = (self.span.closes_at - self.span.opens_at) / DAY
        paper, scale = self.paper, self.scale
        return data_scale(
            x0=paper.left,
            per_day=(paper.right - paper.left) / days,
            y0=scale.y(scale.low) - float(scale.low) * scale.per_unit,
            per_unit=scale.per_unit,
        )

    def days(self, point: Point) -> float:
        """Return when a point is, in true days since the span opened."""
        return (point.at - self.span.opens_at) / DAY

    def score(self, point: Point) -> float:
        """Return a point's score; an incomplete one lies between its bounds, or at the bottom."""
        if point.value is not None:
            return float(point.value)
        if point.low is None or point.high is None:
            return float(self.strip.low)
        return float((exact(point.low) + exact(point.high)) / 2)

    def place_of(self, point: Point) -> tuple[float, float]:
        """Return a point's place in pixels."""
        return self._places[id(point)]

    @cached_property
    def _places(self) -> dict[int, tuple[float, float]]:
        """Every point's place, worked out once; points that are equal have equal places."""
        low, per_unit = float(self.scale.low), self.scale.per_unit
        return {
            id(point): (self.paper.x(point.at), ROOM + (self.score(point) - low) * per_unit)
            for point in self.strip.points
        }
