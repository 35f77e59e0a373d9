"""How many planned sessions cannot be held as things stand: counted inside the sign-in statement.

Who is asking is not known yet while a sign-in is looked up, so the count names its own condition,
as that of the alerts does. It reads no row, only how many there are.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.clearance.models import Status
from dashboard.clock import now
from dashboard.patients.models import Status as PatientStatus

IN_TREATMENT = (PatientStatus.NEW.value, PatientStatus.ACTIVE.value, PatientStatus.PAUSED.value)
_READINESS = sa.table(
    "readiness",
    sa.column("patient_id", sa.Uuid()),
    sa.column("status"),
    sa.column("judged_for", sa.Date()),
    sa.column("next_session_on", sa.Date()),
)
_PATIENT = sa.table("patient", sa.column("id", sa.Uuid()), sa.column("status"))
_PLACE = sa.table(
    "care_team_member",
    sa.column("patient_id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("until"),
)


def blocking_for(user_id: InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[int]:
    """Return the number of patients an account treats who are not ready for a planned session.

    What was judged for a day that has passed everywhere is not known, so it counts as well; the
    board itself, which knows the practice's day, may count one such patient some hours earlier.
    """
    passed = sa.bindparam("clearance_passed", callable_=_passed_everywhere, type_=sa.Date())
    is_treated = (
        sa.exists()
        .where(
            _PLACE.c.patient_id == _READINESS.c.patient_id,
            _PLACE.c.user_id == user_id,
            _PLACE.c.until.is_(None),
        )
        .correlate_except(_PLACE)
    )
    is_in_treatment = (
        sa.exists()
        .where(_PATIENT.c.id == _READINESS.c.patient_id, _PATIENT.c.status.in_(IN_TREATMENT))
        .correlate_except(_PATIENT)
    )
    return (
        sa.select(sa.func.count())
        .select_from(_READINESS)
        .where(
            _READINESS.c.next_session_on.is_not(None),
            is_treated,
            is_in_treatment,
            sa.or_(_READINESS.c.status != Status.READY.value, _READINESS.c.judged_for < passed),
        )
        .scalar_subquery()
    )


def _passed_everywhere() -> dt.date:
    """Return the day before which every day is over in every time zone."""
    return now().date() - dt.timedelta(days=1)
