"""Pages of prescriptions written elsewhere, and of monitoring queries."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.alerts import owners
from dashboard.clinical import remote_prescribing
from dashboard.drafts.offer import offer, settle
from dashboard.forms import PageForm
from dashboard.patients.area import PatientArea
from dashboard.prescriptions import actions, judging, reading
from dashboard.prescriptions.forms import YES, InErrorForm, PrescriptionForm, QueryForm
from dashboard.prescriptions.models import Basis, MonitoringCheck, Prescription, Shown
from dashboard.sessions.models import Route

area = PatientArea("prescriptions", __name__)


@area.get("/prescriptions", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """List prescriptions written elsewhere with their supply, and monitoring queries."""
    today = formats.today()
    period = remote_prescribing.on_or_before(today)
    return render_template(
        "prescriptions/index.html", prescriptions=reading.prescriptions(g.patient.id),
        queries=reading.queries(g.patient.id), period=period,
        days_left=(period.until_on - today).days if period else None,
    )  # fmt: skip


@area.route("/prescriptions/queries/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new_query() -> ResponseReturnValue:
    """Record a query of prescription monitoring."""
    form = QueryForm()
    if not form.is_submitted():
        form.checked_by.data, form.state.data = current_actor().name, g.patient.state
    if form.was_sent():
        actions.record_check(
            g.patient.id, state=form.state.data, checked_on=form.checked_on.data,
            shown=Shown(form.shown.data), words=form.words.data or "",
            checked_by=form.checked_by.data or "", by=_me(),
        )  # fmt: skip
        return _done(form, "The query is recorded.", "ok")
    page = {"form": form, "draft": offer(form)}
    return render_template("prescriptions/query.html", **page), form.status


@area.route("/prescriptions/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new() -> ResponseReturnValue:
    """Record a prescription written elsewhere, judged for its day."""
    form, asked = PrescriptionForm(), actions.checks(g.patient.id)
    form.born_on = g.patient.born_on
    form.offers(asked)
    if not form.is_submitted():
        form.prescriber.data, form.location_state.data = current_actor().name, g.patient.state
    if form.was_sent():
        query = next((one for one in asked if one.ref == form.monitoring.data), None)
        written = _record(form, query)
        found = judging.against(g.patient, written)
        if found:
            judging.tell(
                g.patient, written, found, today=formats.today(),
                owner_id=owners.present(g.patient.id) or _me(),
            )  # fmt: skip
            return _done(form, _loud(len(found)), "stop", written.ref)
        return _done(form, "The prescription is recorded.", "ok", written.ref)
    page = {"form": form, "draft": offer(form), "period": remote_prescribing.periods()[-1]}
    return render_template("prescriptions/new.html", **page), form.status


@area.get("/prescriptions/<ref:prescription_ref>", allow=Allow.PHYSICIAN)
def show(prescription_ref: str) -> ResponseReturnValue:
    """Show a prescription and what the rules say of it for its day."""
    written = _prescription(prescription_ref)
    is_counted = written.entered_in_error_at is None
    found = judging.against(g.patient, written) if is_counted else None
    views = reading.prescriptions(g.patient.id)
    return render_template(
        "prescriptions/show.html", one=next(v for v in views if v.ref == written.ref),
        against=None if found is None else reading.against_views(found),
    )  # fmt: skip


@area.route(
    "/prescriptions/<ref:prescription_ref>/in-error", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def mark_in_error(prescription_ref: str) -> ResponseReturnValue:
    """Mark a prescription as entered in error."""
    written = _prescription(prescription_ref)
    return _in_error(written, f"{written.drug}, written on {formats.day(written.written_on)}")


@area.route(
    "/prescriptions/queries/<ref:query_ref>/in-error", methods=["GET", "POST"],
    allow=Allow.PHYSICIAN,
)  # fmt: skip
def mark_query_in_error(query_ref: str) -> ResponseReturnValue:
    """Mark a monitoring query as entered in error."""
    query = reading.query_named(g.patient.id, query_ref) or abort(404)
    return _in_error(query, f"Query of {formats.day(query.checked_on)}, {query.state}")


def _record(form: PrescriptionForm, query: MonitoringCheck | None) -> Prescription:
    return actions.record(
        g.patient.id, written_on=form.written_on.data, prescriber=form.prescriber.data or "",
        drug=form.drug.data or "", route=Route(form.route.data), dose_mg=form.dose_mg.data,
        units=form.units.data, supply_days=form.supply_days.data,
        is_refill=form.is_refill.data == YES, pharmacy=form.pharmacy.data or "",
        location_state=form.location_state.data, basis=Basis(form.basis.data),
        basis_words=form.basis_words.data or "", basis_until=form.basis_until,
        monitoring_check_id=query.id if query else None, by=_me(),
    )  # fmt: skip


def _in_error(record: Prescription | MonitoringCheck, what: str) -> ResponseReturnValue:
    form = InErrorForm()
    if form.was_sent():
        actions.mark_in_error(record, reason=form.reason.data or "", by=_me())
        return _done(form, "Marked as entered in error. It is kept and no longer counts.", "ok")
    page = {"form": form, "draft": offer(form), "what": what}
    return render_template("prescriptions/in_error.html", **page), form.status


def _done(form: PageForm, words: str, kind: str, ref: str = "") -> ResponseReturnValue:
    settle(form)
    location = url_for("prescriptions.index", patient_ref=g.patient.ref)
    if ref:
        location = url_for("prescriptions.show", patient_ref=g.patient.ref, prescription_ref=ref)
    form.commit(location)
    flash(words, kind)
    return redirect(location, 303)


def _loud(count: int) -> str:
    rules = "1 rule stands" if count == 1 else f"{count} rules stand"
    return f"Recorded, since it was written. But {rules} against it: read them below. A task waits."


def _prescription(ref: str) -> Prescription:
    return reading.prescription(g.patient.id, ref) or abort(404)


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
