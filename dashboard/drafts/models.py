"""Typed text that is not saved yet, sealed, one row per person and page."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.db import Base, Keyed


class Draft(Keyed, Base):
    """What one person has typed on one page: seen by nobody else, gone when the form is saved."""

    __tablename__ = "draft"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    page: Mapped[str] = mapped_column(sa.String(300))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary())
    number: Mapped[int]
    saved_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)

    __table_args__ = (sa.UniqueConstraint("user_id", "page"),)
