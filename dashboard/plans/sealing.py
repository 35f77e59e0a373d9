"""Signing a version of a plan, and proving that it is still what was signed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from dashboard.clearance import readiness
from dashboard.plans.models import TreatmentPlan

RENDERER = "casement-plan-1"


def seal(
    plan: TreatmentPlan, *, by_id: uuid.UUID | None, name: str, zone: str, at: dt.datetime
) -> None:
    """Write the signature, the clearance tier of the moment, and the seal over all of it."""
    kept = readiness.of(plan.patient_id)
    plan.tier = kept.tier if kept else None
    plan.signed_by_id, plan.signed_name, plan.signed_at = by_id, name, at
    plan.zone_name, plan.sealed_by = zone, RENDERER
    plan.seal = digest(plan)


def is_intact(plan: TreatmentPlan) -> bool:
    """Whether a signed version is what its seal says."""
    return plan.sealed_by == RENDERER and plan.seal == digest(plan)


def digest(plan: TreatmentPlan) -> str:
    """Return the SHA-256 of everything that is signed."""
    signed_at = plan.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds") \
        if plan.signed_at else ""  # fmt: skip
    text = json.dumps(
        [
            RENDERER, str(plan.id), plan.ref, str(plan.patient_id), plan.number, plan.content,
            str(plan.based_on_id), plan.change_reason, plan.tier, str(plan.drafted_by_id),
            str(plan.signed_by_id), plan.signed_name, signed_at, plan.zone_name,
        ],
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()
