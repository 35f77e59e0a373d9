"""Ann's course of treatment for the chart tests: doses, windows, contacts, medicines, values."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from xml.etree import ElementTree

from dashboard.charts.lanes import Trend
from dashboard.charts.marks import (
    ContactKind,
    ContactMark,
    ContactState,
    DoseMark,
    DoseState,
    EventMark,
    Interval,
    Shade,
)
from dashboard.charts.span import Span
from dashboard.charts.svg import Width
from dashboard.charts.trend import Baseline, Point, Reference
from dashboard.charts.value_strip import count_strip, value_strip
from tests.charts.builders import GUTTER, SVG, TODAY, ZONE, day, phq9, weekly

HOUR = timedelta(hours=1)
BOX = re.compile(r"M(-?[\d.]+) ?(-?[\d.]+)v(-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)z")


def given(at: datetime, label: str = "200", **other: object) -> DoseMark:
    """Return a dose that was given."""
    return DoseMark(at, label, **other)  # type: ignore[arg-type]


def window(dose: DoseMark) -> Shade:
    """Return the window of a dose, 24 to 72 hours after it."""
    return Shade(dose.at + 24 * HOUR, dose.at + 72 * HOUR)


def anns_course(*, zero: date | None = None) -> Trend:
    """Return a chart with every kind of lane and every way a mark can look."""
    doses = tuple(given(day(70 - 14 * number), str(100 + 50 * number)) for number in range(4))
    contacts = [
        ContactMark(doses[0].at + 30 * HOUR, kind, "Dr Lindqvist", href="/visits/1")
        for kind in ContactKind
    ]
    contacts += [
        ContactMark(day(3 * number), ContactKind.THERAPY, "Dr Lindqvist", state)
        for number, state in enumerate(ContactState)
    ]
    return Trend(
        Span(TODAY - timedelta(days=90), TODAY + timedelta(days=12), TODAY, ZONE),
        (
            phq9(
                Point(day(80), 19, href="/scores/1"),
                *weekly(14, 9),
                baseline=Baseline(day(80), 19),
                missed=(day(20),),
                planned=(day(-5),),
            ),
            count_strip("bp", name="Purging", subtitle="days", points=weekly(6, 2, 3), most=7),
            value_strip(
                "k",
                name="Potassium",
                subtitle="mmol/L",
                points=(Point(day(30), Fraction(33, 10)), Point(day(3), 4, href="/labs/1")),
                reference=Reference(Fraction(7, 2), 5),
            ),
        ),
        windows=tuple(window(dose) for dose in doses),
        doses_given=(
            *doses,
            DoseMark(day(10), "not given", DoseState.NOT_GIVEN),
            DoseMark(day(-3), "hold", DoseState.HELD, note="potassium"),
            DoseMark(day(-9), "200", DoseState.PLANNED),
        ),
        contacts=tuple(contacts),
        intervals=(
            Interval(None, TODAY - timedelta(days=41), "fluoxetine 40 mg", "fluoxetine"),
            Interval(TODAY - timedelta(days=40), None, "60 mg", "fluoxetine", href="/medicines/1"),
            Interval(TODAY - timedelta(days=30), TODAY - timedelta(days=20), "day clinic"),
        ),
        events=(EventMark(day(9), "exams"), EventMark(day(42), "faint", is_serious=True)),
        day_zero=zero,
    )


def x_of(span: Span, at: datetime, width: Width) -> float:
    """Return where an instant must be, worked out from elapsed seconds alone."""
    left, right = GUTTER[width]
    whole = (span.closes_at - span.opens_at).total_seconds()
    return left + (right - left) * (at - span.opens_at).total_seconds() / whole


def boxes(root: ElementTree.Element, ink: str) -> list[tuple[float, float]]:
    """Return from where to where each box of an ink goes, left to right."""
    paths = (path.attrib["d"] for path in root.iter(f"{SVG}path") if path.get("class") == ink)
    found = [match for d in paths for match in BOX.findall(d)]
    return sorted((float(x), float(x) + float(across)) for x, _, _, across, _ in found)
