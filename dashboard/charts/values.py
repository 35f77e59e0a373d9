"""The values written in a strip: the newest, bold, and the first, where they cover nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dashboard.charts.dots import NEWEST
from dashboard.charts.ink import Ink
from dashboard.charts.labels import Box, around, beside, fitted, hidden, place, width_of
from dashboard.charts.paper import TEXT, VALUE
from dashboard.charts.pen import Layer
from dashboard.charts.sheet import Sheet
from dashboard.charts.trend import Point

NEAR = 70.0  # px; dots and lines further away cannot be covered by a value
TOO_HIDDEN = 0.4  # of a label's area; the value is in the description and the table as well
BEYOND = 12.0  # px further than the value is wide; a line there would still cut it
LONGEST = 90.0  # px; a longer value is cut, and whole in the description and the table


def draw_values(sheet: Sheet) -> None:
    """Write the newest and the first complete score, or say that there is none."""
    current = [point for point in sheet.strip.points if point.is_current]
    if not sheet.strip.points:
        middle = (sheet.paper.left + sheet.paper.right) / 2, sheet.paper.height / 2
        words = f"No {sheet.strip.kind.value}s yet"
        sheet.pen.write(words, *middle, Ink.MUTED, layer=Layer.LABELS, anchor="center")
    if current:
        _cover_uprights(sheet)
        _newest(sheet, current[-1])
    if len(current) > 1:
        _first(sheet, current[0])


def _cover_uprights(sheet: Sheet) -> None:
    """Keep labels off today's line and off planned doses."""
    for x in _uprights(sheet):
        sheet.taken.append(Box(x - 2, 0, x + 2, sheet.paper.height))


def _uprights(sheet: Sheet) -> list[float]:
    """Return where today's line and the planned doses stand, left to right."""
    today = [sheet.span.today_at] if sheet.span.today_at else []
    return sorted(sheet.paper.x(at) for at in (*today, *sheet.lane.backdrop.planned))


def _newest(sheet: Sheet, point: Point) -> None:
    """Write the newest value beside its dot, beyond today's line and planned doses close by."""
    x, y = sheet.place_of(point)
    text = fitted(point.label, size=VALUE, room=LONGEST)
    width = width_of(text, size=VALUE)
    places = beside(x, y, width=width, size=VALUE, away=NEWEST)
    for upright in reversed(_uprights(sheet)):
        if 0 <= upright - x < width + NEWEST + BEYOND:
            places = beside(upright, y, width=width, size=VALUE, away=5)[:3] + places
    box = place(places, frame=sheet.paper.frame, taken=[*sheet.taken, *_trail(sheet, x)])
    ink = Ink.STOP if point.out_of_limit else Ink.INK
    _write_in(sheet, box, text, ink, size=VALUE, weight=700)


def _first(sheet: Sheet, point: Point) -> None:
    """Write the first value around its dot, unless lines and dots leave no place for it."""
    x, y = sheet.place_of(point)
    text = fitted(point.label, size=TEXT, room=LONGEST)
    places = around(x, y, width=width_of(text, size=TEXT), size=TEXT)
    taken = [*sheet.taken, *_trail(sheet, x)]
    box = place(places, frame=sheet.paper.frame, taken=taken)
    if hidden(box, under=taken) < TOO_HIDDEN:
        _write_in(sheet, box, text, Ink.INK, size=TEXT, weight=400)


def _write_in(sheet: Sheet, box: Box, text: str, ink: Ink, *, size: float, weight: int) -> None:
    """Write a value in the middle of its place, and keep the place."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    sheet.pen.write(text, x, y, ink, layer=Layer.LABELS, anchor="center", size=size, weight=weight)
    sheet.taken.append(box)


def _trail(sheet: Sheet, near: float) -> Iterator[Box]:
    """Yield small boxes over the dots and lines around an x."""
    for point in sheet.strip.points:
        x, y = sheet.place_of(point)
        if abs(x - near) < NEAR:
            yield Box(x - 3.5, y - 3.5, x + 3.5, y + 3.5)
    for run in sheet.strip.runs():
        for before, after in pairwise(run):
            yield from _segment(sheet.place_of(before), sheet.place_of(after), near)


def _segment(start: tuple[float, float], end: tuple[float, float], near: float) -> Iterator[Box]:
    """Yield small boxes along the part of a straight line around an x."""
    if end[0] < near - NEAR or start[0] > near + NEAR:
        return
    steps = int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / 4) + 1
    for step in range(steps + 1):
        x = start[0] + (end[0] - start[0]) * step / steps
        y = start[1] + (end[1] - start[1]) * step / steps
        if abs(x - near) < NEAR:
            yield Box(x - 1.5, y - 1.5, x + 1.5, y + 1.5)
