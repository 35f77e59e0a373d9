"""The one practice that this installation serves."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Versioned


class Practice(Versioned, Audited, Base):
    """The practice's settings: one row. `is_synthetic` is set when it is made and never changes.

    `answers_are_read` is what patients are told of when their answers are read. An immediate alert
    is due after `alert_minutes` and one for the next visit after `next_visit_days`: the practice's
    own policy, no published number. Overdue alerts are told to `alert_email` as well.
    `free_assessment` opens the public page of that name, on which strangers ask to be treated.
    """

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str]
    telephone: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="America/New_York")
    states_served: Mapped[str] = mapped_column(default="")
    answers_are_read: Mapped[str] = mapped_column(
        sa.String(200), default="on working days, before your next visit"
    )
    alert_minutes: Mapped[int] = mapped_column(default=30)
    next_visit_days: Mapped[int] = mapped_column(default=14)
    alert_email: Mapped[str] = mapped_column(sa.String(254), default="")
    free_assessment: Mapped[bool] = mapped_column(default=False)
    is_synthetic: Mapped[bool]
    changed_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)

    __table_args__ = (
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.CheckConstraint(
            "alert_minutes BETWEEN 1 AND 1440 AND next_visit_days BETWEEN 1 AND 90",
            name="clocks_run_out",
        ),
    )
