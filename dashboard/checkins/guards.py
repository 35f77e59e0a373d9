"""Rules the database keeps about check-ins: what was sent stays sent, and takes no answer more."""

from __future__ import annotations

from dashboard.guards import Guard

ENDS = ("finished_at", "ended_at", "cancelled_at")
FIXED = ("id", "ref", "patient_id", "occasion", "reason", "questionnaires", "made_at")


IS_OVER = (
    "EXISTS (SELECT 1 FROM check_in asked WHERE asked.id = {}.check_in_id AND ("
    "asked.finished_at IS NOT NULL OR asked.ended_at IS NOT NULL"
    " OR asked.cancelled_at IS NOT NULL))"
)


def _moved(columns: tuple[str, ...], *, once: bool = False) -> str:
    only = "OLD.{0} IS NOT NULL AND " if once else ""
    return " OR ".join(f"({only}OLD.{{0}} IS DISTINCT FROM NEW.{{0}})".format(c) for c in columns)


GUARDS: tuple[Guard, ...] = (
    Guard(
        name="check_in_answer_is_open",
        table="check_in_answer",
        message="a check-in that is over takes no answer",
        on=("UPDATE",),
        when=f"{IS_OVER.format('OLD')} OR {IS_OVER.format('NEW')}",
        insert_when=IS_OVER.format("NEW"),
    ),
    Guard(
        name="check_in_answer_is_kept",
        table="check_in_answer",
        message="an answer is changed by the patient, never removed",
        on=("DELETE",),
    ),
    Guard(
        name="check_in_is_kept",
        table="check_in",
        message="a check-in is never removed",
        on=("DELETE",),
    ),
    Guard(
        name="check_in_stays_over",
        table="check_in",
        message="what a check-in asks and how it ended is never rewritten",
        on=("UPDATE",),
        when=f"{_moved(FIXED)} OR {_moved(ENDS, once=True)}",
    ),
    Guard(
        name="safety_plan_is_kept",
        table="safety_plan",
        message="a safety plan is replaced by a newer one, never rewritten",
    ),
)
