"""Treatment plans: one row for each version, and one for each step of its course."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clinical.clearance import Tier
from dashboard.clinical.courses import PlanAct, PlanState
from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned

IN_FORCE = "superseded_at IS NULL AND state IN ('active', 'held')"


class TreatmentPlan(Referable, Versioned, PatientRecord, Base):
    """One version of a patient's treatment plan; `content` is its text as canonical JSON.

    A draft is written over; a signed version never is: the next version supersedes it. `tier` is
    the clearance tier on the day of the signature. The state moves by a `PlanStep` alone.
    """

    __tablename__ = "treatment_plan"

    number: Mapped[int]
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    moved_at: Mapped[dt.datetime] = mapped_column(default=now)
    content: Mapped[str]
    based_on_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("treatment_plan.id"), index=True
    )
    change_reason: Mapped[str] = mapped_column(sa.String(2000), default="")
    drafted_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    drafted_at: Mapped[dt.datetime] = mapped_column(default=now)
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    signed_at: Mapped[dt.datetime | None]
    zone_name: Mapped[str] = mapped_column(sa.String(40), default="")
    tier: Mapped[Tier | None]
    seal: Mapped[str] = mapped_column(sa.String(64), default="")
    sealed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    superseded_at: Mapped[dt.datetime | None]
    superseded_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("treatment_plan.id"), index=True
    )

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "number"),
        sa.CheckConstraint("number >= 1", name="is_counted"),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '')"
            " AND (signed_at IS NULL) = (signed_name = '') AND (signed_at IS NOT NULL"
            " OR state IN ('draft', 'stopped'))",
            name="only_a_signed_one_goes_on",
        ),
        sa.CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by_id IS NULL)", name="superseded_by_a_version"
        ),
        sa.Index(
            "uq_treatment_plan_draft", "patient_id", unique=True,
            sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"),
        ),
        sa.Index(
            "uq_treatment_plan_in_force", "patient_id", unique=True,
            sqlite_where=sa.text(IN_FORCE), postgresql_where=sa.text(IN_FORCE),
        ),
        sa.Index("ix_treatment_plan_state", "state"),
    )  # fmt: skip


class PlanStep(Keyed, PatientRecord, Base):
    """One step of a version's course: who took it, when and why; `by_id` None is the program.

    `cause` is what holds or ends the plan (`HoldCause`, `EndCause`), empty for other steps.
    `check_id` is the clearance check under which a plan was activated or resumed.
    """

    __tablename__ = "plan_step"

    plan_id: Mapped[uuid.UUID]
    act: Mapped[PlanAct]
    from_state: Mapped[PlanState]
    to_state: Mapped[PlanState]
    cause: Mapped[str] = mapped_column(sa.String(40), default="")
    reason: Mapped[str] = mapped_column(sa.String(2000), default="")
    check_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("clearance_check.id"), index=True
    )
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["plan_id", "patient_id"], ["treatment_plan.id", "treatment_plan.patient_id"]
        ),
        sa.Index("ix_plan_step_plan_id_at", "plan_id", "at"),
        sa.CheckConstraint(
            "(check_id IS NOT NULL) = (act IN ('activate', 'resume'))", name="check_opened_it"
        ),
        sa.CheckConstraint(
            "(cause <> '') = (act IN ('hold', 'complete', 'stop'))", name="cause_is_said"
        ),
        sa.CheckConstraint(
            "reason <> '' OR act IN ('sign', 'activate')", name="reason_is_said"
        ),
    )  # fmt: skip
