"""The timeline of one patient, made once for each state of the chart and held in this process.

The chart's version moves with every change to it, so what is held is never out of date. Nothing in
it depends on who looks; whether somebody may look is decided before, on every request.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import structlog
from flask import g, render_template
from markupsafe import Markup

from dashboard import formats
from dashboard.chart import overview as parts
from dashboard.chart.drawings import Drawn, drawn
from dashboard.chart.overview import Range, Scored
from dashboard.charts.lanes import Trend
from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.scores.points import points
from dashboard.scores.shelf import FIRST, charted
from dashboard.visits.actions import Marker, markers

log = structlog.get_logger()
IN_PROCESS = 32


@dataclass(frozen=True)
class Key:
    """Everything a timeline depends on."""

    patient_id: uuid.UUID
    version: int
    within: Range
    today: dt.date
    zone: str


@dataclass(frozen=True)
class Timeline:
    """What the newest scores say, the visits, and the panel as it stands on the page."""

    scored: tuple[Scored, ...]
    visits: tuple[Marker, ...]
    html: Markup


_held: OrderedDict[Key, Timeline] = OrderedDict()
_lock = Lock()


def timeline(patient: Patient, *, version: int, within: Range) -> Timeline:
    """Return the patient's timeline as of this version of the chart."""
    zone = f"{formats.zone().key} {formats.zone_label()}"
    key = Key(patient.id, version, within, formats.today(), zone)
    with _lock:
        held = _held.get(key)
        if held is not None:
            _held.move_to_end(key)
            return held
    made, is_whole = _made(patient, within)
    if is_whole:
        _hold(key, made)
    return made


def forget() -> None:
    """Drop what this process holds."""
    with _lock:
        _held.clear()


def _hold(key: Key, made: Timeline) -> None:
    with _lock:
        _held[key] = made
        while len(_held) > IN_PROCESS:
            _held.popitem(last=False)


def _made(patient: Patient, within: Range) -> tuple[Timeline, bool]:
    """Put the timeline together; not whole when its drawings failed."""
    today, zone = formats.today(), formats.zone()
    visits = markers(patient.id)
    scores = points(patient.id, charted())
    shown = [one for one in charted() if one.id in FIRST or scores[one.id]]
    found = parts.scored(shown, scores, counted_from=baselines.held(patient.id), zone=zone)
    trend = parts.trend(found, visits, within=within, today=today, zone=zone)
    drawings = _drawings(trend)
    html = render_template(
        "chart/_timeline.html",
        ref=patient.ref,
        drawings=drawings,
        trend=trend,
        scored=[(one, parts.result(one, today=today, zone=zone)) for one in found],
        table=parts.table(found, trend),
        span=f"{formats.day(trend.span.start)} to {formats.day(trend.span.end)}",
        ranges=list(Range),
        within=within,
        has_scores=any(one.points for one in found),
        visits=_counted(visits),
    )
    made = Timeline(found, tuple(visits), Markup(html))  # noqa: S704 our own escaped template
    return made, drawings is not None


def _counted(visits: Sequence[Marker]) -> str:
    return f"{len(visits)} visit{'' if len(visits) == 1 else 's'}"


def _drawings(trend: Trend) -> Drawn | None:
    """Draw the lanes; None when that fails: the table below them is complete."""
    try:
        return drawn(trend.lanes)
    except (ValueError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        log.error("chart not drawn", kind=type(error).__name__, request_id=g.get("request_id"))
        return None
