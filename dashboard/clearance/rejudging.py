"""Judging anew by construction: a change of what a judgement rests on judges in its transaction.

The session notes which patients' records of the watched kinds were written; before it commits, each
of them is judged and what it says is kept, together with the change or not at all.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from dashboard.actor import seeing_every_patient
from dashboard.alerts.models import Alert
from dashboard.clearance import readiness, triggers
from dashboard.clearance.models import ClearanceCheck, Override
from dashboard.consents.models import Consent, ConsentWithdrawal, TeachBack
from dashboard.db import AnySession, Base
from dashboard.findings.models import Finding, FindingRemoval
from dashboard.intake.models import Evaluation, EvaluationSection, PatientDiagnosis
from dashboard.patients.models import Patient
from dashboard.prescriptions.models import MonitoringCheck, Prescription
from dashboard.scores.models import Response
from dashboard.sessions.models import Dose, TreatmentSession

WAITING = "clearance.waiting"
WATCHED: list[type[Base]] = [
    Finding, FindingRemoval, Evaluation, EvaluationSection, PatientDiagnosis, Consent, TeachBack,
    ConsentWithdrawal, Dose, TreatmentSession, Prescription, MonitoringCheck, ClearanceCheck,
    Override,
]  # fmt: skip


def watch(model: type[Base]) -> None:
    """Judge anew when a record of another kind is written: plans, concerns of the outside team."""
    WATCHED.append(model)


def _asks(row: object) -> bool:
    """Whether an alert or a score is of a kind that can ask for a new check (see `triggers`)."""
    if isinstance(row, Response):
        return row.instrument == triggers.PHQ9
    return isinstance(row, Alert) and triggers.asks(row)


def install(session: AnySession) -> None:
    """Attach to the session factory, once; before the trail, which writes last."""
    if not event.contains(session, "after_flush", _note):
        event.listen(session, "after_flush", _note)
        event.listen(session, "before_commit", _judge)
        event.listen(session, "after_rollback", _forget)


def _note(session: Session, _context: object) -> None:
    waiting: set[uuid.UUID] = session.info.setdefault(WAITING, set())
    kinds = tuple(WATCHED)
    for row in (*session.new, *session.dirty):
        is_watched = isinstance(row, kinds) or _asks(row)
        if is_watched and (row in session.new or session.is_modified(row)):
            waiting.add(row.patient_id)
        elif isinstance(row, Patient) and session.is_modified(row):
            waiting.add(row.id)


def _judge(session: Session) -> None:
    session.flush()
    waiting: set[uuid.UUID] = session.info.pop(WAITING, set())
    if not waiting:
        return
    with seeing_every_patient():
        for patient in session.scalars(sa.select(Patient).where(Patient.id.in_(waiting))):
            readiness.judge_anew(patient)
        session.flush()
    session.info.pop(WAITING, None)  # what the judging itself wrote


def _forget(session: Session) -> None:
    session.info.pop(WAITING, None)
