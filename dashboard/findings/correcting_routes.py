"""One finding: reading it, correcting it, taking it out, and deciding as the second clinician."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clinical import clearance
from dashboard.clinical.clearance.kinds import Kind
from dashboard.db import db
from dashboard.drafts.offer import offer, settle
from dashboard.findings import actions, consequences, correcting, reading, recent
from dashboard.findings.area import SHOWN, area, by_me, me, one, tell_of_weights
from dashboard.findings.entry_routes import rows_of
from dashboard.findings.forms import CorrectionForm, ReasonForm, form_of_kind
from dashboard.findings.lines import is_of_body_size
from dashboard.findings.models import Finding, FindingRemoval, RemovalState
from dashboard.findings.value_controls import FLAG, HIGH, LOW, UNIT

TAKEN_OUT = "Taken out as entered in error. It is kept, struck, and judged no more."
WAITS = "Asked for. It still counts until a second clinician agrees."


@area.get("/findings/<ref:finding_ref>", allow=Allow.PHYSICIAN)
def show(finding_ref: str) -> ResponseReturnValue:
    """Read one finding, what became of it, and what waits to be decided."""
    row = one(finding_ref)
    removal = actions.removal_of(row)
    waits = removal is not None and removal.state is RemovalState.WAITING
    return render_template(
        "findings/show.html",
        line=reading.line(row, shows_weight=session.pop(SHOWN, "") == row.ref),
        removal=removal if waits else None,
        would=_would_change(row) if waits else (),
        is_asker=removal is not None and removal.asked_by_id == me().id,
        seconds=correcting.seconds(row.patient_id, besides=removal.asked_by_id) if removal else (),
        history=reading.history(row),
    )


@area.post("/findings/<ref:finding_ref>/weight", allow=Allow.PHYSICIAN)
def show_one_weight(finding_ref: str) -> ResponseReturnValue:
    """Show the number of one finding once; the trail tells who asked."""
    row = one(finding_ref)
    tell_of_weights()
    session[SHOWN] = row.ref
    return redirect(_address(row), 303)


@area.route("/findings/<ref:finding_ref>/correct", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def correct(finding_ref: str) -> ResponseReturnValue:
    """Record the right value; the wrong one stays on record, struck."""
    row = one(finding_ref)
    form = form_of_kind(_kind(row))()
    form.born_on = g.patient.born_on
    if not form.is_submitted():
        _fill(form, row)
    else:
        form.sizes = recent.sizes(g.patient.id, form.rows, besides=row.id)
    if form.was_sent():
        act, removal = correcting.correct(
            g.patient, row, form.entries[0], reason=form.reason.data or "", by=by_me()
        )
        settle(form)
        location = url_for("findings.show_set", patient_ref=g.patient.ref, set_ref=act.ref)
        form.commit(location)
        _say(removal, "Corrected. The former value is kept, struck.")
        return redirect(location, 303)
    page = {"form": form, "draft": offer(form), "rows": rows_of(form, form.rows)}
    return render_template("findings/correct.html", line=reading.line(row), **page), form.status


@area.route("/findings/<ref:finding_ref>/in-error", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def in_error(finding_ref: str) -> ResponseReturnValue:
    """Take a finding out as entered in error, with the reason."""
    row, form = one(finding_ref), ReasonForm()
    if form.was_sent():
        removal = correcting.take_out(g.patient, row, reason=form.reason.data or "", by=by_me())
        settle(form)
        form.commit(_address(row))
        _say(removal, TAKEN_OUT)
        return redirect(_address(row), 303)
    page = {"form": form, "draft": offer(form), "line": reading.line(row)}
    return render_template("findings/in_error.html", would=_would_change(row), **page), form.status


@area.post("/findings/<ref:finding_ref>/agree", allow=Allow.PHYSICIAN)
def agree(finding_ref: str) -> ResponseReturnValue:
    """Agree, as the second clinician, that a finding is taken out."""
    return _decided(one(finding_ref), agrees=True)


@area.post("/findings/<ref:finding_ref>/decline", allow=Allow.PHYSICIAN)
def decline(finding_ref: str) -> ResponseReturnValue:
    """Let the finding stand, as the second clinician."""
    return _decided(one(finding_ref), agrees=False)


def _decided(row: Finding, *, agrees: bool) -> ResponseReturnValue:
    removal = actions.removal_of(row)
    if removal is None:
        raise actions.RemovedAlready
    correcting.decide(removal, agrees=agrees, by=by_me())
    db.session.commit()
    flash(TAKEN_OUT if agrees else "Declined. The finding stands.", "ok")
    return redirect(_address(row), 303)


def _would_change(row: Finding) -> tuple[consequences.Said, ...]:
    """Return what would be judged otherwise without a finding."""
    present, without = consequences.with_and_without(g.patient, {row.ref})
    return consequences.differences(present, without)


def _fill(form: CorrectionForm, row: Finding) -> None:
    """Show the finding as it was entered; a number of body size is typed anew."""
    own = form.rows[0].name
    form.taken_on.data, form.source.data = row.taken_on, row.source.value
    form.measured_by.data = row.measured_by
    if row.taken_at is not None:
        form.starts_at(row.taken_at)
    if is_of_body_size(row.kind):
        return
    form[own].data = row.entered
    parts = {UNIT: row.unit, LOW: row.ref_low, HIGH: row.ref_high, FLAG: row.flag}
    for ending, text in parts.items():
        if own + ending in form:
            form[own + ending].data = text


def _kind(row: Finding) -> Kind:
    return clearance.ruleset().kinds.get(row.kind) or abort(404)


def _say(removal: FindingRemoval, words: str) -> None:
    waits = removal.state is RemovalState.WAITING
    flash(WAITS if waits else words, "warn" if waits else "ok")


def _address(row: Finding) -> str:
    return url_for("findings.show", patient_ref=g.patient.ref, finding_ref=row.ref)
