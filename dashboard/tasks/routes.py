"""One's worklist: my tasks, and the other open tasks of my patients."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.tasks import reading, views
from dashboard.tasks.area import area

__all__ = ["area"]


@area.get("/tasks", allow=Allow.PHYSICIAN)
def mine() -> ResponseReturnValue:
    """List my open tasks and those of colleagues about the same patients, by when they are due."""
    found, me = reading.waiting(), current_actor().id
    shown, today = found[: reading.MOST], formats.today()
    return render_template(
        "tasks/mine.html",
        mine=views.rows([one for one in shown if one.line.task.owner_id == me], today=today),
        others=views.rows([one for one in shown if one.line.task.owner_id != me], today=today),
        most=reading.MOST if len(found) > len(shown) else 0,
    )
