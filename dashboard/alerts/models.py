"""Alerts and everything that became of them.

One open alert for each patient and rule: the same answer given again counts up and starts its clock
anew instead of standing beside itself. Only staff close an alert, and a closed one never changes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable


class Level(StrEnum):
    """How soon somebody must act."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NEXT_VISIT = "next_visit"
    FOLLOW_UP = "follow_up"

    @property
    def is_danger(self) -> bool:
        """Whether an answer or score told of a danger; a follow-up only has to be asked about."""
        return self is not Level.FOLLOW_UP


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What an alert came to, as whoever closes it says."""

    SPOKE = "spoke with the patient"
    SAFETY_PLAN = "safety plan made or reviewed"
    EMERGENCY = "emergency services or hospital"
    TREATMENT_CHANGED = "treatment changed"
    NO_DANGER = "no danger found"
    IN_ERROR = "answer entered in error"
    OTHER = "other, see the note"


class StepKind(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    REPEATED = "repeated"
    ANSWER_CHANGED = "answer changed"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed over"
    OWNER_LEFT = "owner left"
    ESCALATED = "escalated"
    NOTED = "noted"
    CLOSED = "closed"


class NoticeKind(StrEnum):
    """Why a neutral e-mail goes out about an alert."""

    FIRST = "first"
    OVERDUE = "overdue"


class Alert(Referable, PatientRecord, Base):
    """One thing that needs a named person by a time.

    `key` is what an alert is told apart by: an open one with the same key is repeated, not doubled.
    `words` is what the clinician is told and `answers` canonical JSON of the answers behind it,
    those of the newest time. `repeat_by` is until when a confirming repeat is asked for.
    """

    __tablename__ = "alert"

    key: Mapped[str] = mapped_column(sa.String(80))
    rule: Mapped[str] = mapped_column(sa.String(80))
    level: Mapped[Level]
    state: Mapped[State] = mapped_column(default=State.OPEN)
    words: Mapped[str] = mapped_column(sa.String(500))
    instrument: Mapped[str] = mapped_column(sa.String(40), default="")
    version: Mapped[str] = mapped_column(sa.String(20), default="")
    answers: Mapped[str] = mapped_column(default="{}")
    response_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("response.id"), index=True)
    check_in_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("check_in.id"), index=True)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    times: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[dt.datetime] = mapped_column(default=now)
    last_raised_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_at: Mapped[dt.datetime]
    repeat_by: Mapped[dt.date | None]
    escalated_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    outcome: Mapped[Outcome | None]

    @property
    def is_danger(self) -> bool:
        """Whether the patient's own answer told of a danger, rather than a score of a change."""
        return self.level.is_danger and self.answers != "{}"

    __table_args__ = (
        sa.Index(
            "uq_alert_one_open",
            "patient_id",
            "key",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_alert_owner_id_state_due_at", "owner_id", "state", "due_at"),
        sa.Index("ix_alert_state_due_at", "state", "due_at"),
        sa.Index("ix_alert_raised_at", "raised_at"),
        sa.CheckConstraint("times >= 1", name="counted"),
        sa.CheckConstraint("words <> ''", name="says_why"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)"
            " AND (closed_at IS NULL) = (outcome IS NULL)"
            " AND (closed_at IS NOT NULL) = (state = 'closed')",
            name="closing_is_signed",
        ),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)"
            " AND (state <> 'acknowledged' OR acknowledged_at IS NOT NULL)",
            name="acknowledgement_is_signed",
        ),
    )


class AlertStep(Keyed, PatientRecord, Base):
    """One thing that happened to an alert; added, never changed.

    `by_id` is None for what the patient's answers or the clock did.
    """

    __tablename__ = "alert_step"

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("alert.id"))
    kind: Mapped[StepKind]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(2000), default="")
    answers: Mapped[str] = mapped_column(default="{}")
    level: Mapped[Level]
    response_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("response.id"), index=True)

    __table_args__ = (
        sa.Index("ix_alert_step_alert_id_at", "alert_id", "at"),
        sa.CheckConstraint(
            "by_id IS NOT NULL OR kind IN"
            " ('raised', 'repeated', 'answer changed', 'owner left', 'escalated', 'noted')",
            name="staff_acts_are_signed",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('acknowledged', 'handed over', 'closed') OR note <> ''",
            name="acts_say_what_was_done",
        ),
    )


class AlertNotice(Keyed, PatientRecord, Base):
    """One neutral e-mail about an alert: at most one for each clock, kind and address.

    `clock` is when the alert was due. Whoever sends it claims it first. A notice whose sending is
    known to have failed (`trouble`) is tried again; one whose sender died in between is not, since
    it may have gone out.
    """

    __tablename__ = "alert_notice"

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("alert.id"))
    kind: Mapped[NoticeKind]
    clock: Mapped[dt.datetime]
    address: Mapped[str] = mapped_column(sa.String(254))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    claimed_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    trouble: Mapped[str] = mapped_column(sa.String(200), default="")

    __table_args__ = (
        sa.UniqueConstraint("alert_id", "kind", "clock", "address"),
        sa.Index(
            "ix_alert_notice_to_send",
            "made_at",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
        sa.CheckConstraint("sent_at IS NULL OR claimed_at IS NOT NULL", name="sent_was_claimed"),
    )
