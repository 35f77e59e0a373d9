"""Records that move by steps: a state changes only with its step, and only as its course allows.

The course is data (`dashboard.clinical.courses`); from it come the rules that the database keeps.
"""

from __future__ import annotations

from typing import Any

from dashboard.clinical.courses import Course
from dashboard.guards import Guard


def guards(
    course: Course[Any, Any], *, table: str, steps: str, owner: str, moved: str = "moved_at"
) -> tuple[Guard, ...]:
    """Return the rules: states move with a step, steps follow the course and stay.

    `owner` is the column of a step that names its record, `moved` the column of the record that
    holds the moment of its newest step.
    """
    allowed = " OR ".join(
        f"(NEW.act = '{one.act}' AND NEW.from_state = '{one.start}' AND NEW.to_state = '{one.end}')"
        for one in course.steps
    )
    return (
        Guard(
            name=f"{table}_begins_at_its_beginning",
            table=table,
            message=f"a {course.name} begins as {course.first}",
            on=(),
            insert_when=f"NEW.state <> '{course.first}'",
        ),
        Guard(
            name=f"{table}_moves_by_steps",
            table=table,
            message=f"a {course.name} moves by a step of its course alone",
            on=("UPDATE",),
            when=(
                "NEW.state <> OLD.state AND NOT EXISTS"  # noqa: S608 - constants only
                f" (SELECT 1 FROM {steps} AS step WHERE step.{owner} = NEW.id"
                " AND step.from_state = OLD.state AND step.to_state = NEW.state"
                f" AND step.at = NEW.{moved})"
            ),
        ),
        Guard(
            name=f"{steps}_is_kept",
            table=steps,
            message=f"a step of a {course.name} stays as it was taken",
            insert_when=(
                f"EXISTS (SELECT 1 FROM {steps} WHERE id = NEW.id) OR NOT ({allowed})"  # noqa: S608
                f" OR NOT EXISTS (SELECT 1 FROM {table} AS one WHERE one.id = NEW.{owner}"
                " AND one.state = NEW.from_state)"
            ),
        ),
    )
