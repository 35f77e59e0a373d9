"""Rules the database keeps about clearance: what was signed stays as it was signed."""

from __future__ import annotations

from dashboard.clearance.models import Override
from dashboard.guards import Guard, is_rewritten, kept

ENDED_LATER = frozenset(
    {"second_by_id", "second_by_name", "second_at", "ended_at", "ended_by_id", "end_reason"}
)
_MADE = is_rewritten(Override, but=ENDED_LATER)
_SECOND = (
    "(OLD.second_by_id IS NOT NULL AND (NEW.second_by_id IS DISTINCT FROM OLD.second_by_id"
    " OR NEW.second_at IS DISTINCT FROM OLD.second_at"
    " OR NEW.second_by_name IS DISTINCT FROM OLD.second_by_name))"
)

# The gate's own memory: it opens by a newer check and by nothing else.
_ANOTHER_CHECK = "NEW.check_id IS DISTINCT FROM OLD.check_id"
_IS_NEWER = (
    "EXISTS (SELECT 1 FROM clearance_check AS later WHERE later.id = NEW.check_id"
    " AND later.patient_id = NEW.patient_id AND later.number > COALESCE((SELECT earlier.number"
    " FROM clearance_check AS earlier WHERE earlier.id = OLD.check_id), 0))"
)
_IS_OPENED = (
    "(NEW.is_open AND NOT OLD.is_open) OR (OLD.closed_at IS NOT NULL"
    " AND (NEW.closed_at IS NULL OR NEW.closed_at < OLD.closed_at))"
)
_WITHOUT_CHECK = (
    "NEW.id <> OLD.id OR NEW.patient_id <> OLD.patient_id"
    f" OR ({_ANOTHER_CHECK} AND NOT {_IS_NEWER}) OR (NOT ({_ANOTHER_CHECK}) AND ({_IS_OPENED}))"
)


GUARDS = (
    kept("rule_set_signing", "a signature under the rules stays as it was given"),
    kept("validity_change", "a change of policy stays in the record"),
    kept("clearance_check", "a signed clearance check cannot be changed: make a new one"),
    Guard(
        name="readiness_is_kept",
        table="readiness",
        message="what closed the gate stays on record",
        on=("DELETE",),
        when="OLD.check_id IS NOT NULL",
    ),
    Guard(
        name="readiness_opens_by_a_check",
        table="readiness",
        message="the gate opens by a newly signed check only",
        on=("UPDATE",),
        when=_WITHOUT_CHECK,
    ),
    kept("override", "an override stays in the record: end it with a reason", on=("DELETE",)),
    Guard(
        name="override_is_not_rewritten",
        table="override",
        message="an override is ended and made anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.ended_at IS NOT NULL OR {_SECOND} OR {_MADE}",
    ),
)
