"""Medicines and other treatment as bars with their words under them, events as triangles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dashboard.charts import course_words
from dashboard.charts.backdrop import draw_backdrop
from dashboard.charts.course_lanes import IntervalLane
from dashboard.charts.dots import Dot
from dashboard.charts.ink import Ink
from dashboard.charts.labels import LETTER, Box, fitted, thinned, width_of
from dashboard.charts.marks import EventMark, Interval
from dashboard.charts.paper import TEXT, Paper, Width
from dashboard.charts.pen import Layer, Pen, Said
from dashboard.charts.span import Span

ROW, EVENT_ROW, MARGIN = 28, 32, 4  # px a row of bars, the row of events, the edge
BAR, BAR_FALL, WORDS_FALL = 3.4, 7.0, 19.0  # px: a bar's height; from a row's top to bar, words
EVENT_FALL, EVENT_WORDS_FALL = 8.0, 22.0  # px from the top of the row of events
SHORTEST = 3.0  # px; a day of treatment can still be seen
LEAST_ROOM = 24.0  # px; less is not worth cutting words for
DAY = timedelta(days=1)
EVENT = Dot("v", 8.4, Ink.SURFACE, Ink.INK, 1.4)
SERIOUS = Dot("v", 9.0, Ink.STOP, Ink.SURFACE, 1.0)


def draw_intervals(lane: IntervalLane, width: Width) -> Pen:
    """Draw a row of bars for each medicine, and under them the events."""
    events = EVENT_ROW if lane.events or not lane.tracks else 0
    height = ROW * len(lane.tracks) + events + MARGIN
    paper, pen = Paper(lane.span, width, height), Pen(width, height)
    draw_backdrop(pen, paper, lane.backdrop)
    for number, track in enumerate(lane.tracks):
        _draw_track(pen, paper, track, number)
    if lane.events:
        _draw_events(pen, paper, lane.events, height - ROW * len(lane.tracks) - MARGIN / 2)
    if not lane.tracks and not lane.events:
        middle = (paper.left + paper.right) / 2, height / 2
        pen.write("None recorded", *middle, Ink.MUTED, layer=Layer.LABELS, anchor="center")
    return pen


def _draw_track(pen: Pen, paper: Paper, bars: tuple[Interval, ...], number: int) -> None:
    """Draw the bars of one row, each with its words as far as the next."""
    top = paper.height - MARGIN / 2 - ROW * number
    places = [_ends(bar, paper) for bar in bars]
    limits = [*(start for start, _ in places[1:]), paper.right + LEAST_ROOM]
    for rank, (bar, (start, end), limit) in enumerate(zip(bars, places, limits, strict=True)):
        box = Box(start, top - BAR_FALL - BAR / 2, end, top - BAR_FALL + BAR / 2)
        ink = Ink.LINE if _is_running(bar, paper.span) else Ink.MUTED
        said = Said(course_words.of_interval(bar, span=paper.span), bar.href)
        pen.bar(box, ink, name=f"bar-{number}-{rank}", said=said)
        _write_under(pen, bar, start, limit - start - 4, top - WORDS_FALL, ink)


def _is_running(bar: Interval, span: Span) -> bool:
    """Say whether an interval holds today."""
    return (bar.end is None or bar.end >= span.today) and (not bar.start or bar.start <= span.today)


def _ends(bar: Interval, paper: Paper) -> tuple[float, float]:
    """Return where a bar begins and ends; one that is still running goes to today."""
    span = paper.span
    first = span.first_instant(bar.start) if bar.start else span.opens_at
    last_day = bar.end or max(span.today, bar.start or span.today)
    start = paper.x(max(first, span.opens_at))
    end = paper.x(min(span.first_instant(last_day + DAY), span.closes_at))
    return start + 0.5, max(end - 0.5, start + SHORTEST)


def _write_under(pen: Pen, bar: Interval, x: float, room: float, y: float, ink: Ink) -> None:
    """Write a bar's words, the short ones or some of them where there is little room."""
    for words in (bar.label, bar.short):
        if words and LETTER * TEXT * len(words) <= room:
            pen.write(words, x, y, ink, layer=Layer.LABELS)
            return
    if room >= LEAST_ROOM:
        pen.write(
            fitted(bar.short or bar.label, size=TEXT, room=room), x, y, ink, layer=Layer.LABELS
        )


def _draw_events(pen: Pen, paper: Paper, events: tuple[EventMark, ...], top: float) -> None:
    """Draw every event, and the words of those that find room, serious ones first."""
    for name, dot, is_serious in (("events", EVENT, False), ("serious", SERIOUS, True)):
        marks = [mark for mark in events if mark.is_serious is is_serious]
        if marks:
            _draw_triangles(pen, paper, marks, top - EVENT_FALL, dot, name)
    ordered = sorted(events, key=lambda mark: (not mark.is_serious, -mark.at.timestamp()))
    texts = [_event_words(mark, paper) for mark in ordered]
    boxes = [
        _words_box(paper, paper.x(mark.at), text, top - EVENT_WORDS_FALL)
        for mark, text in zip(ordered, texts, strict=True)
    ]
    for number in sorted(thinned(boxes)):
        middle = (boxes[number].left + boxes[number].right) / 2
        ink = Ink.STOP if ordered[number].is_serious else Ink.INK
        y = top - EVENT_WORDS_FALL
        pen.write(texts[number], middle, y, ink, layer=Layer.LABELS, anchor="center")


def _event_words(mark: EventMark, paper: Paper) -> str:
    """Return an event's words as drawn: the short ones on a narrow sheet."""
    words = (mark.short or mark.label) if paper.width is Width.NARROW else mark.label
    return fitted(words, size=TEXT, room=80.0 if paper.width is Width.NARROW else 150.0)


def _words_box(paper: Paper, x: float, text: str, y: float) -> Box:
    """Return what words under an event cover, inside the sheet."""
    half = width_of(text, size=TEXT) / 2
    middle = min(max(x, paper.frame.left + half), paper.frame.right - half)
    return Box(middle - half, y - TEXT / 2, middle + half, y + TEXT / 2)


def _draw_triangles(
    pen: Pen, paper: Paper, marks: Sequence[EventMark], y: float, dot: Dot, name: str
) -> None:
    """Draw one triangle at each event."""
    pen.marks(
        [paper.x(mark.at) for mark in marks],
        [y] * len(marks),
        shape=dot.shape,
        size=dot.size,
        face=dot.face,
        edge=dot.edge,
        edge_width=dot.edge_width,
        layer=Layer.POINTS,
        name=name,
        said=tuple(Said(course_words.of_event(mark, span=paper.span), mark.href) for mark in marks),
    )
