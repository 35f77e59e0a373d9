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


GUARDS = (
    kept("rule_set_signing", "a signature under the rules stays as it was given"),
    kept("validity_change", "a change of policy stays in the record"),
    kept("clearance_check", "a signed clearance check cannot be changed: make a new one"),
    kept("override", "an override stays in the record: end it with a reason", on=("DELETE",)),
    Guard(
        name="override_is_not_rewritten",
        table="override",
        message="an override is ended and made anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.ended_at IS NOT NULL OR {_SECOND} OR {_MADE}",
    ),
)
