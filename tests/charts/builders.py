"""Ann's trends for the chart tests, and the ways to read a drawn chart back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

from dashboard.charts.lanes import Lane, Trend
from dashboard.charts.span import Span
from dashboard.charts.svg import Width, render
from dashboard.charts.trend import Band, Baseline, ChangeLines, Marker, MarkerKind, Point, Strip

ZONE = "America/New_York"
TODAY = date(2026, 11, 17)
SVG = "{http://www.w3.org/2000/svg}"
SYMBOL = re.compile(r"M(-?[\d.]+) ?(-?[\d.]+)m")
GUTTER = {
    Width.WIDE: (34, 596),
    Width.NARROW: (30, 318),
    Width.PRINT: (34, 656),
}  # px; where time begins and ends

PHQ9_BANDS = (
    Band(0, "minimal", 0),
    Band(5, "mild", 1),
    Band(10, "moderate", 2),
    Band(15, "moderately severe", 3, "mod. severe"),
    Band(20, "severe", 4),
)


def day(offset: int, *, hour: int = 14) -> datetime:
    """Return an instant so many days before today."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=UTC) - timedelta(days=offset)


def weekly(*values: int) -> tuple[Point, ...]:
    """Return scores a week apart, the last of them yesterday."""
    return tuple(
        Point(day(1 + 7 * (len(values) - 1 - number)), value) for number, value in enumerate(values)
    )


def phq9(*points: Point, **other: object) -> Strip:
    """Return a PHQ-9 strip."""
    given = {
        "key": "phq9",
        "name": "PHQ-9",
        "subtitle": "depression",
        "low": 0,
        "high": 27,
        "direction": "0 to 27, higher is worse",
        "points": points,
        "bands": PHQ9_BANDS,
        "thresholds": (5, 10, 15, 20),
        "max_gap_days": 28,
    }
    return Strip(**{**given, **other})  # type: ignore[arg-type]


def trend(*strips: Strip, markers: tuple[Marker, ...] = ()) -> Trend:
    """Return a trend around everything in it."""
    instants = [point.at for strip in strips for point in strip.points]
    instants += [marker.at for marker in markers]
    return Trend(Span.around(instants, today=TODAY, zone=ZONE), strips, markers)


def anns() -> Trend:
    """Return Ann's trend: two instruments, visits, a baseline and its change lines."""
    scores = weekly(19, 20, 18, 19, 14, 13, 12, 10, 10, 11, 10, 9)
    first = Point(day(80), 19)
    return trend(
        phq9(
            first,
            *scores,
            baseline=Baseline(first.at, 19),
            change=ChangeLines(better=13, worse=25),
            change_words="PHQ-9 19 to 9: reliable improvement.",
        ),
        phq9(*weekly(27, 0, 26), key="eds", name="EDE-QS", high=36, bands=(), thresholds=(15,)),
        markers=(
            Marker(day(40), MarkerKind.VISIT, "Follow-up, signed"),
            Marker(day(1), MarkerKind.VISIT, "Phone, draft", filled=False),
        ),
    )


def drawn(lane: Lane, width: Width = Width.WIDE) -> ElementTree.Element:
    """Return a lane's SVG, parsed."""
    return ElementTree.fromstring(render(lane, width))  # noqa: S314 our own drawing


def dots(root: ElementTree.Element) -> list[tuple[float, float, str]]:
    """Return every point that is drawn: x, y and its sentence."""
    return [
        (*place(mark), mark.findtext(f"{SVG}title", ""))
        for group in root.iter(f"{SVG}g")
        if "pt" in group.get("class", "").split()
        for mark in group.iter()
        if place(mark)
    ]


def image(root: ElementTree.Element) -> ElementTree.Element:
    """Return the image in a drawing: the drawing itself, or what stands beside its links."""
    return root if root.get("role") == "img" else root[0]


def place(mark: ElementTree.Element) -> tuple[float, float] | tuple[()]:
    """Return where a symbol is drawn: a circle, or a path in steps from its middle."""
    if mark.tag == f"{SVG}circle":
        return float(mark.attrib["cx"]), float(mark.attrib["cy"])
    found = SYMBOL.match(mark.get("d", ""))
    return (float(found[1]), float(found[2])) if found else ()


def words(root: ElementTree.Element) -> list[str]:
    """Return every text drawn."""
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def line_of(root: ElementTree.Element) -> str:
    """Return the path of the line through the scores."""
    return next(
        path.attrib["d"] for path in root.iter(f"{SVG}path") if path.get("class") == "s-line"
    )
