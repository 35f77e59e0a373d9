"""How many tasks are due for an account: counted inside the sign-in statement, reading no row."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.clock import now
from dashboard.tasks.models import State

_TASK = sa.table(
    "task",
    sa.column("patient_id", sa.Uuid()),
    sa.column("owner_id", sa.Uuid()),
    sa.column("state"),
    sa.column("due_on", sa.Date()),
)
_PLACE = sa.table(
    "care_team_member",
    sa.column("patient_id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("until"),
)


def due_for(user_id: InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[int]:
    """Return the number of an account's open tasks due by today, of patients it treats.

    Today is counted as the day that has begun in London: at most some hours early elsewhere.
    """
    today = sa.bindparam("tasks_today", callable_=_today, type_=sa.Date())
    joined = _TASK.join(_PLACE, _PLACE.c.patient_id == _TASK.c.patient_id)
    return (
        sa.select(sa.func.count())
        .select_from(joined)
        .where(
            _TASK.c.owner_id == user_id,
            _TASK.c.state == State.OPEN.value,
            _TASK.c.due_on <= today,
            _PLACE.c.user_id == user_id,
            _PLACE.c.until.is_(None),
        )
        .scalar_subquery()
    )


def _today() -> dt.date:
    return now().date()
