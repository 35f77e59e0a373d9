"""Doses of ketamine as they were given: what baselines, schedules and windows count from."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, PatientRecord, Referable


class Route(StrEnum):
    """How the dose was taken."""

    SUBLINGUAL = "sublingual"
    ORAL = "oral"
    INTRANASAL = "intranasal"
    INTRAMUSCULAR = "intramuscular"
    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"
    NOT_SAID = "not said"


class Dose(Referable, PatientRecord, Base):
    """One dose that was given; `dose_mg` is None when nobody wrote it down.

    Never edited: a mistake is marked as entered in error and the dose recorded anew.
    """

    __tablename__ = "dose"

    given_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    dose_mg: Mapped[Decimal | None]
    route: Mapped[Route] = mapped_column(default=Route.NOT_SAID)
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_dose_patient_id_given_at", "patient_id", "given_at"),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )
