"""What runs vertically through every lane: windows in gold, doses, planned doses, today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box
from dashboard.charts.marks import Backdrop
from dashboard.charts.paper import Paper
from dashboard.charts.pen import Layer, Pen

CROWDED = 10.0  # px from one window to the next on average; closer, edges grow thin, never fewer
SPACIOUS = 40.0  # px from one dose to the next on average, so that doses and windows stay apart


def draw_backdrop(
    pen: Pen, paper: Paper, backdrop: Backdrop, *, height: float = 0, bottom: float = 0
) -> None:
    """Draw the windows, the doses and today up to `height` pixels, by default the whole sheet.

    Doses are lines only where there is room for them beside the windows; all of them are in
    their own lane. `bottom` is where the words under that lane end.
    """
    top = height or float(paper.height)
    _windows(pen, paper, backdrop, top)
    instants = (*backdrop.doses, *backdrop.planned)
    room = (paper.right - paper.left) / max(len(instants), 1)
    if room >= SPACIOUS or not backdrop.windows:
        _uprights(pen, paper, backdrop.doses, (bottom, top), Ink.WINLINE, dashes=(1, 2))
    _uprights(pen, paper, backdrop.planned, (bottom, top), Ink.PLANNED, dashes=(3, 3))
    if not height:
        draw_today(pen, paper)


def draw_today(pen: Pen, paper: Paper) -> None:
    """Draw today's vertical line, where today is in view."""
    if at := paper.span.today_at:
        x = paper.x(at)
        pen.rule((x, 0), (x, paper.height), Ink.TODAY, layer=Layer.TODAY, width=1.2)


def _windows(pen: Pen, paper: Paper, backdrop: Backdrop, top: float) -> None:
    """Fill every window from its first instant to its last, with a line where it opens."""
    if not backdrop.windows:
        return
    boxes = [
        Box(
            max(paper.x(one.opens_at), paper.left), 0, min(paper.x(one.closes_at), paper.right), top
        )
        for one in backdrop.windows
    ]
    room = (paper.right - paper.left) / len(backdrop.windows)
    edge = 1.0 if room >= CROWDED else 0.6
    within = [one.opens_at >= paper.span.opens_at for one in backdrop.windows]
    opened = [box for box, has_edge in zip(boxes, within, strict=True) if has_edge]
    cut = [box for box, has_edge in zip(boxes, within, strict=True) if not has_edge]
    pen.fills(opened, Ink.WIN, layer=Layer.WINDOWS, left_edge=Ink.WINLINE, width=edge)
    pen.fills(cut, Ink.WIN, layer=Layer.WINDOWS)


def _uprights(
    pen: Pen,
    paper: Paper,
    instants: Iterable[datetime],
    ends: tuple[float, float],
    ink: Ink,
    *,
    dashes: tuple[float, ...],
) -> None:
    """Draw one vertical line at each instant, all of them as one path."""
    xs = [paper.x(at) for at in instants]
    lines = [((x, ends[0]), (x, ends[1])) for x in xs]
    pen.rules(lines, ink, layer=Layer.MARKED, dashes=dashes)
