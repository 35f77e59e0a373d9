"""Visits: what a physician noted at one meeting, its vital signs, and what was added later.

A signed visit is unchangeable in the database (see `guards`); a mistake is answered by an addendum
or by marking the visit as entered in error, never by deleting it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned


class VisitKind(StrEnum):
    """Why patient and physician met."""

    INTAKE = "intake"
    FOLLOW_UP = "follow-up"
    INTEGRATION = "integration"
    PHONE = "phone"
    URGENT = "urgent"
    OTHER = "other"


class VitalKey(StrEnum):
    """What was measured."""

    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    HEART_RATE = "heart rate"
    SPO2 = "spo2"
    TEMPERATURE = "temperature"
    RESPIRATORY_RATE = "respiratory rate"
    WEIGHT = "weight"
    HEIGHT = "height"


class Posture(StrEnum):
    """How the patient was placed while blood pressure was taken."""

    NOT_SAID = "not said"
    SITTING = "sitting"
    LYING = "lying"
    STANDING = "standing"


class Visit(Referable, Versioned, PatientRecord, Base):
    """One meeting of patient and physician, as noted; unsigned until `signed_at`."""

    __tablename__ = "visit"

    kind: Mapped[VisitKind]
    began_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    typed_time: Mapped[str] = mapped_column(sa.String(60))
    subjective: Mapped[str] = mapped_column(default="")
    objective: Mapped[str] = mapped_column(default="")
    assessment: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="")
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    responsible_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)
    since_last: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[dt.datetime | None]
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    seal: Mapped[str] = mapped_column(sa.String(64), default="")
    sealed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_visit_patient_id_began_at_id", "patient_id", "began_at", "id"),
        sa.Index("ix_visit_responsible_id_signed_at", "responsible_id", "signed_at"),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '')"
            " AND (signed_at IS NULL) = (signed_name = '')"
            " AND (signed_at IS NULL) = (sealed_by = '')",
            name="signature_is_whole",
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR (assessment <> '' AND plan <> '')",
            name="signed_has_assessment_and_plan",
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )

    @property
    def is_signed(self) -> bool:
        """Whether the note is signed and sealed."""
        return self.signed_at is not None

    @property
    def is_in_error(self) -> bool:
        """Whether the visit was marked as entered in error."""
        return self.entered_in_error_at is not None


class VitalSign(Keyed, PatientRecord, Base):
    """One measured value: as it was typed, and the same in the unit that trends use."""

    __tablename__ = "vital_sign"

    visit_id: Mapped[uuid.UUID]
    key: Mapped[VitalKey]
    typed: Mapped[str] = mapped_column(sa.String(20))
    unit: Mapped[str] = mapped_column(sa.String(10))
    canonical: Mapped[Decimal]
    posture: Mapped[Posture] = mapped_column(default=Posture.NOT_SAID)

    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "patient_id"], ["visit.id", "visit.patient_id"]),
        sa.UniqueConstraint("visit_id", "key"),
        sa.CheckConstraint(
            "posture = 'not said' OR key IN ('systolic', 'diastolic')",
            name="only_blood_pressure_has_a_posture",
        ),
    )


class Addendum(Referable, PatientRecord, Base):
    """Something said about a signed visit afterwards; the visit itself stays as it was."""

    __tablename__ = "addendum"

    visit_id: Mapped[uuid.UUID]
    text: Mapped[str]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    author_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)
    zone_name: Mapped[str] = mapped_column(sa.String(40))

    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "patient_id"], ["visit.id", "visit.patient_id"]),
        sa.Index("ix_addendum_visit_id_at", "visit_id", "at"),
        sa.CheckConstraint("text <> ''", name="says_something"),
    )


class HandOver(Keyed, PatientRecord, Base):
    """An unsigned visit's move from one physician to another, and why."""

    __tablename__ = "visit_hand_over"

    visit_id: Mapped[uuid.UUID]
    from_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    to_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(sa.String(300))

    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "patient_id"], ["visit.id", "visit.patient_id"]),
        sa.Index("ix_visit_hand_over_visit_id_at", "visit_id", "at"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
    )
