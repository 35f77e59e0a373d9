"""What a chart says in words: every drawn value with its date, for those who do not see it."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.charts.span import Span, clinical_date
from dashboard.charts.trend import Marker, Point, Strip, exact, written


def of_span(span: Span, *, day_zero: date | None = None) -> str:
    """Say from when to when a chart runs, and from which day days are counted."""
    days = f"{clinical_date(span.start)} to {clinical_date(span.end)}"
    zero = f" Day 0 is {clinical_date(day_zero)}." if day_zero else ""
    return f"{days}, today {clinical_date(span.today)}, times in {span.zone}.{zero}"


def of_point(point: Point, *, strip: Strip, span: Span) -> str:
    """Say one score: date, value, severity and what limits it."""
    words = [point.label, strip.meaning(point), *point.remarks]
    said = ", ".join(dict.fromkeys(word for word in words if word))
    return f"{clinical_date(span.day(point.at))}: {said}"


def of_marker(marker: Marker, *, span: Span) -> str:
    """Say one marker: date and label."""
    return f"{clinical_date(span.day(marker.at))}: {marker.label}"


def of_markers(markers: tuple[Marker, ...], *, span: Span) -> str:
    """Say every marker of a lane."""
    if not markers:
        return "Nothing in this time."
    return "; ".join(of_marker(marker, span=span) for marker in markers) + "."


def of_strip(
    strip: Strip, *, span: Span, sentences: tuple[str, ...], doses: tuple[datetime, ...] = ()
) -> str:
    """Say a strip: its scale, the `sentences` of its points, the baseline, lines and change."""
    return " ".join(
        sentence
        for sentence in (
            f"{strip.name}, {strip.subtitle}, {strip.direction}.",
            _scores(strip, sentences),
            _baseline(strip, span=span),
            _lines(strip),
            _healthy(strip),
            f"Within limits: {strip.reference.words}." if strip.reference else "",
            strip.change_words,
            _days("Doses", doses, span=span),
            _days("Asked for and not answered", strip.missed, span=span),
            _days("Planned", strip.planned, span=span),
        )
        if sentence
    )


def _scores(strip: Strip, sentences: tuple[str, ...]) -> str:
    """Say how many scores there are and each of them."""
    if not strip.points:
        return f"No {strip.kind.value}s yet."
    count = f"{len(strip.points)} {strip.kind.value}{'s' if len(strip.points) > 1 else ''}"
    return f"{count}: {'; '.join(sentences)}."


def _baseline(strip: Strip, *, span: Span) -> str:
    """Say what change is counted from."""
    if strip.baseline is None:
        return ""
    day = clinical_date(span.day(strip.baseline.at))
    return f"Baseline {written(exact(strip.baseline.value))} on {day}."


def _lines(strip: Strip) -> str:
    """Say where change becomes reliable, for better and for worse."""
    if strip.change is None:
        return ""
    ends = (("improvement", strip.change.better), ("worsening", strip.change.worse))
    said = [f"{word} at {written(exact(value))}" for word, value in ends if value is not None]
    if not said:
        return ""
    mark = " (provisional limits)" if strip.change.is_provisional else ""
    return f"Reliable {' and '.join(said)}{mark}."


def _healthy(strip: Strip) -> str:
    """Say where the clinical range ends."""
    end = strip.healthy
    return "" if end is None else f"The clinical range ends at {written(exact(end))}."


def _days(what: str, instants: tuple[datetime, ...], *, span: Span) -> str:
    """Say on which days something was."""
    if not instants:
        return ""
    return f"{what}: {', '.join(clinical_date(span.day(at)) for at in instants)}."
