"""What a changed licence means: the patients with a session planned in that state, judged anew."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.clearance import readiness
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.sessions.models import SessionState, TreatmentSession


def judge_patients(account_id: uuid.UUID, state: str) -> int:
    """Judge the patients whom a physician treats in a state, in the caller's transaction."""
    planned = sa.select(TreatmentSession.patient_id).where(
        TreatmentSession.state == SessionState.PLANNED, TreatmentSession.location_state == state
    )
    with seeing_every_patient():
        db.session.flush()
        found = db.session.scalars(
            sa.select(Patient)
            .join(CareTeamMember, CareTeamMember.patient_id == Patient.id)
            .where(
                CareTeamMember.user_id == account_id, CareTeamMember.until.is_(None),
                Patient.id.in_(planned),
            )
        ).all()  # fmt: skip
        for patient in found:
            readiness.judge_anew(patient)
        db.session.flush()
    return len(found)
