"""What runs vertically through every lane: windows in gold, doses, planned doses, today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box
from dashboard.charts.marks import Backdrop
from dashboard.charts.paper import Paper
from dashboard.charts.pen import Layer, Pen

CROWDED = 10.0  # px from one dose to the next on average; closer, edges grow thin, never fewer


def draw_backdrop(pen: Pen, paper: Paper, backdrop: Backdrop, *, height: float = 0) -> None:
    """Draw the windows, the doses and today up to `height` pixels, by default the whole sheet."""
    top = height or float(paper.height)
    _windows(pen, paper, backdrop, top)
    instants = (*backdrop.doses, *backdrop.planned)
    room = (paper.right - paper.left) / max(len(instants), 1)
    width = 1.0 if room >= CROWDED else 0.6
    _uprights(pen, paper, backdrop.doses, top, Ink.WINLINE, dashes=(1, 2), width=width)
    _uprights(pen, paper, backdrop.planned, top, Ink.PLANNED, dashes=(3, 3), width=width)
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
    pen.fills(boxes, Ink.WIN, layer=Layer.WINDOWS)
    opened = [one.opens_at for one in backdrop.windows if paper.span.holds(one.opens_at)]
    room = (paper.right - paper.left) / len(backdrop.windows)
    width = 1.0 if room >= CROWDED else 0.6
    _uprights(pen, paper, opened, top, Ink.WINLINE, width=width)


def _uprights(
    pen: Pen,
    paper: Paper,
    instants: Iterable[datetime],
    top: float,
    ink: Ink,
    *,
    dashes: tuple[float, ...] = (),
    width: float = 1.0,
) -> None:
    """Draw one vertical line at each instant, all of them as one path."""
    ends = [((paper.x(at), 0.0), (paper.x(at), top)) for at in instants]
    pen.rules(ends, ink, layer=Layer.MARKED, width=width, dashes=dashes)
