"""The timeline of one patient, made once for each state of the chart and held in this process.

The chart's version moves with every change to it; what changes by itself (a window opens, a booked
contact is over) changes at known moments. So what is held is never out of date. Nothing in it
depends on who looks; whether somebody may look is decided before, on every request.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import structlog
from flask import g, render_template, url_for
from markupsafe import Markup

from dashboard import formats
from dashboard.chart import composed, laboratory, rail, scores, signals, windowed, working
from dashboard.chart.addresses import addresses, owned, through_table
from dashboard.chart.asked import OFFERED, Asked, Range
from dashboard.chart.composed import Composed, Sources, View
from dashboard.chart.drawings import Drawn, drawn
from dashboard.chart.happened import Happened, happened
from dashboard.chart.laboratory import Measured, Person
from dashboard.clearance import cells, readiness
from dashboard.clearance.cells import Cell
from dashboard.clearance.gathering import SEXES
from dashboard.clearance.strip import Kept
from dashboard.clinical.discord import Signal
from dashboard.clock import now
from dashboard.patients.models import Patient
from dashboard.scores import baselines
from dashboard.scores.points import all_points
from dashboard.windows import using

log = structlog.get_logger()
IN_PROCESS = 32
MOST_LINKED = 400  # rows; points of more lead to the table's row, which has the link


@dataclass(frozen=True)
class Key:
    """Everything a timeline depends on, besides the moments at which it changes by itself."""

    patient_id: uuid.UUID
    version: int
    asked: Asked
    today: dt.date
    zone: str


@dataclass(frozen=True)
class Timeline:
    """What the chart says and the panel as it stands on the page.

    `since` and `until` are the moments between which it says this; None where there is none.
    """

    kept: Kept | None
    findings: tuple[working.Finding, ...]
    signals: tuple[Signal, ...]
    counts: tuple[str, ...]
    window: windowed.Answer
    course: Happened
    last_visit: rail.LastVisit | None
    team: tuple[rail.Member, ...]
    boxes: tuple[rail.Box, ...]
    composed: Composed
    since: dt.datetime | None
    until: dt.datetime | None
    html: Markup


_held: OrderedDict[Key, Timeline] = OrderedDict()
_lock = Lock()


def timeline(
    patient: Patient, *, version: int, asked: Asked, shows_weight: bool = False
) -> Timeline:
    """Return the timeline as of this version of the chart; one with weights is not held."""
    zone = f"{formats.zone().key} {formats.zone_label()}"
    key = Key(patient.id, version, asked, formats.today(), zone)
    if not shows_weight and (held := _find(key)):
        return held
    made, is_whole = _made(patient, asked, shows_weight=shows_weight)
    if is_whole and not shows_weight:
        _hold(key, made)
    return made


def forget() -> None:
    """Drop what this process holds."""
    with _lock:
        _held.clear()


def answer(seen: Timeline, *, has_open_danger: bool) -> working.Answer:
    """Answer whether it works."""
    return working.is_it_working(
        seen.findings, seen.signals, counts=seen.counts, has_open_danger=has_open_danger
    )


def read(patient: Patient, asked: Asked, *, shows_weight: bool = False) -> tuple[Sources, View]:
    """Read everything the chart shows, a statement for each source."""
    at, zone = now(), formats.zone()
    view = View(asked, formats.today(), at, zone, addresses(url_for))
    points, course = all_points(patient.id), happened(patient.id)
    found = scores.judged(points, counted_from=baselines.held(patient.id), zone=zone)
    met, hours = windowed.met(course, now=at), using.hours_of(patient.id)
    uses = windowed.uses(course, met, hours=hours, now=at)
    return Sources(
        points=points, measures=found, course=course,
        values=_values(patient, view, shows_weight=shows_weight), met=met, uses=uses, hours=hours,
        kept=_kept(patient.id),
    ), view  # fmt: skip


def _find(key: Key) -> Timeline | None:
    """Return what is held, unless it has changed by itself since."""
    with _lock:
        held = _held.get(key)
        if held is None or (held.until is not None and held.until <= now()):
            return None
        _held.move_to_end(key)
        return held


def _hold(key: Key, made: Timeline) -> None:
    with _lock:
        _held[key] = made
        while len(_held) > IN_PROCESS:
            _held.popitem(last=False)


def _kept(patient_id: uuid.UUID) -> Kept | None:
    row = readiness.of(patient_id)
    if row is None:
        return None
    return Kept(
        row.status, row.judged_for, row.next_session_on, row.next_stale_on, row.content
    )  # fmt: skip


def _values(patient: Patient, view: View, *, shows_weight: bool) -> tuple[Measured, ...]:
    person = Person(
        formats.age_on(patient.born_on, view.today), SEXES.get(patient.sex_for_ranges)
    )  # fmt: skip
    found = laboratory.measured(
        laboratory.read(patient.id, shows_weight=shows_weight), person,
        noon=lambda day: dt.datetime.combine(day, dt.time(12), view.zone),
        address=view.addresses.of(view.addresses.finding),
    )  # fmt: skip
    return laboratory.shown(found)


def _made(patient: Patient, asked: Asked, *, shows_weight: bool) -> tuple[Timeline, bool]:
    """Put the timeline together; not whole when its drawings failed."""
    found, view = read(patient, asked, shows_weight=shows_weight)
    chart = composed.composed(found, view)
    drawings = _drawings(chart)
    since, until = composed.changes(found, view.now)
    html = render_template("chart/_timeline.html", **_page(patient, found, view, chart, drawings),
                           shows_weight=shows_weight)  # fmt: skip
    made = Timeline(
        kept=found.kept,
        findings=tuple(_findings(found, view)),
        signals=tuple(_signals(found, view)),
        counts=tuple(_counts(found)),
        window=windowed.answer(found.uses, found.met, hours=found.hours, now=view.now),
        course=found.course, last_visit=rail.last_visit(patient.id),
        team=rail.care_team(patient.id), boxes=_boxes(patient, found.course), composed=chart,
        since=since, until=until,
        html=owned(html, patient_ref=patient.ref),
    )  # fmt: skip
    return made, drawings is not None


def _boxes(patient: Patient, course: Happened) -> tuple[rail.Box, ...]:
    boxes = (rail.plan(patient, course), rail.last_session(patient, course))
    return tuple(box for box in boxes if box is not None)


def _page(
    patient: Patient, found: Sources, view: View, chart: Composed, drawings: Drawn | None
) -> dict[str, object]:
    span, asked, table = chart.trend.span, view.asked, chart.trend.table(with_markers=True)[::-1]
    is_crowded = len(table) > MOST_LINKED
    if is_crowded and drawings is not None:
        rows = {row.href: at for at, row in reversed([*enumerate(table, 1)])}
        drawings = {sheet: through_table(one, rows) for sheet, one in drawings.items()}
    return {
        "ref": patient.ref,
        "drawings": drawings,
        "trend": chart.trend,
        "rows": chart.rows,
        "table": table,
        "is_crowded": is_crowded,
        "span": f"{formats.day(span.start)} to {formats.day(span.end)}",
        "asked": asked,
        "ranges": [(one, asked.looking(one).parameters, one == asked.within) for one in OFFERED],
        "axes": [
            (words, asked.counted(since_dose=is_dose).parameters, asked.since_dose == is_dose)
            for words, is_dose in (("Calendar", False), ("Days since first dose", True))
        ],
        "is_custom": asked.within is Range.CUSTOM,
        "has_dose": found.course.first_dose_at is not None,
        "has_scores": any(one.points for one in found.measures),
        "has_values": bool(found.values),
        "has_windows": bool(chart.trend.windows),
        "was_asked": composed.was_asked(found),
    }


def _findings(found: Sources, view: View) -> Iterator[working.Finding]:
    for one in found.measures:
        if one.latest is not None and scores.can_tell(one):
            yield scores.finding(one, today=view.today, zone=view.zone)


def _signals(found: Sources, view: View) -> Iterator[Signal]:
    yield from signals.of_counts(found.points, found.measures, today=view.today, zone=view.zone)
    yield from signals.of_safety(found.measures, today=view.today, zone=view.zone)
    if found.kept is not None:
        kept = {Cell(one.key): one for one in cells.read(found.kept.content)}
        cautions = cells.cautions(found.kept.content)
        yield from signals.of_clearance(kept, cautions, today=view.today)


def _counts(found: Sources) -> Iterator[str]:
    for one in found.measures:
        if scores.is_count(one):
            yield f"{one.rule.label}: {scores.newest(one)}."


def _drawings(chart: Composed) -> Drawn | None:
    """Draw the lanes; None when that fails: the table below them is complete."""
    try:
        return drawn((chart.trend.axis, *(row.lane for row in chart.rows)))
    except (ValueError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        log.error("chart not drawn", kind=type(error).__name__, request_id=g.get("request_id"))
        return None
