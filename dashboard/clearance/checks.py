"""Clearance checks: a signed decision on one judgement, sealed with what it rests on."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard import audit
from dashboard.clearance import cells
from dashboard.clearance.models import ClearanceCheck, Decision, Override
from dashboard.clearance.standing import Standing
from dashboard.clinical.clearance.judgement import FindingVerdict, RuleVerdict
from dashboard.clock import now
from dashboard.db import db, new_id, new_ref
from dashboard.errors import Refusal

RENDERER = "casement-clearance-1"


class Blocked(Refusal):
    """Something is unknown, stops or waits for a decision: nobody can be cleared on it."""

    status = 422
    heading = "The patient cannot be cleared now"
    advice = "Record what is missing, or sign that the patient is not cleared."


class ConditionsMissing(Refusal):
    """Cleared with conditions needs the conditions in words. Nothing was signed."""

    status = 422
    heading = "The conditions are not said"
    advice = "Write the conditions, or choose another decision."


def sign(
    standing: Standing,
    *,
    decision: Decision,
    conditions: str,
    cadence: str,
    next_check_on: dt.date | None,
    by_id: uuid.UUID,
    name: str,
    zone: str,
    patient_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> ClearanceCheck:
    """Sign a decision on a judgement; raise `Blocked` or `ConditionsMissing`."""
    if decision is not Decision.NOT_CLEARED and not standing.may_be_cleared:
        raise Blocked
    if decision is Decision.WITH_CONDITIONS and not conditions.strip():
        raise ConditionsMissing
    judged, moment = standing.judged, at or now()
    check = ClearanceCheck(
        id=new_id(), ref=new_ref(), patient_id=patient_id, number=_next_number(patient_id),
        purpose=judged.purpose, judged_for=judged.on, ruleset=judged.ruleset,
        sha256=judged.sha256, tier=judged.tier, outcome=judged.outcome.name,
        content=content(standing), decision=decision, conditions=conditions.strip(),
        cadence=cadence.strip(), next_session_on=standing.case.next_session_on,
        next_check_on=next_check_on, signed_by_id=by_id, signed_name=name, signed_at=moment,
        zone_name=zone, sealed_by=RENDERER, seal="",
    )  # fmt: skip
    check.seal = digest(check)
    db.session.add(check)
    audit.record(
        db.session, audit.Action.SIGN, subject="clearance_check", subject_id=str(check.id),
        patient_id=patient_id, detail={"seal": check.seal, "sealed_by": RENDERER},
    )  # fmt: skip
    return check


def of_patient(patient_id: uuid.UUID) -> Sequence[ClearanceCheck]:
    """Return a patient's checks, newest first."""
    query = sa.select(ClearanceCheck).where(ClearanceCheck.patient_id == patient_id)
    return db.session.scalars(query.order_by(ClearanceCheck.number.desc())).all()


def content(standing: Standing) -> str:
    """Return everything a decision rests on, in one fixed order and spelling."""
    judged = standing.judged
    return json.dumps(
        {
            "domains": {
                domain.name: [_finding(one) for one in domain.findings]
                for domain in judged.domains
            },
            "places": [standing.case.patient.home_state, standing.case.patient.location_state],
            "missing_facts": [fact.name for fact in judged.missing_facts],
            "tier_reasons": list(judged.tier_reasons),
            "triggers": [[one.key, one.words, one.on.isoformat()] for one in standing.triggers],
            "overrides": {rule: _override(one) for rule, one in standing.covered.items()},
            "findings": sorted(
                [one.kind, one.entered, one.on.isoformat(), one.origin, one.question or ""]
                for one in standing.case.findings
            ),
        },
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip


def digest(check: ClearanceCheck) -> str:
    """Return the SHA-256 of everything that is signed."""
    text = json.dumps(
        [
            RENDERER, str(check.id), check.ref, str(check.patient_id), check.number,
            check.purpose, check.judged_for.isoformat(), check.ruleset, check.sha256, check.tier,
            check.outcome, check.content, check.decision, check.conditions, check.cadence,
            str(check.next_session_on), str(check.next_check_on), str(check.signed_by_id),
            check.signed_name,
            check.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        ],
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(check: ClearanceCheck) -> bool:
    """Whether a check is what its seal says."""
    return check.sealed_by == RENDERER and check.seal == digest(check)


def _finding(finding: FindingVerdict) -> dict[str, object]:
    return {
        "variable": finding.variable, "label": finding.label, "required": finding.is_required,
        "rules": [_rule(one) for one in finding.rules],
    }  # fmt: skip


def _rule(rule: RuleVerdict) -> dict[str, object]:
    return {
        "id": rule.rule.id, "verdict": rule.verdict.name, "fires": rule.fires,
        "reason": str(rule.reason or ""), "value": cells.value_words(rule),
        "limit": rule.rule.said, "source": rule.rule.source, "standing": rule.rule.standing.value,
        "framework": rule.rule.framework.value, "note": rule.rule.note,
        "taken_on": rule.taken_on.isoformat() if rule.taken_on else "",
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else "",
        "findings": [
            [one.kind, one.entered, one.on.isoformat(), one.origin] for one in rule.findings
        ],
    }  # fmt: skip


def _override(one: Override) -> dict[str, str]:
    return {
        "ref": one.ref, "reason_kind": one.reason_kind, "reason": one.reason,
        "difference": one.difference, "by": one.made_by_name, "until": one.expires_on.isoformat(),
        "second": one.second_by_name,
    }  # fmt: skip


def _next_number(patient_id: uuid.UUID) -> int:
    last = db.session.scalar(
        sa.select(sa.func.max(ClearanceCheck.number)).where(ClearanceCheck.patient_id == patient_id)
    )
    return (last or 0) + 1
