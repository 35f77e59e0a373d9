"""What appointments tell the clearance: whether the window after a session is booked."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from dashboard.clearance import gathering
from dashboard.clearance.gathering import Told
from dashboard.clinical.clearance import Collection, RuleSet, read
from dashboard.clinical.windows import ContactKind, Hours
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.windows.models import Appointment
from dashboard.windows.using import COUNTED

ASKED = frozenset({ContactKind.THERAPY, ContactKind.INTEGRATION})


@gathering.plug_session
def booked(patient: Patient, dose_at: dt.datetime, rules: RuleSet) -> Told:
    """Tell that a therapist and an integration visit are booked 24 to 72 hours after a dose.

    Rule S09 names these hours whatever the plan's window is. Where the record lacks one of them
    nothing is told: somebody may know of an appointment that is not in it, and is asked.
    """
    window = Hours().after(dose_at)
    kinds = db.session.scalars(
        sa.select(Appointment.kind).where(
            Appointment.patient_id == patient.id,
            Appointment.state.in_(COUNTED),
            Appointment.entered_in_error_at.is_(None),
            Appointment.kind.in_(ASKED),
            Appointment.starts_at.between(window.opens_at, window.closes_at),
        )
    ).all()
    if set(kinds) != ASKED:
        return Told()
    taken = Collection(
        on=dose_at.astimezone(gathering.practice_zone()).date(),
        source="record", origin="appointments",
    )  # fmt: skip
    found = read(
        "therapist_and_integration_visit_booked_24_72h", value="yes", unit=None, taken=taken,
        rules=rules,
    )  # fmt: skip
    return Told(findings=(found,))
