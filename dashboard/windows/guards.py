"""Rules the database keeps about appointments: a closed one stays as it is, none is deleted."""

from __future__ import annotations

from dashboard.guards import Guard, is_rewritten, kept
from dashboard.windows.models import Appointment

MARKS_OF_ERROR = frozenset(
    {"entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason", "version"}
)
CHANGES_WHILE_BOOKED = frozenset(
    {
        "kind", "starts_at", "zone_name", "minutes", "with_whom", "way", "state", "note",
        "changed_by_id", "changed_at", "reason",
    }
)  # fmt: skip

GUARDS = (
    kept("appointment", "an appointment is never removed: cancel it, or mark it as entered in "
         "error", on=("DELETE",)),
    Guard(
        name="appointment_keeps_its_origin",
        table="appointment",
        message="who recorded an appointment, when and about whom is never changed",
        on=("UPDATE",),
        when=is_rewritten(Appointment, but=MARKS_OF_ERROR | CHANGES_WHILE_BOOKED),
    ),
    Guard(
        name="closed_appointment_stays",
        table="appointment",
        message="a closed appointment is marked as entered in error and logged anew",
        on=("UPDATE",),
        when="OLD.entered_in_error_at IS NOT NULL OR (OLD.state <> 'booked' AND "
        f"({is_rewritten(Appointment, but=MARKS_OF_ERROR)}))",
    ),
)  # fmt: skip
