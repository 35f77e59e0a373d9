"""Rules the database keeps about plans: signed is sealed, and nothing passes a closed gate."""

from __future__ import annotations

from dashboard import stepping
from dashboard.clinical.courses import PLAN
from dashboard.guards import Guard, is_rewritten, kept
from dashboard.plans.models import TreatmentPlan

MOVED_LATER = frozenset({"state", "moved_at", "superseded_at", "superseded_by_id", "version"})

# A step of the past may be written while the gate is closed now, if it closed only later.
_GATE_WAS_CLOSED = (
    "NEW.act IN ('activate', 'resume') AND (NOT EXISTS (SELECT 1 FROM readiness AS gate"
    " WHERE gate.patient_id = NEW.patient_id AND (gate.is_open OR gate.closed_at > NEW.at))"
    " OR NOT EXISTS (SELECT 1 FROM clearance_check AS made WHERE made.id = NEW.check_id"
    " AND made.patient_id = NEW.patient_id AND made.decision <> 'not cleared'"
    " AND made.signed_at <= NEW.at))"
)

GUARDS = (
    kept("treatment_plan", "a plan is never removed: discard or stop it", on=("DELETE",)),
    *stepping.guards(PLAN, table="treatment_plan", steps="plan_step", owner="plan_id"),
    Guard(
        name="signed_plan_is_sealed",
        table="treatment_plan",
        message="a signed plan cannot be changed: draft the next version",
        on=("UPDATE",),
        when=f"OLD.signed_at IS NOT NULL AND ({is_rewritten(TreatmentPlan, but=MOVED_LATER)})",
    ),
    Guard(
        name="superseded_plan_stays_so",
        table="treatment_plan",
        message="a superseded version stays superseded, and as it stood",
        on=("UPDATE",),
        when=(
            "OLD.superseded_at IS NOT NULL AND (NEW.state <> OLD.state"
            " OR NEW.superseded_at IS DISTINCT FROM OLD.superseded_at"
            " OR NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id)"
        ),
    ),
    Guard(
        name="plan_step_passes_an_open_gate",
        table="plan_step",
        message="the clearance gate is closed: a plan is neither activated nor resumed",
        on=(),
        insert_when=_GATE_WAS_CLOSED,
    ),
)
