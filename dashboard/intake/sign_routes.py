"""The second look, signing, and an intake on paper."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask import (
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from dashboard import audit, documents, formats
from dashboard.access import Allow
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.intake import actions, chart_answers, diagnosing, pages, sealing
from dashboard.intake.area import area, me, one, subject, tell
from dashboard.intake.forms import SignForm
from dashboard.intake.known import SHOWN, chart_of, known, read_whole
from dashboard.intake.models import Evaluation, PatientDiagnosis
from dashboard.intake.pages import Known
from dashboard.intake.paper import content_of
from dashboard.intake.sections import SECTIONS
from dashboard.patients.banner import banner


@area.route("/intake/<ref:evaluation_ref>/sign", methods=["GET", "POST"], allow=Allow.PHYSICIAN)
def sign(evaluation_ref: str) -> ResponseReturnValue:
    """Look at the whole once more and sign exactly what is seen."""
    evaluation, form = one(evaluation_ref), SignForm()
    was_sent = form.was_sent()
    actions.refuse_closed(evaluation)
    if form.is_submitted():
        db.session.refresh(g.patient)  # somebody may have written while this one waited
    it, diagnoses = known(evaluation), diagnosing.present(g.patient.id)
    seen = _seen(it, diagnoses)
    has_changed = form.is_submitted() and form.version.data != seen
    if was_sent and it.is_complete and not has_changed:
        actions.keep_what_the_chart_says(
            evaluation, it.saved, chart_of(evaluation), by_id=me().id, today=formats.today()
        )
        sealing.sign(
            evaluation, sections=tuple(it.saved.values()), diagnoses=diagnoses,
            is_complete=it.is_complete, by_id=me().id, name=me().name,
        )  # fmt: skip
        location = _address("show", evaluation)
        form.commit(location)
        flash("Intake signed and sealed.", "ok")
        return redirect(location, 303)
    form.version.data = seen
    return render_template(
        "intake/sign.html",
        form=form,
        steps=pages.steps(it, patient_ref=g.patient.ref),
        is_complete=it.is_complete,
        has_changed=has_changed,
        contradictions=diagnosing.contradictions(
            [one.code for one in pages.standing(diagnoses)]
        ),
        outdated=diagnosing.outdated(
            pages.standing(diagnoses), it.contents, born_on=g.patient.born_on, on=formats.today()
        ),
        findings=pages.found_so_far(it, person=subject(), on=formats.today()),
        it=read_whole(evaluation, shows_weight=False),
    ), _status(sent=form.is_submitted(), has_changed=has_changed)  # fmt: skip


@area.get("/intake/<ref:evaluation_ref>/print", allow=Allow.PHYSICIAN)
def print_view(evaluation_ref: str) -> ResponseReturnValue:
    """Show an intake as it is printed; the trail tells before the page is made."""
    expect_writing(True)
    evaluation = one(evaluation_ref)
    tell(evaluation, audit.Action.PRINT)
    expect_writing(False)
    has_weight = session.pop(SHOWN, "") == evaluation.ref
    return render_template("intake/print.html", it=read_whole(evaluation, shows_weight=has_weight))


@area.post("/intake/<ref:evaluation_ref>/print/weight", allow=Allow.PHYSICIAN)
def print_weight(evaluation_ref: str) -> ResponseReturnValue:
    """Show the print view once with the weights; the trail tells who asked."""
    evaluation = one(evaluation_ref)
    tell(evaluation, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = evaluation.ref
    return redirect(_address("print_view", evaluation), 303)


@area.post("/intake/<ref:evaluation_ref>/pdf", allow=Allow.PHYSICIAN)
def pdf(evaluation_ref: str) -> ResponseReturnValue:
    """Give an intake as a PDF; with the weights only when asked, and the trail tells both."""
    evaluation, shows_weight = one(evaluation_ref), request.args.get("weights") == "1"
    it = read_whole(evaluation, shows_weight=shows_weight)
    if shows_weight:
        tell(evaluation, audit.Action.SHOW_WEIGHT)
    tell(evaluation, audit.Action.PRINT)
    at = now()
    patient = banner(g.patient)
    made = documents.pdf(
        "intake",
        content_of(it),
        title=f"Intake {evaluation.number}",
        identity=f"{patient.family_name.upper()}, {patient.given_name} · born {patient.born}"
        f" · MRN {patient.mrn}",
        printed=f"printed {formats.moment(at)}",
        at=at,
        is_synthetic=g.practice.is_synthetic,
    )
    name = f"intake-{evaluation.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, mimetype="application/pdf", headers=headers)


def _seen(it: Known, diagnoses: Sequence[PatientDiagnosis]) -> str:
    """Return a digest of what the page shows: a change behind it is noticed."""
    stood = pages.standing(diagnoses)
    on_chart = chart_of(it.evaluation)
    parts = (
        sealing.digest(it.evaluation, it.saved.values(), stood),
        *(chart_answers.stood(section, on_chart) for section in SECTIONS),
    )
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _address(page: str, evaluation: Evaluation) -> str:
    return url_for(f"intake.{page}", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref)


def _status(*, sent: bool, has_changed: bool) -> int:
    if not sent:
        return 200
    return 409 if has_changed else 422
