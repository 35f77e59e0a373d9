"""A lane as a matplotlib figure, with the sentence each of its points says.

Imported only when something is drawn, because matplotlib is slow and large to import.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import assert_never

from matplotlib.figure import Figure

from dashboard.charts import summary
from dashboard.charts.ground import draw_ground
from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box, width_of
from dashboard.charts.lanes import AxisLane, Lane, MarkerLane, StripLane
from dashboard.charts.paper import AXIS_HEIGHT, MARKER_HEIGHT, TEXT, Paper, Width
from dashboard.charts.pen import Layer, Pen
from dashboard.charts.scores import draw_scores
from dashboard.charts.sheet import Sheet, draw_today
from dashboard.charts.trend import Marker, MarkerKind
from dashboard.charts.values import draw_values

SYMBOLS = {MarkerKind.VISIT: "s", MarkerKind.DOSE: "o"}
DATE_ROW, TOP_ROW = 11.0, 28.0  # px from the bottom of the axis lane
DATE_ROOM = 54.0  # px from one date to the next, so that they do not touch


@dataclass(frozen=True)
class Drawing:
    """A figure and, by the name of each group of points, what each point says."""

    figure: Figure
    titles: dict[str, tuple[str, ...]]


def draw(lane: Lane, width: Width) -> Drawing:
    """Draw a lane at one of the two widths."""
    match lane:
        case AxisLane():
            pen = _draw_axis(lane, width)
        case MarkerLane():
            pen = _draw_markers(lane, width)
        case StripLane():
            pen = _draw_strip(lane, width)
        case _ as never:
            assert_never(never)
    return Drawing(pen.figure, pen.titles)


def _draw_axis(lane: AxisLane, width: Width) -> Pen:
    """Draw the dates, their years and today."""
    paper = Paper(lane.span, width, AXIS_HEIGHT)
    pen = Pen(width, AXIS_HEIGHT)
    pen.rule((paper.left, 0.5), (paper.right, 0.5), Ink.GRID, layer=Layer.GRID)
    taken = _draw_today_flag(pen, paper)
    for tick in lane.span.ticks(int((paper.right - paper.left) / DATE_ROOM)):
        x = paper.x(tick.at)
        pen.rule((x, 0), (x, 5), Ink.GRID, layer=Layer.GRID)
        for text, row in ((tick.label, DATE_ROW), (tick.year, TOP_ROW)):
            box = _words_box(text, x + 3, row)
            if text and box.inside(paper.frame) and not any(box.covered(other) for other in taken):
                pen.write(text, x + 3, row, Ink.MUTED, layer=Layer.LABELS)
    return pen


def _draw_today_flag(pen: Pen, paper: Paper) -> tuple[Box, ...]:
    """Draw today's line and word; return what they cover."""
    if paper.span.today_at is None:
        return ()
    x = paper.x(paper.span.today_at)
    pen.rule((x, 0), (x, AXIS_HEIGHT - 5), Ink.TODAY, layer=Layer.TODAY, width=1.2)
    pen.write("today", x + 4, TOP_ROW, Ink.TODAY, layer=Layer.LABELS, weight=600)
    return Box(x - 2, 0, x + 2, AXIS_HEIGHT), _words_box("today", x + 4, TOP_ROW)


def _words_box(text: str, x: float, y: float) -> Box:
    """Return the box that words starting at `x` and centred on `y` cover."""
    return Box(x, y - TEXT / 2, x + width_of(text, size=TEXT), y + TEXT / 2)


def _draw_markers(lane: MarkerLane, width: Width) -> Pen:
    """Draw a symbol for everything that happened, hollow where its record is open."""
    paper = Paper(lane.span, width, MARKER_HEIGHT[width])
    pen = Pen(width, paper.height)
    draw_today(pen, paper)
    middle = paper.height / 2
    pen.rule((paper.left, middle), (paper.right, middle), Ink.GRID, layer=Layer.GRID)
    groups: defaultdict[tuple[MarkerKind, bool], list[Marker]] = defaultdict(list)
    for marker in lane.markers:
        groups[marker.kind, marker.filled].append(marker)
    for (kind, filled), markers in groups.items():
        pen.marks(
            [paper.x(marker.at) for marker in markers],
            [middle] * len(markers),
            shape=SYMBOLS[kind],
            size=7.4,
            face=Ink.LINE if filled else Ink.SURFACE,
            edge=Ink.SURFACE if filled else Ink.LINE,
            edge_width=1.1 if filled else 1.4,
            layer=Layer.POINTS,
            name=f"{kind}-{'filled' if filled else 'open'}",
            titles=tuple(summary.of_marker(marker, span=lane.span) for marker in markers),
        )
    return pen


def _draw_strip(lane: StripLane, width: Width) -> Pen:
    """Draw one instrument's strip, from the ground up."""
    sheet = Sheet.of(lane, width)
    draw_ground(sheet, marked=lane.marked, doses=lane.doses)
    draw_scores(sheet)
    draw_values(sheet)
    return sheet.pen
