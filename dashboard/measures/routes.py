"""Measures pages: every score as a strip, a table and a file; the baseline; scores from a file."""

from __future__ import annotations

import uuid

from flask import Response as Answer
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.chart.asked import LOOKS_BACK, Range
from dashboard.clinical.instruments import Instrument, catalogue
from dashboard.db import db, expect_writing
from dashboard.measures import choosing, rows, strips
from dashboard.measures.forms import BaselineForm, ImportForm
from dashboard.measures.page import page
from dashboard.patients.area import PatientArea
from dashboard.patients.banner import banner
from dashboard.scores import baselines, history, importing, listing
from dashboard.scores.points import all_points

area = PatientArea("measures", __name__)


@area.get("/measures", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show every measure as a strip, with its verdict, and all scores as a table."""
    return render_template("measures/index.html", **page(g.patient, within=_range()))


@area.get("/measures.csv", allow=Allow.PHYSICIAN)
def export() -> ResponseReturnValue:
    """Give the same scores as a file; that it was taken is told first."""
    points, today, zone = all_points(g.patient.id), formats.today(), formats.zone()
    span = strips.span_of(points, (), weeks=_range().weeks, today=today, zone=zone)
    shown = [one for one in points if span.holds(one.taken_at)]
    told, patient_id = rows.text(shown), g.patient.id
    db.session.rollback()
    expect_writing(True)
    detail = {"rows": len(shown)}
    audit.record(
        db.session, audit.Action.EXPORT, subject="score_value", patient_id=patient_id, detail=detail
    )
    db.session.commit()
    answer = Answer(told, mimetype="text/csv")
    name = f"measures-{today:%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@area.route("/measures/<instrument>/baseline", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def baseline(instrument: str) -> ResponseReturnValue:
    """Choose what change is counted from, with a reason, or go back to the rule."""
    chosen, form = _known(instrument), BaselineForm()
    candidates = choosing.candidates(g.patient.id, chosen)
    form.offer(candidates)
    if form.was_sent():
        _choose(form, chosen)
        location = url_for("measures.index", patient_ref=g.patient.ref)
        form.commit(location)
        flash("The baseline is set. The choice and its reason are kept.", "ok")
        return redirect(location, 303)
    held = baselines.held(g.patient.id)
    lead = chosen.primary if chosen.has_primary else chosen.scores[0]
    return render_template(
        "measures/baseline.html",
        banner=banner(g.patient),
        form=form,
        name=chosen.short,
        present=held.get((chosen.id, lead.id), baselines.NONE),
        history=baselines.history(g.patient.id, chosen.id),
    ), form.status


@area.route("/measures/import", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def import_scores() -> ResponseReturnValue:
    """Read scores from a file: first every row as it would be stored, then all of them or none."""
    form, sheet = ImportForm(), None
    if form.was_sent():
        zone, content = formats.zone().key, form.content
        sheet = importing.read(content, zone_name=zone)
        if "store" in request.form and not sheet.troubles:
            count = history.store(g.patient, sheet.lines, zone=zone, by=_actor())
            location = url_for("measures.index", patient_ref=g.patient.ref)
            form.commit(location)
            flash(f"{count} responses were imported.", "ok")
            return redirect(location, 303)
        form.text.data = content.decode("utf-8-sig", "replace")
    return render_template(
        "measures/import.html",
        banner=banner(g.patient),
        form=form,
        sheet=sheet,
        shown=rows.planned(sheet.lines if sheet else ()),
        n_new=len(history.new_ones(g.patient.id, sheet.lines)) if sheet else 0,
    ), (422 if sheet and sheet.troubles else form.status)


def _choose(form: BaselineForm, instrument: Instrument) -> None:
    by, reason = _actor(), form.reason.data or ""
    if form.is_rule:
        baselines.go_back(g.patient, instrument.id, reason=reason, by=by)
        return
    response = listing.of(g.patient.id, form.response.data or "") or abort(404)
    baselines.choose(response, reason=reason, by=by)


def _known(instrument: str) -> Instrument:
    found = catalogue().get(instrument) or abort(404)
    if not found.scores or found.derived_from:
        abort(404)
    return found


def _range() -> Range:
    asked = request.args.get("range", "")
    return Range(asked) if asked in LOOKS_BACK else Range.ALL


def _actor() -> uuid.UUID:
    return current_actor().id or abort(403)
