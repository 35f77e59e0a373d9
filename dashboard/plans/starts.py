"""What a new draft may begin with: the version before, a template of the diagnosis, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs

from dashboard.clinical.plan_templates import PlanTemplate, plan_templates
from dashboard.patients.models import Patient
from dashboard.plans import content as contents
from dashboard.plans.content import PlanContent, laid_out
from dashboard.plans.models import TreatmentPlan
from dashboard.visits.choosing import listed

COPY, PLAIN = "copy", "none"


@dataclass(frozen=True)
class Start:
    """One thing to begin with; `fits` says that a template is of the patient's diagnosis."""

    key: str
    words: str
    evidence: str = ""
    source: str = ""
    mark: str = ""
    fits: bool = False


def base(found: Sequence[TreatmentPlan]) -> TreatmentPlan | None:
    """Return the newest signed version: what the next one is drafted from."""
    return next((one for one in found if one.signed_at is not None), None)


def offered(patient: Patient, found: Sequence[TreatmentPlan]) -> tuple[Start, ...]:
    """Return what to begin with: the last version, templates of the diagnoses, then the others."""
    shared, last = plan_templates(), base(found)
    codes = [code for code in patient.diagnosis_codes.replace(",", " ").split() if code]
    fitting = shared.for_codes(codes)
    others = [one for one in shared.templates if one not in fitting]
    copy = [Start(COPY, f"The text of version {last.number}")] if last else []
    return (
        *copy,
        *(_start(one, fits=True) for one in fitting),
        *(_start(one, fits=False) for one in others),
        Start(PLAIN, "An empty plan without a template"),
    )


def choices(found: Sequence[Start]) -> list[SelectChoice]:
    """List them for a field."""
    return listed((one.key, f"{one.words}, fits the diagnosis" if one.fits else one.words)
                  for one in found)  # fmt: skip


def content_of(key: str, last: TreatmentPlan | None) -> PlanContent:
    """Return the text that a draft begins with."""
    if key == COPY and last is not None:
        return contents.read(last.content)
    templates = {one.id: one for one in plan_templates().templates}
    return laid_out(templates.get(key))


def _start(one: PlanTemplate, *, fits: bool) -> Start:
    return Start(
        one.id, one.label, evidence=one.evidence, source=one.provenance.source,
        mark=one.provenance.words, fits=fits,
    )  # fmt: skip
