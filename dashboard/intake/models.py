"""Intake evaluations: their sections with every former text, addenda, and a patient's diagnoses.

A signed evaluation is unchangeable in the database (see `guards`); what comes later is an addendum
or a new evaluation that supersedes it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    OPEN = "open"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"


class Evaluation(Referable, Versioned, PatientRecord, Base):
    """One intake of one patient; at most one is open. `number` counts them."""

    __tablename__ = "evaluation"

    number: Mapped[int]
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.OPEN)
    begun_at: Mapped[dt.datetime] = mapped_column(default=now)
    begun_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("evaluation.id"), index=True
    )
    signed_at: Mapped[dt.datetime | None]
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    seal: Mapped[str] = mapped_column(sa.String(64), default="")
    sealed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    abandoned_at: Mapped[dt.datetime | None]
    abandoned_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    abandoned_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "number"),
        sa.Index(
            "uq_evaluation_one_open",
            "patient_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.CheckConstraint("number >= 1", name="is_counted"),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '')"
            " AND (signed_at IS NULL) = (signed_name = '')"
            " AND (signed_at IS NULL) = (sealed_by = '')"
            " AND (signed_at IS NULL) = (state IN ('open', 'abandoned'))",
            name="signature_is_whole",
        ),
        sa.CheckConstraint(
            "(abandoned_at IS NULL) = (abandoned_by_id IS NULL)"
            " AND (abandoned_at IS NULL) = (abandoned_reason = '')"
            " AND (abandoned_at IS NULL) = (state <> 'abandoned')",
            name="abandoning_is_signed",
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether it can still be written."""
        return self.state is EvaluationState.OPEN

    @property
    def is_signed(self) -> bool:
        """Whether it is sealed, superseded later or not."""
        return self.signed_at is not None


class EvaluationSection(Keyed, Versioned, PatientRecord, Base):
    """One section's answers as canonical JSON. `was_left` says that its writer went elsewhere."""

    __tablename__ = "evaluation_section"

    evaluation_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(sa.String(40))
    content: Mapped[str]
    was_left: Mapped[bool]
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"], ["evaluation.id", "evaluation.patient_id"]
        ),
        sa.UniqueConstraint("evaluation_id", "key"),
        sa.CheckConstraint("content <> ''", name="says_something"),
    )


class EvaluationSectionRevision(Keyed, PatientRecord, Base):
    """What a section said before one change, and who had written that."""

    __tablename__ = "evaluation_section_revision"

    evaluation_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    content: Mapped[str]
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"], ["evaluation.id", "evaluation.patient_id"]
        ),
        sa.UniqueConstraint("evaluation_id", "key", "version"),
    )


class EvaluationAddendum(Referable, PatientRecord, Base):
    """Something said about a signed evaluation afterwards; the evaluation stays as it was."""

    __tablename__ = "evaluation_addendum"

    evaluation_id: Mapped[uuid.UUID]
    text: Mapped[str]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    author_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)
    zone_name: Mapped[str] = mapped_column(sa.String(40))

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"], ["evaluation.id", "evaluation.patient_id"]
        ),
        sa.Index("ix_evaluation_addendum_evaluation_id_at", "evaluation_id", "at"),
        sa.CheckConstraint("text <> ''", name="says_something"),
    )


class PatientDiagnosis(Referable, PatientRecord, Base):
    """One ICD-10-CM code of a patient, from when until when, and why it was chosen or ended.

    `computed` is the severity the data gave, in words; `reason` is needed where the physician
    decided otherwise. `table_version` names the code table of that day.
    """

    __tablename__ = "patient_diagnosis"

    code: Mapped[str] = mapped_column(sa.String(10))
    description: Mapped[str] = mapped_column(sa.String(200))
    table_version: Mapped[str] = mapped_column(sa.String(40))
    computed_code: Mapped[str] = mapped_column(sa.String(10), default="")
    computed: Mapped[str] = mapped_column(sa.String(400), default="")
    rests_on_body_size: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    from_at: Mapped[dt.datetime] = mapped_column(default=now)
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    until_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_patient_diagnosis_patient_id_from_at", "patient_id", "from_at"),
        sa.Index(
            "uq_patient_diagnosis_present",
            "patient_id",
            "code",
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        ),
        sa.CheckConstraint(
            "(until_at IS NULL) = (ended_by_id IS NULL) AND (until_at IS NULL) = (end_reason = '')",
            name="ending_is_signed",
        ),
        sa.CheckConstraint(
            "computed_code = '' OR computed_code = code OR reason <> ''",
            name="deciding_otherwise_has_a_reason",
        ),
    )
