"""Rules the database keeps about licences: ended with a reason, never rewritten."""

from __future__ import annotations

from dashboard.guards import Guard, is_rewritten, kept
from dashboard.licences.models import Licence

ENDED_LATER = frozenset({"ended_at", "ended_by_id", "end_reason"})
_RECORDED = is_rewritten(Licence, but=ENDED_LATER)

GUARDS = (
    kept("licence", "a licence stays in the record: end it with a reason", on=("DELETE",)),
    Guard(
        name="licence_is_not_rewritten",
        table="licence",
        message="a licence is ended and recorded anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.ended_at IS NOT NULL OR {_RECORDED}",
    ),
)
