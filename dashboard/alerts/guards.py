"""Rules the database keeps about alerts: never removed, sealed when closed, steps only added."""

from __future__ import annotations

from dashboard.guards import Guard

KEPT = ("id", "ref", "patient_id", "key", "raised_at")
_MOVED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in KEPT)

GUARDS: tuple[Guard, ...] = (
    Guard(
        name="alert_is_kept",
        table="alert",
        message="an alert is never removed",
        on=("DELETE",),
        insert_when="EXISTS (SELECT 1 FROM alert WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="closed_alert_is_sealed",
        table="alert",
        message="a closed alert never changes, and no alert forgets how often it was raised",
        on=("UPDATE",),
        when=f"OLD.closed_at IS NOT NULL OR NEW.times < OLD.times OR {_MOVED}",
    ),
    Guard(
        name="alert_step_is_append_only",
        table="alert_step",
        message="what happened to an alert is never changed, and nothing happens to a closed one",
        insert_when=(
            "EXISTS (SELECT 1 FROM alert_step WHERE id = NEW.id) OR EXISTS"
            " (SELECT 1 FROM alert WHERE id = NEW.alert_id AND closed_at IS NOT NULL)"
        ),
    ),
    Guard(
        name="alert_notice_is_kept",
        table="alert_notice",
        message="a notice is never removed",
        on=("DELETE",),
    ),
)
