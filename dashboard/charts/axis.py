"""The time along the top: calendar dates or days since the first dose, and today."""

from __future__ import annotations

from dashboard.charts.backdrop import draw_backdrop
from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box, width_of
from dashboard.charts.lanes import AxisLane
from dashboard.charts.paper import AXIS_HEIGHT, TEXT, Paper, Width
from dashboard.charts.pen import Layer, Pen
from dashboard.charts.span import Tick

DATE_ROW, TOP_ROW = 11.0, 28.0  # px from the bottom of the axis lane
DATE_ROOM = 54.0  # px from one date to the next, so that they do not touch
TICK = 5.0  # px


def draw_axis(lane: AxisLane, width: Width) -> Pen:
    """Draw the dates with their years, or the days, the windows' feet and today."""
    paper = Paper(lane.span, width, AXIS_HEIGHT)
    pen = Pen(width, AXIS_HEIGHT)
    draw_backdrop(pen, paper, lane.backdrop, height=TICK)
    pen.rule((paper.left, 0.5), (paper.right, 0.5), Ink.GRID, layer=Layer.GRID)
    taken = _draw_today_flag(pen, paper)
    ticks = _ticks(lane, int((paper.right - paper.left) / DATE_ROOM))
    feet = [((x, 0.0), (x, TICK)) for x in (paper.x(tick.at) for tick in ticks)]
    pen.rules(feet, Ink.GRID, layer=Layer.GRID)
    for tick in ticks:
        x = paper.x(tick.at) + 3
        for text, row in ((tick.label, DATE_ROW), (tick.year, TOP_ROW)):
            box = _words_box(text, x, row)
            if text and box.inside(paper.frame) and not any(box.covered(other) for other in taken):
                pen.write(text, x, row, Ink.MUTED, layer=Layer.LABELS)
    return pen


def _ticks(lane: AxisLane, most: int) -> tuple[Tick, ...]:
    """Return the ticks of the calendar, or of the days since the first dose."""
    if lane.day_zero is None:
        return lane.span.ticks(most)
    return lane.span.days_since(lane.day_zero, most)


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
