"""How many alerts wait, and the worst of a chart: counted inside statements made anyway.

Who is asking is not known yet while a sign-in is looked up, so the count names its own condition:
the patients on whose care team the person is now. It reads no row, only how many there are.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.alerts.models import Alert, Level, State

FLAGS: Mapping[int | None, tuple[str, str]] = {
    0: ("stop", "Alert not taken"),
    1: ("due", "Alert not taken"),
    2: ("due", "Alert not closed"),
}
_ALERT = sa.table("alert", sa.column("patient_id", sa.Uuid()), sa.column("state"))
_PLACE = sa.table(
    "care_team_member",
    sa.column("patient_id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("until"),
)


def waiting_for(user_id: InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[int]:
    """Return the number of alerts nobody took, of the patients whom an account treats."""
    return (
        sa.select(sa.func.count())
        .select_from(_PLACE.join(_ALERT, _ALERT.c.patient_id == _PLACE.c.patient_id))
        .where(
            _PLACE.c.user_id == user_id,
            _PLACE.c.until.is_(None),
            _ALERT.c.state == State.OPEN.value,
        )
        .scalar_subquery()
    )


def worst_of(patient_id: InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[int | None]:
    """Return the worst alert not closed of a patient, as a key of `FLAGS`; None for none."""
    rank = sa.case(
        (Alert.state == State.ACKNOWLEDGED, 2),
        (Alert.level.in_((Level.FOLLOW_UP, Level.NEXT_VISIT)), 1),
        else_=0,
    )
    return (
        sa.select(sa.func.min(rank))
        .where(Alert.patient_id == patient_id, Alert.closed_at.is_(None))
        .scalar_subquery()
    )
