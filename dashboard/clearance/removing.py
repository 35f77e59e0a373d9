"""Taking a finding out as entered in error: what would improve by it needs a second clinician."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from dashboard.clearance import gathering, policy
from dashboard.clinical.clearance import Judgement, Purpose, Verdict, judge
from dashboard.findings import actions as findings
from dashboard.findings.models import Finding, FindingRemoval
from dashboard.patients.models import Patient


def remove(
    patient: Patient,
    finding: Finding,
    *,
    reason: str,
    by_id: uuid.UUID,
    by_name: str,
    instead: Collection[str] = (),
) -> FindingRemoval:
    """Remove a finding, at once or once a second clinician agrees (decision 14.4).

    `instead` are the public ids of the findings that correct it.
    """
    return findings.remove(
        finding, reason=reason, by_id=by_id, by_name=by_name,
        needs_second=would_improve(patient, finding, instead=instead),
    )  # fmt: skip


def would_improve(patient: Patient, finding: Finding, *, instead: Collection[str] = ()) -> bool:
    """Whether anything would be judged better, or the tier be lower, without the finding.

    For any purpose, today or on the day of the next session. What corrects it counts only after:
    a better value beside it is the improvement that is asked about.
    """
    rules = policy.rules()
    case = gathering.case_of(patient, rules=rules)
    found = tuple(one for one in case.findings if one.origin not in instead)
    without = tuple(one for one in case.findings if one.origin != finding.ref)
    days = {case.today, case.next_session_on or case.today}
    return any(
        _is_better(
            *(
                judge(case.patient, findings=seen, on=day, purpose=purpose, rules=rules)
                for seen in (found, without)
            )
        )
        for day in days
        for purpose in Purpose
    )


def _is_better(before: Judgement, after: Judgement) -> bool:
    if after.outcome < before.outcome or after.tier < before.tier:
        return True
    then = {one.rule.id: one.verdict for one in before.rules if one.verdict >= Verdict.CAUTION}
    return any(one.verdict < then.get(one.rule.id, one.verdict) for one in after.rules)
