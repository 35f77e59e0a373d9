"""The ground of a strip: severity bands, thresholds, marked days, baseline and change lines."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from dashboard.charts.backdrop import draw_backdrop
from dashboard.charts.dots import Dot
from dashboard.charts.ink import SHADES, Ink
from dashboard.charts.labels import Box, fitted
from dashboard.charts.lanes import StripLane
from dashboard.charts.paper import LINE_HEIGHT, TEXT, WORD_ROOM, Width
from dashboard.charts.pen import Layer, Said
from dashboard.charts.sheet import Sheet
from dashboard.charts.span import clinical_date
from dashboard.charts.trend import Number, exact, written

MISSED_TALL = 7.0  # px
MISSED = Dot("|", MISSED_TALL, Ink.INK, Ink.INK, 1.6)
PLANNED = Dot("o", 5.0, Ink.SURFACE, Ink.PLANNED, 1.2)
MARKED_ROOM = 10.0  # px; closer on average, vertical lines would be a curtain


def draw_ground(sheet: Sheet, lane: StripLane) -> None:
    """Draw everything that the scores are read against."""
    _bands(sheet)
    _reference(sheet)
    _thresholds(sheet)
    _marked(sheet, lane.marked)
    _doses(sheet, lane.doses)
    _healthy(sheet)
    _asked(sheet, sheet.strip.missed, MISSED, "missed", "asked for, not answered")
    _asked(sheet, sheet.strip.planned, PLANNED, "planned", "planned")
    draw_backdrop(sheet.pen, sheet.paper, lane.backdrop)
    _baseline(sheet)


def _reference(sheet: Sheet) -> None:
    """Fill the range within limits, up to the edge where an end is open."""
    if (reference := sheet.strip.reference) is None:
        return
    bottom = 0.0 if reference.low is None else sheet.scale.y(reference.low)
    top = float(sheet.paper.height) if reference.high is None else sheet.scale.y(reference.high)
    sheet.pen.fill(Box(0, bottom, sheet.paper.width, top), Ink.NORM, layer=Layer.BANDS)


def _bands(sheet: Sheet) -> None:
    """Fill the severity bands, stronger for more severe, with their words at the right."""
    upper = [sheet.scale.y(band.low) for band in sheet.strip.bands[1:]]
    edges = pairwise((0.0, *upper, float(sheet.paper.height)))
    for band, (bottom, top) in zip(sheet.strip.bands, edges, strict=False):
        if ink := SHADES[band.shade]:
            box = Box(0, bottom, sheet.paper.width, top)
            sheet.pen.fill(box, ink, layer=Layer.BANDS)
        if sheet.paper.width is not Width.NARROW and top - bottom >= LINE_HEIGHT - 1:
            _band_word(sheet, band.short or band.label, (bottom + top) / 2)


def _band_word(sheet: Sheet, word: str, y: float) -> None:
    """Write a band's word in the right gutter."""
    text = fitted(word, size=TEXT, room=WORD_ROOM)
    x = sheet.paper.frame.right
    sheet.pen.write(text, x, y, Ink.MUTED, layer=Layer.LABELS, anchor="right")
    sheet.taken.append(Box(x - WORD_ROOM, y - TEXT / 2, x, y + TEXT / 2))


def _thresholds(sheet: Sheet) -> None:
    """Draw a line at each threshold and write it, with the ends of the range, at the left."""
    low, high = exact(sheet.strip.low), exact(sheet.strip.high)
    inner = [exact(value) for value in sheet.strip.thresholds if low < exact(value) < high]
    written_at: list[float] = []
    clear = LINE_HEIGHT + 2 if sheet.strip.reference else LINE_HEIGHT - 2
    for value in (*inner, low, high):
        y = sheet.scale.y(value)
        if value in inner:
            sheet.pen.rule((0, y), (sheet.paper.width, y), Ink.GRID, layer=Layer.GRID, width=0.7)
        apart = LINE_HEIGHT - 2 if value in inner else clear
        if all(abs(y - other) >= apart for other in written_at):
            written_at.append(y)
            sheet.pen.write(written(value), 4, y, Ink.MUTED, layer=Layer.LABELS)
            sheet.taken.append(Box(2, y - TEXT / 2, sheet.paper.left - 4, y + TEXT / 2))


def _doses(sheet: Sheet, instants: tuple[datetime, ...]) -> None:
    """Draw a vertical line at each dose; many of them grow thin, never fewer."""
    room = (sheet.paper.right - sheet.paper.left) / max(len(instants), 1)
    for at in instants:
        x = sheet.paper.x(at)
        width = 1.0 if room >= MARKED_ROOM else 0.5
        ends = (x, 0.0), (x, float(sheet.paper.height))
        sheet.pen.rule(*ends, Ink.DOSE, layer=Layer.MARKED, width=width)


def _healthy(sheet: Sheet) -> None:
    """Draw the line at which the clinical range ends."""
    if sheet.strip.healthy is None:
        return
    y = sheet.scale.y(sheet.strip.healthy)
    ends = (sheet.paper.left, y), (sheet.paper.right, y)
    sheet.pen.rule(*ends, Ink.MUTED, layer=Layer.BASELINE, width=0.8)


def _asked(sheet: Sheet, instants: tuple[datetime, ...], dot: Dot, name: str, words: str) -> None:
    """Draw a mark at the bottom for each answer that did not come, or is still to come."""
    if not instants:
        return
    sheet.pen.marks(
        [sheet.paper.x(at) for at in instants],
        [MISSED_TALL / 2 + 1] * len(instants),
        shape=dot.shape,
        size=dot.size,
        face=dot.face,
        edge=dot.edge,
        edge_width=dot.edge_width,
        layer=Layer.POINTS,
        name=name,
        said=tuple(Said(f"{clinical_date(sheet.span.day(at))}: {words}") for at in instants),
    )


def _marked(sheet: Sheet, instants: tuple[datetime, ...]) -> None:
    """Draw a thin vertical line at each marked instant, unless they would fill the strip."""
    if len(instants) * MARKED_ROOM > sheet.paper.right - sheet.paper.left:
        return
    for at in instants:
        x = sheet.paper.x(at)
        sheet.pen.rule((x, 0), (x, sheet.paper.height), Ink.GRID, layer=Layer.MARKED, dashes=(1, 2))


def _baseline(sheet: Sheet) -> None:
    """Draw the baseline and the scores at which change from it becomes reliable."""
    if (baseline := sheet.strip.baseline) is None:
        return
    start, change = max(sheet.paper.x(baseline.at), sheet.paper.left), sheet.strip.change
    _level(sheet, baseline.value, start, Ink.BASE, Layer.BASELINE, (1.2, 2.4))
    if change is None:
        return
    gap = 6.0 if change.is_provisional else 3.0
    _level(sheet, change.better, start, Ink.RC, Layer.CHANGE, (6, gap))
    _level(sheet, change.worse, start, Ink.WORSE, Layer.CHANGE, (6, gap, 1, gap))


def _level(
    sheet: Sheet,
    value: Number | None,
    start: float,
    ink: Ink,
    layer: Layer,
    dashes: tuple[float, ...],
) -> None:
    """Draw a level from the baseline on, where the range can show it."""
    if value is None or not sheet.strip.low <= value <= sheet.strip.high:
        return
    y = sheet.scale.y(value)
    today = sheet.span.today_at
    end = sheet.paper.x(today) if today else sheet.paper.right
    if end <= start:
        return
    sheet.pen.rule((start, y), (end, y), ink, layer=layer, dashes=dashes)
    sheet.taken.append(Box(start, y - 1.5, end, y + 1.5))
