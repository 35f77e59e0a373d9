"""More patients for the tests' cast. None of them is real."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import count

from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import CareTeamMember, Patient, Sex, Status
from dashboard.patients.names import given_key, name_key

NUMBERS = count(1000)
BORN = dt.date(1996, 3, 14)


def treat(
    app: Flask,
    user_id: uuid.UUID,
    *names: tuple[str, str],
    born_on: dt.date = BORN,
    status: Status = Status.ACTIVE,
    mrn: str = "",
) -> list[str]:
    """Register people as (family, given) on a physician's care team; return their public ids."""
    with app.app_context(), acting_as_job("test data"):
        found = [_patient(family, given, user_id, born_on, status, mrn) for family, given in names]
        db.session.add_all(found)
        db.session.flush()
        db.session.add_all(
            CareTeamMember(patient_id=p.id, user_id=user_id, added_by_id=user_id) for p in found
        )
        db.session.commit()
        refs = [p.ref for p in found]
        db.session.remove()
    return refs


def _patient(
    family: str, given: str, by_id: uuid.UUID, born_on: dt.date, status: Status, mrn: str
) -> Patient:
    return Patient(
        family_name=family, given_name=given, name_key=name_key(family=family, given=given),
        given_key=given_key(family=family, given=given), born_on=born_on, status=status,
        mrn=mrn or f"{next(NUMBERS):06d}", sex_for_ranges=Sex.FEMALE, registered_by_id=by_id,
    )  # fmt: skip
