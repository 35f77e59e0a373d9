"""Rules the database keeps about clearance: what was signed stays as it was signed."""

from __future__ import annotations

from dashboard.clearance.models import Override
from dashboard.guards import Guard

ENDED_LATER = frozenset(
    {"second_by_id", "second_by_name", "second_at", "ended_at", "ended_by_id", "end_reason"}
)
_MADE = " OR ".join(
    f"NEW.{column.name} IS DISTINCT FROM OLD.{column.name}"
    for column in Override.__table__.columns
    if column.name not in ENDED_LATER
)
_SECOND = (
    "(OLD.second_by_id IS NOT NULL AND (NEW.second_by_id IS DISTINCT FROM OLD.second_by_id"
    " OR NEW.second_at IS DISTINCT FROM OLD.second_at"
    " OR NEW.second_by_name IS DISTINCT FROM OLD.second_by_name))"
)


def _kept(table: str, message: str) -> Guard:
    return Guard(
        name=f"{table}_is_kept",
        table=table,
        message=message,
        insert_when=(
            f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR ref = NEW.ref)"  # noqa: S608
        ),
    )


GUARDS = (
    _kept("rule_set_signing", "a signature under the rules stays as it was given"),
    _kept("validity_change", "a change of policy stays in the record"),
    _kept("clearance_check", "a signed clearance check cannot be changed: make a new one"),
    Guard(
        name="override_is_kept",
        table="override",
        message="an override stays in the record: end it with a reason",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM override WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="override_is_not_rewritten",
        table="override",
        message="an override is ended and made anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.ended_at IS NOT NULL OR {_SECOND} OR {_MADE}",
    ),
)
