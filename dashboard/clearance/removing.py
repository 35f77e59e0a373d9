"""Taking a finding out as entered in error: what would improve by it needs a second clinician."""

from __future__ import annotations

import uuid
from dataclasses import replace

from dashboard.clearance import gathering, policy
from dashboard.clinical.clearance import Judgement, Purpose, Verdict, judge
from dashboard.findings import actions as findings
from dashboard.findings.models import Finding, FindingRemoval
from dashboard.patients.models import Patient


def remove(
    patient: Patient, finding: Finding, *, reason: str, by_id: uuid.UUID, by_name: str
) -> FindingRemoval:
    """Remove a finding, at once or once a second clinician agrees (decision 14.4)."""
    return findings.remove(
        finding, reason=reason, by_id=by_id, by_name=by_name,
        needs_second=would_improve(patient, finding),
    )  # fmt: skip


def would_improve(patient: Patient, finding: Finding) -> bool:
    """Whether anything would be judged better, or the tier be lower, without the finding."""
    rules = policy.rules()
    case = gathering.case_of(patient, rules=rules)
    day = case.next_session_on or case.today
    without = replace(case, findings=tuple(f for f in case.findings if f.origin != finding.ref))
    before, after = (
        judge(one.patient, findings=one.findings, on=day, purpose=Purpose.ACTIVATION, rules=rules)
        for one in (case, without)
    )
    return _is_better(before, after)


def _is_better(before: Judgement, after: Judgement) -> bool:
    if after.outcome < before.outcome or after.tier < before.tier:
        return True
    then = {one.rule.id: one.verdict for one in before.rules if one.verdict >= Verdict.CAUTION}
    return any(one.verdict < then.get(one.rule.id, one.verdict) for one in after.rules)
