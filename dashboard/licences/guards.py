"""Rules the database keeps about licences: ended with a reason, never rewritten."""

from __future__ import annotations

from dashboard.guards import Guard
from dashboard.licences.models import Licence

ENDED_LATER = frozenset({"ended_at", "ended_by_id", "end_reason"})
_RECORDED = " OR ".join(
    f"NEW.{column.name} IS DISTINCT FROM OLD.{column.name}"
    for column in Licence.__table__.columns
    if column.name not in ENDED_LATER
)

GUARDS = (
    Guard(
        name="licence_is_kept",
        table="licence",
        message="a licence stays in the record: end it with a reason",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM licence WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="licence_is_not_rewritten",
        table="licence",
        message="a licence is ended and recorded anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.ended_at IS NOT NULL OR {_RECORDED}",
    ),
)
