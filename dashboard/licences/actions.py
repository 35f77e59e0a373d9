"""Recording licences, ending them, and asking whether a state is covered on a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.licences.models import Licence, LicenceKind
from dashboard.patients.models import CareTeamMember

TELEHEALTH_STATES = frozenset({"FL"})  # FL 456.47(4); clearance decisions section 9, "licensed"


class EndedLicence(Refusal):
    """This licence was ended. Nothing was changed."""

    status = 409
    heading = "The licence is ended"
    advice = "Record the new one."


def record(
    account_id: uuid.UUID,
    *,
    state: str,
    kind: LicenceKind,
    number: str,
    from_on: dt.date,
    until_on: dt.date,
    by: uuid.UUID,
) -> Licence:
    """Add a licence of a physician; `until_on` is its last day."""
    licence = Licence(
        id=new_id(), account_id=account_id, state=state, kind=kind, number=number,
        from_on=from_on, until_on=until_on, recorded_by_id=by,
    )  # fmt: skip
    db.session.add(licence)
    return licence


def end(licence: Licence, *, by: uuid.UUID, reason: str) -> None:
    """End a licence that was recorded wrongly, lost or replaced, with the reason."""
    if licence.ended_at is not None:
        raise EndedLicence
    licence.ended_at, licence.ended_by_id, licence.end_reason = now(), by, reason


def held_by(account_id: uuid.UUID) -> Sequence[Licence]:
    """Return a physician's licences that were not ended, by state and last day."""
    query = sa.select(Licence).where(Licence.account_id == account_id, Licence.ended_at.is_(None))
    return db.session.scalars(query.order_by(Licence.state, Licence.until_on)).all()


def covers(patient_id: uuid.UUID, *, state: str, on: dt.date) -> bool | None:
    """Say whether a physician who treats the patient may treat in a state on a day.

    None where none of them has a licence on record at all: nobody said, which is not no.
    """
    rows = db.session.execute(
        sa.select(Licence.state, Licence.kind, Licence.from_on, Licence.until_on)
        .join(CareTeamMember, CareTeamMember.user_id == Licence.account_id)
        .join(User, User.id == Licence.account_id)
        .where(
            CareTeamMember.patient_id == patient_id, CareTeamMember.until.is_(None),
            User.disabled_at.is_(None), Licence.ended_at.is_(None),
        )
    ).all()  # fmt: skip
    if not rows:
        return None
    return any(
        row.state == state and row.from_on <= on <= row.until_on
        and (row.kind is LicenceKind.FULL or state in TELEHEALTH_STATES)
        for row in rows
    )  # fmt: skip
