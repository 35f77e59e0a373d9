"""The paper a lane is drawn on: its size in CSS pixels, and where time and values fall on it.

Every lane of a chart has the same gutters, so that an instant has one x in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from dashboard.charts.labels import Box
from dashboard.charts.span import Span
from dashboard.charts.trend import Number, Strip, exact

TEXT = 11.0  # px; nothing on the page is smaller
VALUE = 12.0  # px; the newest value
LINE_HEIGHT = 13.0  # px between two thresholds, so that their figures do not touch
ROOM = 9.0  # px above and below the range, for the dots at its ends
AXIS_HEIGHT = 38


class Width(IntEnum):
    """The widths that a lane is drawn at, in CSS pixels: two for screens, one for paper."""

    WIDE = 700
    NARROW = 360
    PRINT = 760


SCREEN = (Width.WIDE, Width.NARROW)
GUTTERS = {  # px left and right of time
    Width.WIDE: (34.0, 104.0),
    Width.NARROW: (30.0, 42.0),
    Width.PRINT: (34.0, 104.0),
}
WORD_ROOM = 66.0  # px of the wide right gutter for a band's word; the rest is for a value
MARKER_HEIGHT = {Width.WIDE: 46, Width.NARROW: 32, Width.PRINT: 40}


@dataclass(frozen=True)
class Paper:
    """A sheet `height` pixels high on which `span` fills the width between the gutters."""

    span: Span
    width: Width
    height: int

    @property
    def left(self) -> float:
        """Where time begins, in pixels."""
        return GUTTERS[self.width][0]

    @property
    def right(self) -> float:
        """Where time ends, in pixels."""
        return self.width - GUTTERS[self.width][1]

    @property
    def frame(self) -> Box:
        """The part of the sheet that writing may use."""
        return Box(2, 2, self.width - 4, self.height - 2)

    def x(self, at: datetime) -> float:
        """Return an instant's place, in pixels from the left."""
        return self.left + self.span.position(at) * (self.right - self.left)


@dataclass(frozen=True)
class Scale:
    """An instrument's full range `low` to `high`, upwards on a sheet of `height` pixels."""

    low: Fraction
    high: Fraction
    height: int

    @classmethod
    def of(cls, strip: Strip) -> Scale:
        """Return the scale on which two thresholds of the strip stay legible."""
        low, high = exact(strip.low), exact(strip.high)
        marks = sorted(
            {*(exact(value) for value in strip.thresholds), *(exact(b.low) for b in strip.bands)}
        )
        closest = min((float(b - a) for a, b in pairwise(marks)), default=float(high - low))
        tall = float(high - low) / closest * LINE_HEIGHT
        return cls(low, high, round(min(max(tall, 56.0), 100.0) + 2 * ROOM))

    @cached_property
    def per_unit(self) -> float:
        """Pixels to one unit of the score."""
        return (self.height - 2 * ROOM) / float(self.high - self.low)

    def y(self, value: Number) -> float:
        """Return a value's place, in pixels from the bottom."""
        return ROOM + float(exact(value) - self.low) * self.per_unit
