"""What the page of one patient's windows shows, put together from a few statements."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from dashboard.windows import asking, reading, using, views
from dashboard.windows.models import Appointment, AppointmentState
from dashboard.windows.reading import Line, Start

HISTORY = 60  # appointments of the list; the page says when there are more
SPOILED = {AppointmentState.MISSED, AppointmentState.CANCELLED}


def page(patient_id: uuid.UUID, *, at: dt.datetime) -> Mapping[str, object]:
    """Return the count, the windows (planned, then newest first) and all appointments."""
    lines, starts = reading.appointments(patient_id), reading.starts(patient_id)
    hours, known = using.hours_of(patient_id), using.contacts(patient_id)
    given = [one for one in starts if not one.is_planned]
    coming = [one for one in starts if one.is_planned and one.at > at]
    found, ahead = (
        using.of_doses((one.at for one in some), known, hours=hours, at=at)
        for some in (given, coming)
    )
    lost, asked = _lost(lines), _asked(patient_id, starts)
    return {
        "uses": found,
        "windows": [
            window
            for uses, some in ((ahead, coming), (found, given))
            for window in views.windows(uses, some, spoiled=lost, asked=asked, at=at)
        ],
        "appointments": views.appointments(lines[:HISTORY], at=at),
        "most": HISTORY if len(lines) > HISTORY else 0,
        "hours": hours,
    }


def _lost(lines: Sequence[Line]) -> list[Appointment]:
    """Return the appointments that were no contact: missed or cancelled."""
    return [
        line.appointment
        for line in lines
        if line.appointment.state in SPOILED and not line.appointment.entered_in_error_at
    ]


def _asked(patient_id: uuid.UUID, starts: Sequence[Start]) -> Mapping[str, str]:
    """Return for the ref of a dose or session what its letter waits for."""
    waiting = asking.waiting([patient_id])
    return {
        one.ref: task.words
        for one in starts
        if (task := waiting.get((patient_id, asking.key(one.at))))
    }
