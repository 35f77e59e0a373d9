"""Sessions as planned, and doses of ketamine as given: what baselines and windows count from."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, PatientRecord, Referable, Versioned


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


class Setting(StrEnum):
    """Where a dose is taken."""

    HOME = "home"
    CLINIC = "clinic"


class SessionState(StrEnum):
    """What became of a planned session."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    DONE = "done"


class TreatmentSession(Referable, Versioned, PatientRecord, Base):
    """A session that is to come: when, which dose by which route, where the patient will be."""

    __tablename__ = "treatment_session"

    planned_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    dose_mg: Mapped[Decimal | None]
    route: Mapped[Route] = mapped_column(default=Route.NOT_SAID)
    dose_is_by_weight: Mapped[bool] = mapped_column(default=False)
    setting: Mapped[Setting]
    location_state: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    planned_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_treatment_session_patient_id_planned_at", "patient_id", "planned_at"),
        sa.Index("ix_treatment_session_state_planned_at", "state", "planned_at"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)"
            " AND (ended_at IS NULL) = (state = 'planned')"
            " AND (state = 'cancelled') = (end_reason <> '')",
            name="ending_is_signed",
        ),
    )
