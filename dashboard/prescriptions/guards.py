"""Rules the database keeps: a prescription is marked as entered in error, never rewritten."""

from __future__ import annotations

from dashboard.db import Base
from dashboard.guards import Guard, is_rewritten, kept
from dashboard.prescriptions.models import MonitoringCheck, Prescription

MARKS = frozenset({"entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason"})


def _of(model: type[Base], words: str) -> tuple[Guard, Guard]:
    table = model.__tablename__
    changed = is_rewritten(model, but=MARKS)
    return (
        kept(table, f"{words} is never removed: mark it as entered in error", on=("DELETE",)),
        Guard(
            name=f"{table}_is_not_rewritten",
            table=table,
            message=f"{words} is marked as entered in error and recorded anew",
            on=("UPDATE",),
            when=f"OLD.entered_in_error_at IS NOT NULL OR {changed}",
        ),
    )


GUARDS = (
    *_of(MonitoringCheck, "a query of prescription monitoring"),
    *_of(Prescription, "a prescription"),
)
