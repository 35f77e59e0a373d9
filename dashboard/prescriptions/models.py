"""Records of prescriptions written elsewhere, and of what prescription monitoring showed.

Casement prescribes nothing. A record entered in error is marked so and recorded anew.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, PatientRecord, Referable
from dashboard.sessions.models import Route


class Basis(StrEnum):
    """What allows a controlled substance to be prescribed without an examination in person."""

    IN_PERSON = "examined in person"
    FLEXIBILITY = "telemedicine flexibility"
    REFERRAL = "referral after examination in person"


class Shown(StrEnum):
    """What prescription monitoring showed."""

    EXPECTED = "nothing unexpected"
    UNEXPECTED = "something unexpected"
    OUTAGE = "system down"


class MonitoringCheck(Referable, PatientRecord, Base):
    """One query of a state's prescription-monitoring programme, by a named person."""

    __tablename__ = "monitoring_check"

    state: Mapped[str] = mapped_column(sa.String(2))
    checked_on: Mapped[dt.date]
    shown: Mapped[Shown]
    words: Mapped[str] = mapped_column(sa.String(1000), default="")
    checked_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_monitoring_check_patient_id_checked_on", "patient_id", "checked_on"),
        sa.CheckConstraint(
            "shown = 'nothing unexpected' OR words <> ''", name="unexpected_is_described"
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )


class Prescription(Referable, PatientRecord, Base):
    """A prescription that somebody wrote elsewhere. `supply_ends_on` is computed on recording."""

    __tablename__ = "prescription"

    written_on: Mapped[dt.date]
    prescriber: Mapped[str] = mapped_column(sa.String(120))
    drug: Mapped[str] = mapped_column(sa.String(200))
    route: Mapped[Route]
    dose_mg: Mapped[Decimal | None]
    units: Mapped[int]
    supply_days: Mapped[int]
    is_refill: Mapped[bool]
    pharmacy: Mapped[str] = mapped_column(sa.String(200), default="")
    location_state: Mapped[str] = mapped_column(sa.String(2))
    basis: Mapped[Basis]
    basis_words: Mapped[str] = mapped_column(sa.String(500), default="")
    basis_until: Mapped[dt.date | None]
    monitoring_check_id: Mapped[uuid.UUID | None]
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["monitoring_check_id", "patient_id"],
            ["monitoring_check.id", "monitoring_check.patient_id"],
        ),
        sa.Index("ix_prescription_patient_id_written_on", "patient_id", "written_on"),
        sa.Index("ix_prescription_monitoring_check_id", "monitoring_check_id"),
        sa.CheckConstraint("units >= 1 AND supply_days >= 1", name="supplies_something"),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )
