"""Registering a patient, and changing what is known of who they are; every change is kept whole."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from dashboard.clock import now
from dashboard.db import db
from dashboard.patients import record_numbers
from dashboard.patients.details import Details, packed
from dashboard.patients.models import CareTeamMember, Patient, PatientRevision, Status
from dashboard.patients.names import name_key

REGISTERED = "registered the patient"


def lookalikes(details: Details) -> Sequence[Patient]:
    """Return the patients in the actor's sight with the same name and birth date.

    A patient whom the actor does not treat is not looked for: any hint would tell that somebody of
    that name and birth date is treated here, and another physician's patient looks like none.
    """
    key = name_key(family=details.family_name, given=details.given_name)
    same = sa.select(Patient).where(Patient.born_on == details.born_on, Patient.name_key == key)
    return db.session.scalars(same.order_by(Patient.id).limit(5)).all()


def register(
    details: Details,
    *,
    by_id: uuid.UUID,
    status: Status = Status.NEW,
    reason: str = "",
    at: dt.datetime | None = None,
) -> Patient:
    """Add a patient, their first care-team member and the first page of their history.

    An empty MRN becomes the next six-digit number; registrations choose theirs one after another.
    Raises `NumberTaken` for a number that any patient of the practice has.
    """
    at = at or now()
    details = replace(details, mrn=_number(details.mrn))
    patient = Patient(registered_by_id=by_id, registered_at=at, status=status)
    details.put_into(patient)
    db.session.add(patient)
    db.session.flush()
    db.session.add(
        CareTeamMember(
            patient_id=patient.id, user_id=by_id, since=at, added_by_id=by_id,
            added_reason=REGISTERED,
        )
    )  # fmt: skip
    after = {**details.written(), "status": status.value}
    _keep(patient, before={}, after=after, by_id=by_id, reason=reason, at=at)
    return patient


def edit(patient: Patient, details: Details, *, by_id: uuid.UUID, reason: str = "") -> bool:
    """Change a patient's details and keep what they were; return whether anything differed.

    Raises `NumberTaken` when the MRN changed to one that another patient has.
    """
    before, after = Details.of(patient).written(), details.written()
    if before == after:
        return False
    if details.mrn != patient.mrn:
        details = replace(details, mrn=_number(details.mrn))
        after = details.written()
    details.put_into(patient)
    db.session.flush()
    changed = [name for name in before if before[name] != after[name]]
    _keep(
        patient,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        by_id=by_id,
        reason=reason,
        at=now(),
    )
    return True


def set_status(patient: Patient, status: Status, *, by_id: uuid.UUID, reason: str) -> bool:
    """Change where a patient stands with the practice; return whether anything differed."""
    if patient.status is status:
        return False
    before, after = {"status": patient.status.value}, {"status": status.value}
    patient.status = status
    db.session.flush()
    _keep(patient, before=before, after=after, by_id=by_id, reason=reason, at=now())
    return True


def _number(mrn: str) -> str:
    """Return the number to give: the typed one when it is free, or the next."""
    record_numbers.queue_up()
    if not mrn:
        return record_numbers.next_free()
    if record_numbers.is_taken(mrn):
        raise record_numbers.NumberTaken
    return mrn


def _keep(
    patient: Patient,
    *,
    before: Mapping[str, str],
    after: Mapping[str, str],
    by_id: uuid.UUID,
    reason: str,
    at: dt.datetime,
) -> None:
    """Add a page to the chart's history; the patient was flushed, so the version is the new one."""
    db.session.add(
        PatientRevision(
            patient_id=patient.id, version=patient.version, changed_at=at, changed_by_id=by_id,
            reason=reason, before=packed(before), after=packed(after),
        )
    )  # fmt: skip
