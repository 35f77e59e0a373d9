"""A recorded prescription judged for the day it was written, and what follows where rules forbid.

It happened elsewhere, so it is recorded whatever the rules say; what they say is told loudly.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from dashboard import formats
from dashboard.alerts.models import Level
from dashboard.alerts.raising import raise_alert
from dashboard.clearance import gathering, policy
from dashboard.clinical import clearance
from dashboard.clinical.clearance import Collection, Purpose, RuleSet, Verdict
from dashboard.clinical.clearance.judgement import RuleVerdict
from dashboard.clinical.clearance.verdicts import Framework, Scope
from dashboard.db import db
from dashboard.licences import actions as licences
from dashboard.patients.models import Patient
from dashboard.prescriptions import actions
from dashboard.prescriptions.models import Prescription
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin

LICENSED = "patient_state_licensed"


def against(patient: Patient, prescription: Prescription) -> Sequence[RuleVerdict] | None:
    """Return the rules that forbade a prescription on its day, or could not allow it.

    None where a later prescription is on record: what was known between them is not told apart.
    """
    db.session.flush()
    newest = actions.prescriptions(patient.id)
    if not newest or newest[-1].id != prescription.id:
        return None
    rules, day = policy.rules(), prescription.written_on
    case = gathering.case_of(patient, rules=rules, on=day)
    judged = clearance.judge(
        replace(case.patient, location_state=prescription.location_state),
        findings=_findings(patient, prescription, case.findings, rules),
        on=day, purpose=Purpose.PRESCRIPTION, rules=rules, prescription_on=day,
    )  # fmt: skip
    return [one for one in judged.rules if _is_against(one)]


def tell(
    patient: Patient,
    prescription: Prescription,
    found: Sequence[RuleVerdict],
    *,
    owner_id: uuid.UUID,
    today: dt.date,
) -> None:
    """Raise a task about what stood against a prescription, and an alert where it is the law."""
    ids = ", ".join(one.rule.id for one in found)
    words = f"Prescription of {formats.day(prescription.written_on)}: rules against it: {ids}"
    tasks.raise_task(
        patient.id, key=f"prescription {prescription.ref}", words=words[:300], owner_id=owner_id,
        due_on=today, origin=Origin.RULE,
    )  # fmt: skip
    for one in found:
        if one.rule.framework is Framework.LAW:
            raise_alert(
                patient.id, key=f"prescription:{one.rule.id}:{prescription.ref}", rule=one.rule.id,
                level=Level.SAME_DAY,
                words=f"Law rule {one.rule.id} stands against the prescription on record",
            )  # fmt: skip


def _is_against(one: RuleVerdict) -> bool:
    """Whether a rule stops, or is about prescriptions and cannot be answered."""
    is_open = one.verdict.blocks and one.rule.scope is Scope.PRESCRIPTION
    return one.verdict is Verdict.STOP or is_open


def _findings(
    patient: Patient,
    prescription: Prescription,
    known: Sequence[clearance.Finding],
    rules: RuleSet,
) -> list[clearance.Finding]:
    """Return what is known, with licences and queries of the state the patient was in that day."""
    state, day = prescription.location_state, prescription.written_on
    held = licences.covers(patient.id, state=state, on=day)
    asked = actions.told(patient.id, rules=rules, state=state).findings
    replaced = {LICENSED, *actions.OF_QUERIES}
    found = [one for one in known if one.kind not in replaced]
    found += [one for one in asked if one.kind in replaced]
    if held is not None:
        taken = Collection(on=day, source="record", origin="licences")
        found.append(clearance.read(LICENSED, value=held, unit=None, taken=taken, rules=rules))
    return found
