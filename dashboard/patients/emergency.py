"""Emergency access: a physician off the care team opens a chart for an hour, and answers for it.

A wrong name, a wrong birth date and no such patient are one and the same answer, so that guessing
teaches nothing; every attempt is told in the trail, and the trail's own rows limit the guesses.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import sqlalchemy as sa

from dashboard import audit
from dashboard.accounts.models import User
from dashboard.actor import seeing_every_patient
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.patients.models import EmergencyAccess, Patient
from dashboard.patients.names import key_of
from dashboard.patients.record_numbers import written
from dashboard.patients.team import is_member

LASTS = dt.timedelta(minutes=60)  # security review 3.6: 60 minutes, reason of 15 characters or more
SHORTEST_REASON = 15
MOST_REFUSED = 10  # in any hour; a name in full and a birth date are not found by so few guesses
SPAN = dt.timedelta(hours=1)


class NoSuchPatient(Refusal):
    """No patient was found with exactly this name or MRN and birth date."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    heading = "No patient was found"
    advice = "Check the spelling and the birth date, then try again."


class SeveralPatients(Refusal):
    """More than one patient has exactly this name and birth date. Enter the MRN instead."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    heading = "More than one patient fits"
    advice = "Enter the MRN instead of the name."


class TooManyAttempts(Refusal):
    """Ten attempts found no patient within the last hour. Wait before you try again."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    heading = "Please wait"
    advice = "Call the practice if a patient is in danger now."


@dataclass(frozen=True)
class Opened:
    """A chart that is open to the physician; `access` is None when they are on the care team."""

    patient: Patient
    access: EmergencyAccess | None


def open_in_emergency(*, who: str, born_on: dt.date, reason: str, by_id: uuid.UUID) -> Opened:
    """Open the chart of the one patient meant, for an hour from now.

    `who` is the family name or the MRN, as the chart has it (capitals and accents do not count).
    A patient whom the physician treats, or whose chart is open in an emergency already, is given
    back without a new access. Raises `NoSuchPatient`, `SeveralPatients` or `TooManyAttempts`, each
    with its row for the trail: commit also then.
    """
    if _is_guessing(by_id):
        raise _refused(TooManyAttempts())
    with seeing_every_patient():
        found = _meant(who, born_on)
    if len(found) != 1:
        raise _refused(SeveralPatients() if found else NoSuchPatient())
    patient = found[0]
    if is_member(patient.id, by_id):
        return Opened(patient, None)
    return Opened(patient, _running(patient.id, by_id) or _grant(patient, reason, by_id))


def end_emergency(access: EmergencyAccess) -> None:
    """End an emergency access now; one that is over stays as it ended."""
    access.ends_at = min(access.ends_at, now())


def _meant(who: str, born_on: dt.date) -> Sequence[Patient]:
    """Return the patients with exactly this number, or this family name, and this birth date."""
    number, family = written(who), key_of(who)
    born_then = db.session.scalars(sa.select(Patient).where(Patient.born_on == born_on)).all()
    by_number = [patient for patient in born_then if patient.mrn == number]
    return by_number or [p for p in born_then if family and key_of(p.family_name) == family]


def _running(patient_id: uuid.UUID, by_id: uuid.UUID) -> EmergencyAccess | None:
    return db.session.scalar(
        sa.select(EmergencyAccess)
        .where(
            EmergencyAccess.patient_id == patient_id,
            EmergencyAccess.user_id == by_id,
            EmergencyAccess.ends_at > now(),
        )
        .order_by(EmergencyAccess.ends_at.desc())
        .limit(1)
    )


def _grant(patient: Patient, reason: str, by_id: uuid.UUID) -> EmergencyAccess:
    at = now()
    access = EmergencyAccess(
        patient_id=patient.id, user_id=by_id, reason=reason, began_at=at, ends_at=at + LASTS
    )
    db.session.add(access)
    db.session.flush()
    audit.record(
        db.session, audit.Action.EMERGENCY, subject="emergency_access", subject_id=str(access.id),
        patient_id=patient.id,
    )  # fmt: skip
    return access


def _is_guessing(by_id: uuid.UUID) -> bool:
    """Whether a physician's refused attempts of the last hour are used up; attempts take turns."""
    turn = sa.select(User.id).where(User.id == by_id).with_for_update(key_share=True)
    db.session.execute(turn)
    trail = audit.AuditEvent
    refused = sa.and_(trail.action == audit.Action.EMERGENCY_REFUSED.value, trail.actor_id == by_id)
    newest = sa.select(trail.at).where(refused).order_by(trail.seq.desc()).limit(MOST_REFUSED)
    times = db.session.scalars(newest).all()
    return len(times) == MOST_REFUSED and times[-1] > now() - SPAN


def _refused(refusal: Refusal) -> Refusal:
    """Tell the trail of an attempt, never what was typed."""
    audit.record(
        db.session, audit.Action.EMERGENCY_REFUSED, subject="emergency_access",
        detail={"why": type(refusal).__name__},
    )  # fmt: skip
    return refusal
