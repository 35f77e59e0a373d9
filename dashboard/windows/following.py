"""The contacts that follow a dose: the day after it, and 72 hours after it, as tasks.

Clearance reference 2.6: the prescriber calls 1 to 2 days after the first dose; a check-in at 24 h
and at 72 h after every dose. Raising them again for the same dose changes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard import formats
from dashboard.alerts import owners
from dashboard.clock import now
from dashboard.db import db
from dashboard.sessions.models import Dose
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin, State, Task

ALSO_NEXT_DAY = dt.timedelta(days=1)  # reference 2.6: 1 to 2 days after
LATER = dt.timedelta(hours=72)


def schedule(dose: Dose, *, by: uuid.UUID) -> tuple[Task, ...]:
    """Raise the two contacts after a dose, each once; one whose day has passed is left out.

    They are the task of whoever has treated the patient longest; of `by` where nobody does.
    """
    db.session.flush()
    if dose.entered_in_error_at is not None:
        return ()
    there = {task.key for task in _of(dose)}
    owner = owners.present(dose.patient_id) or by
    return tuple(
        tasks.raise_task(
            dose.patient_id, key=key, words=words, owner_id=owner, due_on=due_on,
            origin=Origin.PLAN,
        )
        for key, words, due_on in _contacts(dose)
        if key not in there
    )  # fmt: skip


def call_off(dose: Dose, *, by: tuple[uuid.UUID, str]) -> None:
    """Drop the open contacts of a dose that was entered in error."""
    for task in _of(dose):
        if task.state is State.OPEN:
            tasks.drop(task, by=by, reason="The dose was entered in error.")


def keys(dose: Dose) -> tuple[str, str]:
    """Return the keys of the two tasks of a dose."""
    return f"day after dose {dose.id}", f"72 hours after dose {dose.id}"


def _contacts(dose: Dose) -> Sequence[tuple[str, str, dt.date]]:
    """Return key, words and day of each contact that can still be made on its day."""
    zone = ZoneInfo(dose.zone_name)
    given = dose.given_at.astimezone(zone)
    today = now().astimezone(zone).date()
    next_day, third = given.date() + dt.timedelta(days=1), (dose.given_at + LATER).astimezone(zone)
    day_key, later_key = keys(dose)
    of = f"the dose of {formats.day(given.date())}"
    who = ": the first one, so by the prescriber" if _is_first(dose) else ""
    found = []
    if today <= next_day + ALSO_NEXT_DAY:
        found.append((day_key, f"Contact the day after {of}{who}", max(next_day, today)))
    if today <= third.date():
        found.append((later_key, f"72-hour contact after {of}", third.date()))
    return found


def _is_first(dose: Dose) -> bool:
    earlier = sa.select(Dose.id).where(
        Dose.patient_id == dose.patient_id, Dose.entered_in_error_at.is_(None),
        Dose.given_at < dose.given_at,
    )  # fmt: skip
    return db.session.scalar(earlier.limit(1)) is None


def _of(dose: Dose) -> Sequence[Task]:
    query = sa.select(Task).where(Task.patient_id == dose.patient_id, Task.key.in_(keys(dose)))
    return db.session.scalars(query).all()
