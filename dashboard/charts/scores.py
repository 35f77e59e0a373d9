"""The scores of a strip: the line through those that may be joined, and a dot for each."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from math import nan

from dashboard.charts.dots import PHONE_RING, STRUCK, Dot, dot_of
from dashboard.charts.ink import Ink
from dashboard.charts.pen import Layer, Said
from dashboard.charts.sheet import Sheet
from dashboard.charts.trend import Mode, Point

RECALL_BELOW = 6.5  # px under the dot


def draw_scores(sheet: Sheet) -> None:
    """Draw bounds and recall windows under the line, the line, and the dots over it."""
    _recall(sheet)
    _bounds(sheet)
    _line(sheet)
    _rings(sheet)
    _scores(sheet)


def _recall(sheet: Sheet) -> None:
    """Draw a bar under each score over the days it tells of."""
    if not sheet.strip.recall_days:
        return
    window = timedelta(days=sheet.strip.recall_days)
    for point in sheet.strip.points:
        if point.superseded:
            continue
        x, y = sheet.place_of(point)
        start = max(sheet.paper.x(point.at - window), sheet.paper.left)
        low = max(y - RECALL_BELOW, 1.0)
        sheet.pen.rule((start, low), (x, low), Ink.MUTED, layer=Layer.BOUNDS, width=1.4)


def _bounds(sheet: Sheet) -> None:
    """Draw a bar over what an incomplete or prorated score may have been."""
    for point in sheet.strip.points:
        if point.low is None or point.high is None or point.low == point.high:
            continue
        x = sheet.paper.x(point.at)
        ends = (x, sheet.scale.y(point.low)), (x, sheet.scale.y(point.high))
        sheet.pen.rule(*ends, Ink.MUTED, layer=Layer.BOUNDS, width=1.2)
        for _, y in ends:
            sheet.pen.rule((x - 3, y), (x + 3, y), Ink.MUTED, layer=Layer.BOUNDS, width=1.2)


def _line(sheet: Sheet) -> None:
    """Draw the line through the scores that may be joined, lifting the pen at every gap."""
    xs: list[float] = []
    ys: list[float] = []
    for run in sheet.strip.runs():
        xs += [*(sheet.days(point) for point in run), nan]
        ys += [*(sheet.score(point) for point in run), nan]
    sheet.pen.line(
        xs, ys, Ink.LINE, layer=Layer.LINE, scale=sheet.to_pixels, width=1.8, name="line"
    )


def _scores(sheet: Sheet) -> None:
    """Draw a dot at every score, one group of dots for each way a dot can look."""
    groups: defaultdict[Dot, list[Point]] = defaultdict(list)
    for point in sheet.strip.points:
        groups[dot_of(point, is_newest=point is sheet.strip.last)].append(point)
    for number, (dot, points) in enumerate(groups.items()):
        said = tuple(sheet.said[id(point)] for point in points)
        _dots(sheet, points, dot, name=f"points-{number}", said=said)


def _rings(sheet: Sheet) -> None:
    """Ring the scores given by phone, and strike those that were corrected."""
    by_phone = [p for p in sheet.strip.points if p.mode is Mode.PHONE and p.is_current]
    _dots(sheet, by_phone, PHONE_RING)
    _dots(sheet, [p for p in sheet.strip.points if p.superseded], STRUCK)


def _dots(
    sheet: Sheet, points: list[Point], dot: Dot, *, name: str = "", said: tuple[Said, ...] = ()
) -> None:
    """Draw one symbol at each point."""
    if points:
        sheet.pen.marks(
            [sheet.days(point) for point in points],
            [sheet.score(point) for point in points],
            shape=dot.shape,
            size=dot.size,
            face=dot.face,
            edge=dot.edge,
            edge_width=dot.edge_width,
            layer=Layer.POINTS,
            scale=sheet.to_pixels,
            name=name,
            said=said,
        )
