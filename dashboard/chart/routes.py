"""The overview: is it working, the timeline, and what is to do."""

from __future__ import annotations

from dataclasses import replace

import structlog
from flask import g, make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.chart import overview as parts
from dashboard.chart import rail
from dashboard.chart.drawings import Drawn, drawn
from dashboard.chart.overview import Range
from dashboard.chart.stamp import stamp
from dashboard.charts.lanes import Trend
from dashboard.patients.area import PatientArea
from dashboard.patients.banner import banner
from dashboard.scores import dangers, listing
from dashboard.scores.points import points
from dashboard.scores.shelf import shelf
from dashboard.visits.actions import markers

area = PatientArea("chart", __name__)
log = structlog.get_logger()


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


def _page(within: Range) -> dict[str, object]:
    today, zone, patient = formats.today(), formats.zone(), g.patient
    open_dangers = listing.open_dangers(patient.id)
    visits = markers(patient.id)
    found = parts.scored(shelf(), points(patient.id, shelf()), zone=zone)
    trend = parts.trend(found, visits, within=within, today=today, zone=zone)
    notices = dangers.notices(open_dangers)
    shown = banner(patient)
    is_danger = any(one.is_danger for one in notices)
    page: dict[str, object] = {
        "banner": replace(shown, flags=(*shown.flags, *dangers.flag(open_dangers))),
        "notices": notices,
        "working": parts.answer(found, today=today, zone=zone, danger=is_danger),
        "scored": [(one, parts.result(one, today=today, zone=zone)) for one in found],
        "table": parts.table(found, trend),
        "trend": trend,
        "span": f"{formats.day(trend.span.start)} to {formats.day(trend.span.end)}",
        "ranges": list(Range),
        "within": within,
        "has_scores": any(one.points for one in found),
        "visit_count": len(visits),
        "last_visit": rail.last_visit(patient.id),
        "to_do": rail.to_do(notices, visits),
        "care_team": rail.care_team(patient.id),
        "details": rail.details(patient),
    }
    return {**page, "drawings": _drawings(trend)}


def _drawings(trend: Trend) -> Drawn | None:
    """Draw the lanes, last of all; None when that fails: the table below is complete."""
    try:
        return drawn(trend.lanes)
    except (ValueError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        log.error("chart not drawn", kind=type(error).__name__, request_id=g.get("request_id"))
        return None
