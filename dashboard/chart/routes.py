"""The overview: is it working, the timeline, and what is to do."""

from __future__ import annotations

from flask import g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.alerts.reading import open_of
from dashboard.alerts.views import views
from dashboard.chart import overview as parts
from dashboard.chart import rail
from dashboard.chart.overview import Range
from dashboard.chart.stamp import stamp
from dashboard.chart.timeline import timeline
from dashboard.clearance import readiness, strip
from dashboard.patients.area import PatientArea
from dashboard.patients.banner import banner
from dashboard.tasks.reading import open_of as open_tasks
from dashboard.tasks.views import TaskView
from dashboard.tasks.views import view as task_view

area = PatientArea("chart", __name__)


@area.get("", allow=Allow.PHYSICIAN)
def overview() -> ResponseReturnValue:
    """Show where the patient stands; an unchanged page is answered without being made again."""
    asked = request.args.get("range", "")
    within = Range(asked) if asked in set(Range) else Range.ALL
    name = stamp(within)
    has_news = bool(session.get("_flashes"))
    if not has_news and request.if_none_match.contains(name):
        answer = make_response("", 304)
    else:
        answer = make_response(render_template("chart/overview.html", **_page(within)))
    if not has_news:
        answer.set_etag(name)
    return answer


def _tasks() -> list[TaskView]:
    today = formats.today()
    return [task_view(one, today=today) for one in open_tasks(g.patient.id)]


def _page(within: Range) -> dict[str, object]:
    patient = g.patient
    notices = views(open_of(patient.id))
    seen = timeline(patient, version=g.chart_version, within=within)
    kept = readiness.of(patient.id)
    is_danger = any(one.is_danger for one in notices)
    return {
        "banner": banner(patient),
        "notices": notices,
        "ready": strip.said(kept, today=formats.today()),
        "readiness": strip.strip(kept, today=formats.today()),
        "working": parts.answer(
            seen.scored, today=formats.today(), zone=formats.zone(), danger=is_danger
        ),
        "timeline": seen.html,
        "last_visit": rail.last_visit(patient.id),
        "to_do": rail.to_do(notices, seen.visits, _tasks()),
        "care_team": rail.care_team(patient.id),
        "details": rail.details(patient),
    }
