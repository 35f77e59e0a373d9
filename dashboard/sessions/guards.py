"""Rules the database keeps about doses: one is marked as entered in error, never rewritten."""

from __future__ import annotations

from dashboard.guards import Guard, kept

GIVEN = (
    "id", "ref", "patient_id", "given_at", "zone_name", "dose_mg", "route", "recorded_by_id",
    "recorded_at",
)  # fmt: skip
_REWRITTEN = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in GIVEN)

GUARDS = (
    kept("dose", "a dose is never removed: mark it as entered in error", on=("DELETE",)),
    Guard(
        name="dose_is_not_rewritten",
        table="dose",
        message="a dose is marked as entered in error and recorded anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.entered_in_error_at IS NOT NULL OR {_REWRITTEN}",
    ),
    kept(
        "treatment_session", "a session is never removed: cancel it with a reason", on=("DELETE",)
    ),
    Guard(
        name="treatment_session_ends_once",
        table="treatment_session",
        message="a session that was held or cancelled stays so",
        on=("UPDATE",),
        when="OLD.state <> 'planned'",
    ),
)
