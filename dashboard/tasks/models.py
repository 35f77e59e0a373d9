"""Tasks with an owner, a day, where they come from, and every step they took."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned


class Origin(StrEnum):
    """What a task comes from."""

    PERSON = "a person"
    RULE = "a clearance rule"
    ALERT = "an alert"
    PLAN = "the plan"
    MESSAGE = "a message"


class State(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class StepKind(StrEnum):
    """What happened to a task."""

    RAISED = "raised"
    REPEATED = "raised again"
    REASSIGNED = "given to somebody else"
    POSTPONED = "given another day"
    DONE = "done"
    DROPPED = "dropped"
    REOPENED = "reopened"


class Task(Referable, Versioned, PatientRecord, Base):
    """Something to do. `key` names its source: there is one open task of a key for a patient."""

    __tablename__ = "task"

    key: Mapped[str] = mapped_column(sa.String(80), default="")
    origin: Mapped[Origin]
    words: Mapped[str] = mapped_column(sa.String(300))
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    due_on: Mapped[dt.date]
    state: Mapped[State] = mapped_column(default=State.OPEN)
    raised_at: Mapped[dt.datetime] = mapped_column(default=now)
    closed_at: Mapped[dt.datetime | None]
    times: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index(
            "uq_task_open_key",
            "patient_id",
            "key",
            unique=True,
            sqlite_where=sa.text("state = 'open' AND key <> ''"),
            postgresql_where=sa.text("state = 'open' AND key <> ''"),
        ),
        sa.Index("ix_task_state_due_on", "state", "due_on"),
        sa.CheckConstraint("words <> ''", name="says_something"),
        sa.CheckConstraint("times >= 1", name="was_raised"),
        sa.CheckConstraint("(closed_at IS NULL) = (state = 'open')", name="closing_is_dated"),
    )


class TaskStep(Keyed, PatientRecord, Base):
    """One thing that happened to a task, who did it (None: the program) and what they said."""

    __tablename__ = "task_step"

    task_id: Mapped[uuid.UUID]
    kind: Mapped[StepKind]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120), default="")
    owner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    due_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(["task_id", "patient_id"], ["task.id", "task.patient_id"]),
        sa.Index("ix_task_step_task_id_at", "task_id", "at"),
    )
