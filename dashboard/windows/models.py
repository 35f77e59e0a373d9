"""Appointments with the care team: booked ahead or logged afterwards, and what became of each.

A contact with a physician of the practice is a visit. These are the others: therapist, dietitian.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clinical.windows import ContactKind
from dashboard.clock import now
from dashboard.db import Base, PatientRecord, Referable, Versioned


class Way(StrEnum):
    """How patient and clinician meet."""

    IN_PERSON = "in person"
    VIDEO = "video"
    PHONE = "phone"


class AppointmentState(StrEnum):
    """What became of an appointment; only one that was held is a contact."""

    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Appointment(Referable, Versioned, PatientRecord, Base):
    """One appointment: changed while it is booked; closed it stays, or is marked as in error.

    `changed_by_id` and `changed_at` say who touched it last: booked, moved or closed it.
    """

    __tablename__ = "appointment"

    kind: Mapped[ContactKind]
    starts_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    minutes: Mapped[int | None]
    with_whom: Mapped[str] = mapped_column(sa.String(120))
    way: Mapped[Way]
    state: Mapped[AppointmentState] = mapped_column(default=AppointmentState.BOOKED)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    recorded_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_appointment_patient_id_starts_at", "patient_id", "starts_at"),
        sa.Index("ix_appointment_state_starts_at", "state", "starts_at"),
        sa.CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="lasts_minutes"),
        sa.CheckConstraint("with_whom <> ''", name="is_with_somebody"),
        sa.CheckConstraint("state <> 'cancelled' OR reason <> ''", name="cancelling_has_a_reason"),
        sa.CheckConstraint("state <> 'booked' OR reason = ''", name="booked_has_no_reason"),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )
