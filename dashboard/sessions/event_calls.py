"""What an adverse event calls for, kept in sight: a task with owner and day for each response.

A task of a response is raised once for each event; an amendment that no longer calls for it ends
it, and says why.
"""

from __future__ import annotations

import datetime as dt
import uuid

from dashboard import formats
from dashboard.alerts import owners
from dashboard.clinical.adverse_events import Called, event_list
from dashboard.sessions import event_reading
from dashboard.sessions.event_reading import Chain
from dashboard.sessions.steps import By
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin

UNSURE = "Find out, or act as if it were so: "


def raise_tasks(chain: Chain, *, by: By) -> None:
    """Raise a task for each response that an event calls for; end those it calls for no more."""
    one, today = chain.newest, formats.today()
    called = event_reading.called(one)
    owner = owners.present(one.patient_id, by.id) or by.id
    label = event_list().events[one.kind].label
    for found in called:
        words = f"{label}: {'' if found.is_certain else UNSURE}{found.response.words}"
        tasks.raise_task(
            one.patient_id, key=key(chain, found.response.id), words=words[:300], owner_id=owner,
            due_on=_due(found, began_at=one.began_at, today=today), origin=Origin.RULE,
            by=(by.id, by.name),
        )  # fmt: skip
    for name in event_list().responses.keys() - {found.response.id for found in called}:
        tasks.finish_of_key(
            one.patient_id, key(chain, name), note="The event was amended: no longer called for."
        )


def key(chain: Chain, response_id: str) -> str:
    """Return what names the task of a response to an event."""
    return f"event {chain.first.ref} {response_id}"


def waiting(patient_id: uuid.UUID, chain: Chain) -> dict[str, str]:
    """Return response -> the day its open task is due."""
    begins = key(chain, "")
    return {
        one.key.removeprefix(begins): formats.day(one.due_on)
        for one in tasks.open_of(patient_id)
        if one.key.startswith(begins)
    }


def _due(found: Called, *, began_at: dt.datetime, today: dt.date) -> dt.date:
    """Return the day by which it has to be done: today, or so many hours after it began."""
    hours = found.response.labs_within_hours
    if hours is None:
        return today
    ends = (began_at + dt.timedelta(hours=hours)).astimezone(formats.zone()).date()
    return max(today, ends)
