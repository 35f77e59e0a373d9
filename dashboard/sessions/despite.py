"""A dose given although the clearance did not allow it: asked about, written down, never hidden.

What was given has to be on record, whatever the rules say; so it is not refused but asked why, and
a task keeps it in sight. Days before the practice signed its rules are history and not asked about.
"""

from __future__ import annotations

import datetime as dt
import uuid

from dashboard import formats
from dashboard.clearance import gate, policy
from dashboard.clinical.clearance import Purpose
from dashboard.patients.models import Patient
from dashboard.sessions.models import Dose
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin


def standing_against(patient: Patient, *, given_at: dt.datetime) -> str:
    """Return why the clearance does not allow a dose of that moment; empty where it does."""
    zone, signed = formats.zone(), policy.signing()
    day = given_at.astimezone(zone).date()
    if signed is None or day < signed.signed_at.astimezone(zone).date():
        return ""
    return gate.ask(patient, purpose=Purpose.SESSION, on=day, dose_at=given_at).because


def keep_in_sight(dose: Dose, *, because: str, reason: str, owner_id: uuid.UUID) -> None:
    """Raise a task that says what stood against a dose, and why it was given."""
    day = formats.day(dose.given_at.astimezone(formats.zone()))
    words = f"Dose of {day} was given although the clearance did not allow it ({because}). {reason}"
    tasks.raise_task(
        dose.patient_id, key=f"dose against clearance {dose.id}", words=words[:300],
        owner_id=owner_id, due_on=formats.today(), origin=Origin.RULE,
    )  # fmt: skip
