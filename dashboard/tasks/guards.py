"""Rules the database keeps about tasks: none is deleted, and its steps are only added to."""

from __future__ import annotations

from dashboard.guards import Guard, kept

GUARDS = (
    kept("task", "a task is never deleted: close it with what became of it", on=("DELETE",)),
    Guard(
        name="task_step_is_append_only",
        table="task_step",
        message="a step of a task stays as it was written",
        insert_when="EXISTS (SELECT 1 FROM task_step WHERE id = NEW.id)",
    ),
)
