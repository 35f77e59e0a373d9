"""Referrals: somebody who is no patient asks the practice for treatment, and what is decided.

There is no patient yet, so no care team could narrow who sees them: a referral nobody accepted is
open to every physician of the practice, an accepted one to those who see the patient it became
(`reading.seen`). What people wrote stands in `FreeAssessment`, never changes, and is told to the
trail as "changed" only: an admin who reads the trail learns of nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Keyed, Referable, Versioned

SECRET = {"secret": True}


class State(StrEnum):
    """What the practice decided."""

    NEW = "new"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SPAM = "spam"


class Referral(Referable, Versioned, Audited, Base):
    """One person's wish to be treated, however often they sent it within a day (`times`)."""

    __tablename__ = "referral"

    received_at: Mapped[dt.datetime] = mapped_column(default=now)
    times: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(default=State.NEW)
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="", info=SECRET)
    patient_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("patient.id"), index=True)

    __table_args__ = (
        sa.Index("ix_referral_state_received_at", "state", "received_at"),
        sa.Index("ix_referral_decided_at", "decided_at"),
        sa.CheckConstraint("times >= 1", name="was_sent"),
        sa.CheckConstraint(
            "(state = 'new') = (decided_at IS NULL) AND (state = 'new') = (decided_by_id IS NULL)",
            name="decision_is_signed",
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (patient_id IS NOT NULL)", name="accepted_is_a_patient"
        ),
        sa.CheckConstraint("(state = 'declined') = (reason <> '')", name="declining_has_a_reason"),
    )


class FreeAssessment(Keyed, Audited, Base):
    """What one sending of the public page said; its writer is an adult in `place`, a state served.

    `number` counts the sendings of one referral. `address_digest` is a keyed digest of the network
    address it came from: equal addresses compare, none can be read.
    """

    __tablename__ = "free_assessment"

    referral_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("referral.id"))
    number: Mapped[int]
    received_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    place: Mapped[str] = mapped_column(sa.String(2), info=SECRET)
    given_name: Mapped[str] = mapped_column(sa.String(80), info=SECRET)
    family_name: Mapped[str] = mapped_column(sa.String(80), info=SECRET)
    email: Mapped[str] = mapped_column(sa.String(254), info=SECRET)
    telephone: Mapped[str] = mapped_column(sa.String(30), info=SECRET)
    best_time: Mapped[str] = mapped_column(sa.String(100), info=SECRET)
    may_leave_message: Mapped[bool] = mapped_column(info=SECRET)
    brings: Mapped[str] = mapped_column(sa.String(1000), info=SECRET)
    sees_therapist: Mapped[bool] = mapped_column(info=SECRET)
    sees_dietitian: Mapped[bool] = mapped_column(info=SECRET)
    sees_physician: Mapped[bool] = mapped_column(info=SECRET)
    address_digest: Mapped[str] = mapped_column(sa.String(64), info=SECRET)

    __table_args__ = (
        sa.UniqueConstraint("referral_id", "number"),
        sa.Index("ix_free_assessment_address_digest_received_at", "address_digest", "received_at"),
        sa.CheckConstraint("email <> '' OR telephone <> ''", name="can_be_answered"),
        sa.CheckConstraint("given_name <> '' AND family_name <> ''", name="has_a_name"),
    )
