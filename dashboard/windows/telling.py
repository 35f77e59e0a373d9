"""What the windows tell the clearance: whether the contacts after a session are booked.

Rule S09 asks for a therapist and an integration visit 24 to 72 hours after the session; the chart
knows what is booked, so nobody is asked. The day is that of the session; for today without one it
is told as of now.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from dashboard.clearance import gathering
from dashboard.clearance.gathering import Told
from dashboard.clinical import clearance
from dashboard.clinical.clearance import Collection, Finding, RuleSet
from dashboard.clinical.windows import Contact, ContactKind, Hours
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions.models import UPCOMING, TreatmentSession
from dashboard.windows import using

KIND = "therapist_and_integration_visit_booked_24_72h"
ASKED = frozenset({ContactKind.THERAPY, ContactKind.INTEGRATION})


# @gathering.plug
def of_contacts(patient: Patient, today: dt.date, rules: RuleSet) -> Told:
    """Tell for each session to come, and for today, whether both contacts stand inside."""
    known = using.contacts(patient.id)
    return Told(
        findings=tuple(
            _finding(day, is_booked(known, after=at), rules)
            for day, at in _moments(patient.id, today)
        )
    )


def is_booked(known: Sequence[Contact], *, after: dt.datetime) -> bool:
    """Whether a therapist and an integration visit lie in the 24 to 72 hours after a dose."""
    window = Hours().after(after)
    inside = {one.kind for one in known if window.opens_at <= one.at <= window.closes_at}
    return inside >= ASKED


def _moments(patient_id: uuid.UUID, today: dt.date) -> Iterator[tuple[dt.date, dt.datetime]]:
    planned = db.session.scalars(
        sa.select(TreatmentSession.planned_at).where(
            TreatmentSession.patient_id == patient_id, TreatmentSession.state.in_(UPCOMING)
        )
    )
    zone, days = gathering.practice_zone(), set()
    for at in planned:
        day = at.astimezone(zone).date()
        days.add(day)
        yield day, at
    if today not in days:
        yield today, now()


def _finding(day: dt.date, is_there: bool, rules: RuleSet) -> Finding:
    taken = Collection(on=day, source="record", origin="windows")
    return clearance.read(KIND, value=is_there, unit=None, taken=taken, rules=rules)
