"""The chart as a PDF: the three answers with readiness, then the timeline at the width of paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard import documents, formats
from dashboard.chart.composed import Composed, Row
from dashboard.chart.paper_ink import inked
from dashboard.chart.rail import Box, Member, Task
from dashboard.charts import svg
from dashboard.charts.svg import Width
from dashboard.clearance.strip import StripCell
from dashboard.patients.banner import Banner

LEGEND = (
    "Gold: the window after a dose, a working hypothesis. Therapy diamond and dietitian triangle: "
    "filled inside a window. Hollow: planned. Square: a visit. Dotted: baseline. Dashes: reliable "
    "improvement. Dash and dot: reliable worsening. Stronger band: more severe. Green: within "
    "limits. Red square: outside limits. Weights are not on this print."
)
HEIGHT = re.compile(r'<svg\b[^>]* height="([0-9.]+)"')
SHEET_HEIGHT = 610  # CSS pixels of a landscape sheet for the lanes, under heading, above legend
PADDING = 3  # CSS pixels of a lane's rule and inset
POINTS = 0.75  # to a CSS pixel
LARGEST = 0.9  # of the drawn size: names and results find room beside the drawing
SMALLEST = 0.7  # of the drawn size: its smallest letters are then 5.8 points
MARKS = {"ok": "✓", "due": "◷", "stop": "✖", "info": "i", "none": "○"}


@dataclass(frozen=True)
class Said:
    """One of the three answers."""

    question: str
    kind: str
    headline: str
    words: str


@dataclass(frozen=True)
class Page:
    """What the first page holds beside the identity."""

    answers: tuple[Said, ...]
    readiness: tuple[StripCell, ...]
    to_do: tuple[Task, ...]
    boxes: tuple[Box, ...]
    team: tuple[Member, ...]


def made(chart: Composed, page: Page, *, who: Banner, at: dt.datetime, is_synthetic: bool) -> bytes:
    """Return the document."""
    span, drawings = chart.trend.span, _drawings(chart)
    content = {
        "width": _width(drawings.values()),
        "heading": "Overview",
        "answers": [_answer(one) for one in page.answers],
        "readiness": [_cell(one) for one in page.readiness],
        "boxes": list(_boxes(page)),
        "span": f"{formats.day(span.start)} to {formats.day(span.end)}, "
        f"times in {formats.zone_label()}",
        "axis": chart.trend.axis.summary,
        "lanes": [_lane(row) for row in chart.rows],
        "legend": LEGEND,
    }
    return documents.pdf(
        "chart", content, title=f"Chart of {who.given_name} {who.family_name}",
        identity=f"{who.family_name.upper()}, {who.given_name} · born {who.born} · MRN {who.mrn}",
        printed=f"printed {formats.moment(at)}", at=at, is_synthetic=is_synthetic,
        drawings=drawings,
    )  # fmt: skip


def _drawings(chart: Composed) -> dict[str, str]:
    lanes = (chart.trend.axis, *(row.lane for row in chart.rows))
    return {lane.key: inked(svg.render(lane, Width.PRINT)) for lane in lanes}


def _width(drawings: Iterable[str]) -> int:
    """Return how wide the drawings are set, in points: all on one sheet while they stay legible."""
    heights = (float(HEIGHT.search(one)[1]) + PADDING for one in drawings)  # type: ignore[index]
    scale = min(max(SHEET_HEIGHT / sum(heights), SMALLEST), LARGEST)
    return int(Width.PRINT * scale * POINTS)


def _marked(kind: str, words: str) -> str:
    """Put the sign of a status before its words, so that it is told without colour."""
    return f"{MARKS[kind]} {words}" if kind in MARKS else words


def _answer(one: Said) -> dict[str, str]:
    return {
        "question": one.question,
        "headline": _marked(one.kind, one.headline),
        "words": one.words,
    }


def _cell(one: StripCell) -> dict[str, str]:
    note = " ".join(filter(None, (one.note, one.day, one.overridden)))
    return {"label": one.label, "headline": _marked(one.kind, one.headline), "note": note}


def _boxes(page: Page) -> Iterable[dict[str, object]]:
    if page.to_do:
        lines = [f"{_marked(one.kind, one.words)}, {one.note}" for one in page.to_do]
        yield {"title": "To do", "lines": lines}
    for box in page.boxes:
        lines = [box.note, *(f"{one.term}: {one.value}" for one in box.facts)]
        yield {"title": box.title, "lines": lines}
    yield {"title": "Care team", "lines": [f"{one.name}, since {one.since}" for one in page.team]}


def _lane(row: Row) -> dict[str, str]:
    said = row.result
    return {
        "key": row.lane.key,
        "name": row.name,
        "note": row.note,
        "summary": row.lane.summary,
        "headline": _marked(said.tone.kind, said.tone.words),
        "words": ", ".join(filter(None, (said.words, said.day))),
    }
