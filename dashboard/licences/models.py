"""A physician's licences by state, dated; one entered wrongly is marked so and entered anew."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Referable


class LicenceKind(StrEnum):
    """What allows a physician to treat patients who are in a state."""

    FULL = "full licence"
    TELEHEALTH = "telehealth registration"


class Licence(Referable, Audited, Base):
    """One licence. `until_on` is its last day."""

    __tablename__ = "licence"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[LicenceKind]
    number: Mapped[str] = mapped_column(sa.String(40))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_licence_state_until_on", "state", "until_on"),
        sa.CheckConstraint("until_on >= from_on", name="ends_after_it_began"),
        sa.CheckConstraint("number <> ''", name="has_a_number"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (end_reason = '')",
            name="ending_is_signed",
        ),
    )
