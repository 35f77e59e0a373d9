"""What other areas may ask of visits: markers for a time axis, and handing over open work."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.db import db
from dashboard.visits.models import Visit, VisitKind


class Marker(NamedTuple):
    """One visit as a time axis shows it."""

    began_at: dt.datetime
    kind: VisitKind
    ref: str
    is_signed: bool


def markers(patient_id: uuid.UUID) -> Sequence[Marker]:
    """Return a patient's visits in the order of time, without those entered in error."""
    found = db.session.execute(
        sa.select(Visit.began_at, Visit.kind, Visit.ref, Visit.signed_at.is_not(None))
        .where(Visit.patient_id == patient_id, Visit.entered_in_error_at.is_(None))
        .order_by(Visit.began_at, Visit.id)
    )
    return [Marker(*row) for row in found]


def hand_over(*, from_id: uuid.UUID, to_id: uuid.UUID) -> int:
    """Give one physician's unsigned visits to another; return how many.

    The caller answers for the act (an admin disabling an account sees no chart by it) and sees
    to it that the receiver is on the patients' care teams.
    """
    with seeing_every_patient():
        open_work = db.session.scalars(
            sa.select(Visit).where(
                Visit.responsible_id == from_id,
                Visit.signed_at.is_(None),
                Visit.entered_in_error_at.is_(None),
            )
        ).all()
        for visit in open_work:
            visit.responsible_id = to_id
        db.session.flush()
    return len(open_work)
