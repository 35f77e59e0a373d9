"""Schedules, check-ins, the answers given to them, and the patient's safety plan.

Every answer is stored as it is given. A finished or ended check-in takes no answer any more: its
answers have become responses (see `scores`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned


class Timing(StrEnum):
    """What a questionnaire's schedule is anchored to."""

    CALENDAR = "calendar"
    AFTER_DOSE = "after dose"


class Reason(StrEnum):
    """Why a check-in was made."""

    SCHEDULED = "scheduled"
    BY_HAND = "by hand"
    REPEAT = "confirming repeat"


class Schedule(Versioned, Keyed, PatientRecord, Base):
    """How one patient is asked: whether at all, by e-mail or by a copied link, and at what hour.

    `hour` is local in the patient's own zone, or the practice's. A paused schedule makes nothing.
    """

    __tablename__ = "schedule"

    is_paused: Mapped[bool] = mapped_column(default=False)
    sends_email: Mapped[bool] = mapped_column(default=True)
    hour: Mapped[int] = mapped_column(default=9)
    begun_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.UniqueConstraint("patient_id"),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_a_day"),
    )


class ScheduleEntry(Referable, PatientRecord, Base):
    """One questionnaire of a patient's schedule, from its first day until it was ended.

    `every_days` counts from `starts_on`; `hours_after` is such as "24,72,168" after each dose.
    """

    __tablename__ = "schedule_entry"

    instrument: Mapped[str] = mapped_column(sa.String(40))
    timing: Mapped[Timing]
    every_days: Mapped[int | None]
    hours_after: Mapped[str] = mapped_column(sa.String(60), default="")
    starts_on: Mapped[dt.date]
    added_at: Mapped[dt.datetime] = mapped_column(default=now)
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.Index(
            "uq_schedule_entry_present",
            "patient_id",
            "instrument",
            "timing",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint(
            "(timing = 'calendar') = (every_days IS NOT NULL)"
            " AND (timing = 'after dose') = (hours_after <> '')",
            name="one_timing",
        ),
        sa.CheckConstraint("every_days IS NULL OR every_days >= 1", name="at_most_daily"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="end_is_signed"),
    )


class CheckIn(Referable, PatientRecord, Base):
    """One request for answers, from when it is due until it was finished, cancelled or ended.

    `occasion` tells scheduled ones apart, so that each is made once. `questionnaires` is canonical
    JSON: a list of [instrument id, version], fixed when it is made. `claimed_at` is when a sender
    took it up: of two senders one gets it, and one that died gives it up after a while.
    """

    __tablename__ = "check_in"

    occasion: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[Reason]
    questionnaires: Mapped[str]
    due_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    claimed_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    sent_by_email: Mapped[bool] = mapped_column(default=False)
    send_trouble: Mapped[str] = mapped_column(sa.String(200), default="")
    reminded_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime | None]
    identified_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    cancelled_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    cancelled_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    __table_args__ = (
        sa.UniqueConstraint("patient_id", "occasion"),
        sa.Index("ix_check_in_patient_id_due_at", "patient_id", "due_at"),
        sa.Index(
            "ix_check_in_to_send",
            "due_at",
            sqlite_where=sa.text(
                "sent_at IS NULL AND finished_at IS NULL AND ended_at IS NULL"
                " AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND finished_at IS NULL AND ended_at IS NULL"
                " AND cancelled_at IS NULL"
            ),
        ),
        sa.Index(
            "ix_check_in_to_close",
            "closes_at",
            sqlite_where=sa.text(
                "finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
        ),
        sa.CheckConstraint("closes_at > due_at", name="closes_after_due"),
        sa.CheckConstraint(
            "(CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cancelled_at IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_end",
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)"
            " AND (cancelled_at IS NULL) = (cancelled_reason = '')",
            name="cancelling_is_signed",
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether answers are still taken, as far as the record says; its time may be over."""
        return self.finished_at is None and self.ended_at is None and self.cancelled_at is None


class CheckInAnswer(Keyed, PatientRecord, Base):
    """The answer to one item of a check-in, as it stands; `value` is None when it was declined."""

    __tablename__ = "check_in_answer"

    check_in_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("check_in.id"))
    instrument: Mapped[str] = mapped_column(sa.String(40))
    item: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[int | None]
    is_declined: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[dt.datetime] = mapped_column(default=now)
    changes: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.UniqueConstraint("check_in_id", "instrument", "item"),
        sa.CheckConstraint("(value IS NULL) = is_declined", name="answered_or_declined"),
    )


class SafetyPlan(Keyed, PatientRecord, Base):
    """What patient and physician agreed to do in a crisis; the newest one holds, all are kept."""

    __tablename__ = "safety_plan"

    text: Mapped[str] = mapped_column(sa.String(4000))
    written_at: Mapped[dt.datetime] = mapped_column(default=now)
    written_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (sa.Index("ix_safety_plan_patient_id_written_at", "patient_id", "written_at"),)
