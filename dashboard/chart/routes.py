"""The overview: three answers in words, the timeline, what is to do; the same as file and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response as Answer
from flask import g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.alerts.reading import open_of
from dashboard.alerts.views import AlertView, views
from dashboard.chart import asked, composed, document, export, rail, windowed, working
from dashboard.chart.asked import Asked
from dashboard.chart.document import Page
from dashboard.chart.document import Said as Printed
from dashboard.chart.stamp import stamp
from dashboard.chart.timeline import Timeline, answer, read, timeline
from dashboard.clearance import strip
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.findings.area import tell_of_weights
from dashboard.patients.area import PatientArea
from dashboard.patients.banner import banner
from dashboard.tasks.reading import open_of as open_tasks
from dashboard.tasks.views import TaskView
from dashboard.tasks.views import view as task_view

area = PatientArea("chart", __name__)
SHOWN = "chart_weight_shown"


@area.get("", allow=Allow.PHYSICIAN)
def overview() -> ResponseReturnValue:
    """Show where the patient stands; an unchanged page is answered without being made again."""
    wanted = _asked()
    shows_weight = session.pop(SHOWN, "") == g.patient.ref
    seen = timeline(
        g.patient, version=g.chart_version, asked=wanted, shows_weight=shows_weight
    )  # fmt: skip
    name = stamp(wanted, seen.since)
    is_new = bool(session.get("_flashes")) or shows_weight
    if not is_new and request.if_none_match.contains(name):
        page = make_response("", 304)
    else:
        page = make_response(
            render_template("chart/overview.html", **_page(seen, shows_weight=shows_weight))
        )
    if not is_new:
        page.set_etag(name)
    return page


@area.post("/chart/weight", allow=Allow.PHYSICIAN)
def show_weight() -> ResponseReturnValue:
    """Show the weights on the chart once; the trail tells who asked."""
    tell_of_weights()
    session[SHOWN] = g.patient.ref
    values: dict[str, Any] = {"patient_ref": g.patient.ref, **_asked().parameters}
    return redirect(url_for("chart.overview", **values), 303)


@area.get("/chart.csv", allow=Allow.PHYSICIAN)
def save() -> ResponseReturnValue:
    """Give the chart's data as a file, without weights; that it was taken is told first."""
    found, view = read(g.patient, _asked())
    rows = composed.composed(found, view).trend.table(with_markers=True)
    told = export.text(rows, who=banner(g.patient), at=now())
    _tell(audit.Action.EXPORT, len(rows))
    return _file(told, mimetype="text/csv", name=f"chart-{formats.today():%Y-%m-%d}.csv")


@area.get("/chart.pdf", allow=Allow.PHYSICIAN)
def paper() -> ResponseReturnValue:
    """Give the chart as a PDF, without weights; the trail tells before it is made."""
    seen = timeline(g.patient, version=g.chart_version, asked=_asked())
    page = _printed(seen)
    who, at, is_synthetic = banner(g.patient), now(), g.practice.is_synthetic
    _tell(audit.Action.PRINT, len(seen.composed.rows))
    made = document.made(seen.composed, page, who=who, at=at, is_synthetic=is_synthetic)
    return _file(made, mimetype="application/pdf", name="chart.pdf", way="inline")


def _tell(action: audit.Action, rows: int) -> None:
    """Tell the trail that the chart left the program, in a transaction of its own."""
    patient_id, ref = g.patient.id, g.patient.ref
    db.session.rollback()
    expect_writing(True)
    audit.record(
        db.session, action, subject="chart", subject_id=ref, patient_id=patient_id,
        detail={"rows": rows},
    )  # fmt: skip
    db.session.commit()
    expect_writing(False)


def _file(content: str | bytes, *, mimetype: str, name: str, way: str = "attachment") -> Answer:
    page = Answer(content, mimetype=mimetype)
    page.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return page


def _asked() -> Asked:
    return asked.read(request.args, read_day=formats.read_day)


def _tasks() -> list[TaskView]:
    today = formats.today()
    return [task_view(one, today=today) for one in open_tasks(g.patient.id)]


@dataclass(frozen=True)
class _Said:
    """What is said around the timeline, for the page and for the document."""

    notices: Sequence[AlertView]
    ready: strip.Said
    cells: tuple[strip.StripCell, ...]
    working: working.Answer
    boxes: tuple[rail.Box, ...]
    to_do: tuple[rail.Task, ...]
    team: tuple[rail.Member, ...]


def _said(seen: Timeline) -> _Said:
    patient, today = g.patient, formats.today()
    notices = views(open_of(patient.id))
    return _Said(
        notices=notices,
        ready=strip.said(seen.kept, today=today),
        cells=strip.strip(seen.kept, today=today),
        working=answer(seen, has_open_danger=any(one.is_danger for one in notices)),
        boxes=seen.boxes,
        to_do=rail.to_do(notices, rail.visits_of(seen.course), _tasks()),
        team=seen.team,
    )


def _page(seen: Timeline, *, shows_weight: bool) -> dict[str, object]:
    patient, said = g.patient, _said(seen)
    return {
        "banner": banner(patient),
        "said": said,
        "working_question": working.QUESTION,
        "window": seen.window,
        "window_question": windowed.QUESTION,
        "timeline": seen.html,
        "parameters": _asked().parameters,
        "shows_weight": shows_weight,
        "last_visit": seen.last_visit,
        "details": rail.details(patient),
    }


def _printed(seen: Timeline) -> Page:
    """Return the first page of the document."""
    said, window = _said(seen), seen.window
    return Page(
        answers=(
            Printed(strip.QUESTION, said.ready.kind, said.ready.headline, said.ready.words),
            Printed(working.QUESTION, said.working.kind, said.working.headline,
                    said.working.words),
            Printed(windowed.QUESTION, window.kind, window.headline, window.words),
        ),
        readiness=said.cells, to_do=said.to_do, boxes=said.boxes, team=said.team,
    )  # fmt: skip
