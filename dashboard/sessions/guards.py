"""Rules the database keeps about doses: one is marked as entered in error, never rewritten."""

from __future__ import annotations

from dashboard.guards import Guard

GIVEN = (
    "id", "ref", "patient_id", "given_at", "zone_name", "dose_mg", "route", "recorded_by_id",
    "recorded_at",
)  # fmt: skip
_REWRITTEN = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in GIVEN)

GUARDS = (
    Guard(
        name="dose_is_kept",
        table="dose",
        message="a dose is never removed: mark it as entered in error",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM dose WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="dose_is_not_rewritten",
        table="dose",
        message="a dose is marked as entered in error and recorded anew, never rewritten",
        on=("UPDATE",),
        when=f"OLD.entered_in_error_at IS NOT NULL OR {_REWRITTEN}",
    ),
    Guard(
        name="treatment_session_is_kept",
        table="treatment_session",
        message="a session is never removed: cancel it with a reason",
        on=("DELETE",),
        insert_when=("EXISTS (SELECT 1 FROM treatment_session WHERE id = NEW.id OR ref = NEW.ref)"),
    ),
    Guard(
        name="treatment_session_ends_once",
        table="treatment_session",
        message="a session that was held or cancelled stays so",
        on=("UPDATE",),
        when="OLD.state <> 'planned'",
    ),
)
