"""Asking the therapist for an appointment inside a window: the letter, and the wait for an answer.

Casement sends nothing: the letter is copied by hand. It names no diagnosis, no treatment and no
dose. That somebody wrote is kept as a task until an appointment inside the window is booked.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.windows import Window
from dashboard.clock import now
from dashboard.db import db
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin, State, Task
from dashboard.windows import reading, using
from dashboard.windows.models import Appointment
from dashboard.windows.reading import Start

ASKED = "therapist asked, dose of "


def letter(*, to: str, initials: str, window: Window, practice: str, by: str) -> str:
    """Return the words to copy: when the appointment should be, and nothing of why."""
    opens, closes = formats.moment(window.opens_at), formats.moment(window.closes_at)
    return "\n\n".join(
        (
            f"Dear {to or 'colleague'},",
            f"could you see our shared patient {initials} between {opens} and {closes}? "
            "Any time in between is good, by whichever way suits you both.",
            "Please let me know when it is booked, or that it is not possible.",
            f"{by}\n{practice}",
        )
    )


def wrote(start: Start, patient_id: uuid.UUID, *, to: str, by: tuple[uuid.UUID, str]) -> Task:
    """Keep in sight that somebody wrote: a task until the window opens, at least until tomorrow."""
    window = reading.window_of(patient_id, start)
    opens_on, today = formats.today(window.opens_at), formats.today()
    words = f"Hear from {to} about an appointment by {formats.moment(window.closes_at)}; book it"
    return tasks.raise_task(
        patient_id, key=key(start.at), words=words, owner_id=by[0],
        due_on=max(opens_on, today), origin=Origin.PERSON, by=by,
    )  # fmt: skip


def answered(appointment: Appointment) -> bool:
    """Close the waiting for an answer, where the appointment lies in the window; whether in any."""
    hours = using.hours_of(appointment.patient_id)
    inside = [
        start
        for start in reading.starts(appointment.patient_id)
        if appointment.starts_at in hours.after(start.at)
    ]
    note = f"An appointment on {formats.day(appointment.starts_at)} is booked."
    for start in inside:
        tasks.finish_of_key(appointment.patient_id, key(start.at), note=note)
    return bool(inside)


def key(at: dt.datetime) -> str:
    """Return the key of the task: of the day, so that a planned session and its dose share it."""
    return f"{ASKED}{formats.today(at).isoformat()}"


def waiting(whose: using.Whose) -> Mapping[tuple[uuid.UUID, str], Task]:
    """Return (patient, key) -> the open task of each letter that waits for an answer."""
    rows = db.session.scalars(
        sa.select(Task).where(
            Task.patient_id.in_(whose), Task.state == State.OPEN, Task.key.startswith(ASKED)
        )
    )
    return {(task.patient_id, task.key): task for task in rows}


def is_over(start: Start, patient_id: uuid.UUID) -> bool:
    """Whether the window has closed, so that nobody can be asked for it any more."""
    return reading.window_of(patient_id, start).closes_at < now()
