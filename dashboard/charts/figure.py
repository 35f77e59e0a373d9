"""A lane as a matplotlib figure, with the sentence each of its points says.

Imported only when something is drawn, because matplotlib is slow and large to import.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from matplotlib.figure import Figure

from dashboard.charts.axis import draw_axis
from dashboard.charts.course import draw_contacts, draw_doses, draw_markers
from dashboard.charts.course_lanes import ContactLane, DoseLane, IntervalLane
from dashboard.charts.ground import draw_ground
from dashboard.charts.intervals import draw_intervals
from dashboard.charts.lanes import AxisLane, Lane, MarkerLane, StripLane
from dashboard.charts.paper import Paper, Width
from dashboard.charts.pen import Pen, Said
from dashboard.charts.scores import draw_scores
from dashboard.charts.sheet import Sheet
from dashboard.charts.values import draw_values

POINTABLE = 5.0  # px from one point to the next on average, so that one can be pointed at


@dataclass(frozen=True)
class Drawing:
    """A figure and, by the name of each group of points, what each point says."""

    figure: Figure
    said: dict[str, tuple[Said, ...]]


def draw(lane: Lane, width: Width) -> Drawing:
    """Draw a lane at one of the widths."""
    pen = _drawn(lane, width)
    if width is Width.NARROW and _is_dense(lane, pen.said):
        silent = {name: (Said(""),) * len(said) for name, said in pen.said.items()}
        return Drawing(pen.figure, silent)
    return Drawing(pen.figure, pen.said)


def _is_dense(lane: Lane, said: dict[str, tuple[Said, ...]]) -> bool:
    """Say whether the points are too close for a finger or a mouse to tell them apart.

    They are drawn all the same; what each says is in the description, the table and the wide
    drawing. Said here as well it would double the largest page.
    """
    paper = Paper(lane.span, Width.NARROW, 1)
    return sum(map(len, said.values())) * POINTABLE > paper.right - paper.left


def _drawn(lane: Lane, width: Width) -> Pen:
    """Return the pen that has drawn a lane."""
    match lane:
        case AxisLane():
            return draw_axis(lane, width)
        case MarkerLane():
            return draw_markers(lane, width)
        case DoseLane():
            return draw_doses(lane, width)
        case ContactLane():
            return draw_contacts(lane, width)
        case IntervalLane():
            return draw_intervals(lane, width)
        case StripLane():
            return _draw_strip(lane, width)
        case _ as never:
            assert_never(never)


def _draw_strip(lane: StripLane, width: Width) -> Pen:
    """Draw one instrument's strip, from the ground up."""
    sheet = Sheet.of(lane, width)
    draw_ground(sheet, lane)
    draw_scores(sheet)
    draw_values(sheet)
    return sheet.pen
