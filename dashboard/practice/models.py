"""The one practice that this installation serves."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Versioned


class Practice(Versioned, Audited, Base):
    """The practice's settings: one row. `is_synthetic` is set when it is made and never changes."""

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str]
    telephone: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="America/New_York")
    states_served: Mapped[str] = mapped_column(default="")
    is_synthetic: Mapped[bool]
    changed_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)

    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)
