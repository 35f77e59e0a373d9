"""Rules the database keeps about scores: responses are added, never rewritten or removed."""

from __future__ import annotations

from dashboard.guards import Guard

KEPT = (
    "id", "ref", "patient_id", "instrument", "version", "sha256", "mode", "taken_at", "taken_zone",
    "answers", "result", "attention", "declined", "recorded_by_id", "recorded_at", "check_in_id",
    "import_key", "supersedes_id",
)  # fmt: skip
SCORED = (
    "id", "patient_id", "response_id", "instrument", "score", "taken_at", "value", "lo", "hi",
    "n_answered", "n_items", "prorated", "band", "version", "mode", "attention", "safety_answers",
)  # fmt: skip


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


GUARDS: tuple[Guard, ...] = (
    Guard(
        name="baseline_choice_is_append_only",
        table="baseline_choice",
        message="the choice of a baseline is never changed or removed",
    ),
    Guard(
        name="response_is_kept",
        table="response",
        message="a response is never removed",
        on=("DELETE",),
    ),
    Guard(
        name="response_is_not_rewritten",
        table="response",
        message="a response is corrected by another one, never rewritten",
        on=("UPDATE",),
        when=f"OLD.entered_in_error_at IS NOT NULL OR {_changed(KEPT)}",
    ),
    Guard(
        name="score_value_is_kept",
        table="score_value",
        message="a score is never removed",
        on=("DELETE",),
    ),
    Guard(
        name="score_value_is_not_rewritten",
        table="score_value",
        message="a score is never rewritten",
        on=("UPDATE",),
        when=_changed(SCORED),
    ),
)
