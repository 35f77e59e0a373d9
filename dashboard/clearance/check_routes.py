"""Clearance checks: the second look, signing, reading back, and a check on paper."""

from __future__ import annotations

import hashlib

from flask import Response, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, documents, formats
from dashboard.access import Allow
from dashboard.clearance import cadence, checks
from dashboard.clearance.area import area, check_named, me, only_treating
from dashboard.clearance.differing import since, verdicts
from dashboard.clearance.forms import CheckForm
from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clearance.page import Asked, page
from dashboard.clearance.paper import content_of, read
from dashboard.clearance.patient_routes import SHOWN
from dashboard.clearance.standing import Standing
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.drafts.offer import offer, settle
from dashboard.patients.banner import banner


@area.route("/clearance/checks/new", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def new_check() -> ResponseReturnValue:
    """Gather what was judged, decide, and sign exactly what is seen."""
    form = CheckForm()
    was_sent = form.was_sent()
    if form.is_submitted():
        db.session.refresh(g.patient, with_for_update=True)  # no finding comes in between
    it = page(g.patient, Asked(), shows_weight=False, by=me().id)
    seen = digest(it.standing)
    has_changed = form.is_submitted() and form.version.data != seen
    refused = "" if not was_sent or has_changed else _refused(form, it.standing)
    if was_sent and not has_changed and not refused:
        return _sign(form, it.standing)
    if not form.is_submitted():
        _propose(form, it.standing)
    if refused:
        form.form_errors.append(refused)
    differences = since(form.verdicts.data or "", it.standing) if has_changed else ()
    form.version.data, form.verdicts.data = seen, verdicts(it.standing)
    status = 409 if has_changed else 422 if form.is_submitted() else 200
    return render_template(
        "clearance/new_check.html", form=form, draft=offer(form), it=it, has_changed=has_changed,
        differences=differences,
    ), status  # fmt: skip


@area.get("/clearance/checks/<ref:check_ref>", allow=Allow.PHYSICIAN)
def check(check_ref: str) -> ResponseReturnValue:
    """Read a signed check."""
    one = check_named(check_ref)
    shows_weight = session.pop(SHOWN, "") == one.ref
    return render_template("clearance/check.html", it=read(one, shows_weight=shows_weight))


@area.post("/clearance/checks/<ref:check_ref>/weights", allow=Allow.PHYSICIAN)
def show_check_weight(check_ref: str) -> ResponseReturnValue:
    """Show a signed check once with the numbers of body size; the trail tells who asked."""
    one = check_named(check_ref)
    _tell(one, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = one.ref
    return redirect(_address(one), 303)


@area.get("/clearance/checks/<ref:check_ref>/print", allow=Allow.PHYSICIAN)
def print_check(check_ref: str) -> ResponseReturnValue:
    """Show a signed check as it is printed; the trail tells before the page is made."""
    expect_writing(True)
    one = check_named(check_ref)
    _tell(one, audit.Action.PRINT)
    expect_writing(False)
    return render_template("clearance/print_check.html", it=read(one, shows_weight=False))


@area.post("/clearance/checks/<ref:check_ref>/pdf", allow=Allow.PHYSICIAN)
def pdf_check(check_ref: str) -> ResponseReturnValue:
    """Give a signed check as a PDF, without numbers of body size."""
    one = check_named(check_ref)
    _tell(one, audit.Action.PRINT)
    at, patient = now(), banner(g.patient)
    made = documents.pdf(
        "clearance", content_of(read(one, shows_weight=False)),
        title=f"Clearance check {one.number}",
        identity=f"{patient.family_name.upper()}, {patient.given_name} · born {patient.born}"
        f" · MRN {patient.mrn}",
        printed=f"printed {formats.moment(at)}", at=at, is_synthetic=g.practice.is_synthetic,
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="clearance-check-{one.number}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)


def digest(standing: Standing) -> str:
    """Return a digest of everything a check would be signed on: a change behind it is noticed."""
    judged = standing.judged
    parts = (
        judged.ruleset, judged.sha256, judged.on.isoformat(), judged.tier, judged.outcome.name,
        standing.status, checks.content(standing),
    )  # fmt: skip
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _sign(form: CheckForm, standing: Standing) -> ResponseReturnValue:
    person = me()
    if form.decision.data != Decision.NOT_CLEARED.value:
        only_treating()
    made = checks.sign(
        standing, decision=Decision(form.decision.data), conditions=form.conditions.data or "",
        cadence=form.cadence.data or "", next_check_on=form.next_check_on.data, by_id=person.id,
        name=person.name, zone=formats.zone().key, patient_id=g.patient.id,
    )  # fmt: skip
    settle(form)
    location = _address(made)
    form.commit(location)
    flash(f"Check signed and sealed: {made.decision.value}.", "ok")
    return redirect(location, 303)


def _refused(form: CheckForm, standing: Standing) -> str:
    """Say why this decision cannot be signed now, or nothing."""
    is_clearing = form.decision.data != Decision.NOT_CLEARED.value
    if is_clearing and not standing.may_be_cleared:
        return (
            f"The patient cannot be cleared now. {standing.because}."
            " Record what is missing, decide the cautions, or sign that they are not cleared."
        )
    return ""


def _propose(form: CheckForm, standing: Standing) -> None:
    judged = standing.judged
    form.cadence.data = form.cadence.data or cadence.words(judged.tier)
    form.next_check_on.data = form.next_check_on.data or cadence.next_check(
        judged.tier, today=standing.case.today, next_stale_on=judged.next_stale_on
    )


def _address(one: ClearanceCheck) -> str:
    return url_for("clearance.check", patient_ref=g.patient.ref, check_ref=one.ref)


def _tell(one: ClearanceCheck, action: audit.Action) -> None:
    audit.record(
        db.session, action, subject="clearance_check", subject_id=str(one.id),
        patient_id=one.patient_id,
    )  # fmt: skip
    db.session.commit()
