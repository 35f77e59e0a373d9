"""Taking down that a patient took their consent back."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from dashboard.alerts.actions import raise_alert
from dashboard.alerts.models import Level
from dashboard.clock import now
from dashboard.consents.actions import cancel, held, one_at_a_time, open_one
from dashboard.consents.models import Channel, Consent, ConsentWithdrawal
from dashboard.consents.refusals import NothingToWithdraw
from dashboard.db import db, new_id

WITHDRAWN = "consent:withdrawn"


def withdraw(
    patient_id: uuid.UUID,
    *,
    said_at: dt.datetime,
    channel: Channel,
    reason: str,
    by: uuid.UUID,
    at: dt.datetime | None = None,
) -> ConsentWithdrawal:
    """Take down that the patient took everything back; it holds from when they said so.

    An open consent is cancelled with it and its link ends. It is no danger, but nobody may miss
    it: a follow-up alert with an owner and a clock is raised. Raises `NothingToWithdraw`.
    """
    one_at_a_time(patient_id)
    any_begun = sa.select(Consent.id).where(Consent.patient_id == patient_id).limit(1)
    if db.session.scalar(any_begun) is None:
        raise NothingToWithdraw
    moment = at or now()
    withdrawal = ConsentWithdrawal(
        id=new_id(), patient_id=patient_id, said_at=said_at, channel=channel, reason=reason,
        taken_by_id=by, recorded_at=moment,
    )  # fmt: skip
    db.session.add(withdrawal)
    unsigned = open_one(patient_id)
    if unsigned is not None:
        cancel(held(unsigned.id), reason="Consent was withdrawn.", by=by, at=moment)
    raise_alert(
        patient_id, key=WITHDRAWN, rule=WITHDRAWN, level=Level.FOLLOW_UP, at=moment,
        words="The patient withdrew consent. No dose may be given. Hold the plan, and tell "
        "whoever dispenses or gives doses.",
    )  # fmt: skip
    return withdrawal


def newest_signature(patient_id: uuid.UUID) -> dt.datetime | None:
    """Return when the patient signed last; a withdrawal can only come after it."""
    return db.session.scalar(
        sa.select(Consent.signed_at)
        .where(Consent.patient_id == patient_id, Consent.signed_at.is_not(None))
        .order_by(Consent.signed_at.desc())
        .limit(1)
    )
