"""Diagnoses: found by search, severity computed and confirmed or overridden, ended, never lost."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs

from dashboard import audit, formats
from dashboard.access import Allow
from dashboard.clinical.diagnoses import Diagnosis
from dashboard.intake import actions, diagnosing, pages
from dashboard.intake.area import area, me, one, tell
from dashboard.intake.diagnosing import Computed
from dashboard.intake.forms import DiagnosisForm, EndForm
from dashboard.intake.known import SHOWN, known
from dashboard.intake.models import PatientDiagnosis
from dashboard.intake.pages import Known


@area.route("/intake/<ref:evaluation_ref>/diagnoses", methods=["GET", "POST"],
            allow=Allow.PHYSICIAN)  # fmt: skip
def diagnoses(evaluation_ref: str) -> ResponseReturnValue:
    """Search the code table and give the patient one of its codes."""
    evaluation, form = one(evaluation_ref), DiagnosisForm()
    actions.refuse_closed(evaluation)
    it, mine = known(evaluation), diagnosing.present(g.patient.id)
    words = request.args.get("q", "")[:100]
    results = diagnosing.search(words)
    form.code.choices = [SelectChoice(r.code, f"{r.code} {r.description}") for r in results]
    if form.was_sent() and _is_added(form, it, mine):
        location = url_for(
            "intake.diagnoses", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref
        )
        form.commit(location)
        flash("Diagnosis added.", "ok")
        return redirect(location, 303)
    shows_weight = session.pop(SHOWN, "") == evaluation.ref
    return _page(form, it, mine, words=words, results=results, shows_weight=shows_weight)


@area.post("/intake/<ref:evaluation_ref>/diagnoses/weight", allow=Allow.PHYSICIAN)
def show_diagnoses_weight(evaluation_ref: str) -> ResponseReturnValue:
    """Show once the numbers that severities of body size rest on; the trail tells who asked."""
    evaluation = one(evaluation_ref)
    actions.refuse_closed(evaluation)
    tell(evaluation, audit.Action.SHOW_WEIGHT)
    session[SHOWN] = evaluation.ref
    location = url_for(
        "intake.diagnoses", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref,
        q=request.args.get("q", "")[:100] or None,
    )  # fmt: skip
    return redirect(location, 303)


@area.route("/intake/<ref:evaluation_ref>/diagnoses/<ref:diagnosis_ref>/end",
            methods=["GET", "POST"], allow=Allow.PHYSICIAN)  # fmt: skip
def end_diagnosis(evaluation_ref: str, diagnosis_ref: str) -> ResponseReturnValue:
    """End a diagnosis; it stays in the history."""
    evaluation, form = one(evaluation_ref), EndForm()
    mine = diagnosing.present(g.patient.id)
    ending = next((d for d in mine if d.ref == diagnosis_ref), None) or abort(404)
    actions.refuse_closed(evaluation)
    if form.was_sent():
        diagnosing.end(g.patient, ending, known=mine, reason=form.reason.data or "", by_id=me().id)
        location = url_for(
            "intake.diagnoses", patient_ref=g.patient.ref, evaluation_ref=evaluation.ref
        )
        form.commit(location)
        flash("Diagnosis ended.", "ok")
        return redirect(location, 303)
    return render_template(
        "intake/end_diagnosis.html", form=form, evaluation=evaluation, diagnosis=ending
    ), form.status


def _is_added(form: DiagnosisForm, it: Known, mine: Sequence[PatientDiagnosis]) -> bool:
    """Add the chosen code, or say at its field why not."""
    code, reason = form.code.data or "", form.reason.data or ""
    codes = [d.code for d in pages.standing(mine)]
    against = set(diagnosing.contradictions([*codes, code])) - set(diagnosing.contradictions(codes))
    if against and not reason:
        form.code.errors = [*sorted(against), "End one of them, or write why both stand for now."]
        return False
    try:
        diagnosing.add(
            g.patient, code, known=mine, data_say=_computed(it, code), reason=reason,
            by_id=me().id,
        )  # fmt: skip
    except diagnosing.NeedsAReason as refusal:
        form.reason.errors = [refusal.told]
    except (diagnosing.NotACode, diagnosing.HasIt) as refusal:
        form.code.errors = [refusal.told]
    else:
        return True
    return False


def _computed(it: Known, code: str) -> Computed | None:
    return diagnosing.computed(code, it.contents, born_on=g.patient.born_on, on=formats.today())


def _page(
    form: DiagnosisForm,
    it: Known,
    mine: Sequence[PatientDiagnosis],
    *,
    words: str,
    results: Sequence[Diagnosis],
    shows_weight: bool,
) -> ResponseReturnValue:
    stand = pages.standing(mine)
    steps = pages.steps(it, patient_ref=g.patient.ref, here=pages.DIAGNOSES)
    data_say = {
        found.suggestion.disorder.label: found
        for result in results
        if (found := _computed(it, result.code)) is not None
    }
    return render_template(
        "intake/diagnoses.html",
        form=form,
        evaluation=it.evaluation,
        words=words,
        results=results,
        data_say=data_say,
        shows_weight=shows_weight,
        has_weight=any(d.rests_on_body_size for d in stand)
        or any(found.is_body_size for found in data_say.values()),
        standing=stand,
        ended=[d for d in mine if d.until_at is not None],
        on_details=[c for c in g.patient.diagnosis_codes.replace(",", " ").split()
                    if c not in {d.code for d in stand}],
        contradictions=diagnosing.contradictions([d.code for d in stand]),
        outdated=diagnosing.outdated(
            stand, it.contents, born_on=g.patient.born_on, on=formats.today()
        ),
        steps=steps,
        done=pages.done(steps),
    ), form.status  # fmt: skip
