"""Patients, the physicians who treat them, and emergency access by others."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Keyed, PatientRecord, Referable, Versioned, table_of

# Keys are compared character by character on both databases, so that a prefix is a range.
IN_CODE_ORDER = sa.String(170).with_variant(sa.String(170, collation="C"), "postgresql")


class Sex(StrEnum):
    """Which reference ranges apply to laboratory values and the ECG."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a patient stands with the practice."""

    NEW = "new"
    ACTIVE = "active"
    PAUSED = "paused"
    DISCHARGED = "discharged"


class Allergies(StrEnum):
    """Whether allergies were asked about: 'not asked' is never shown as 'none'."""

    NOT_ASKED = "not asked"
    NONE_KNOWN = "none known"
    LISTED = "listed"


class Patient(Referable, Versioned, Audited, Base):
    """A person under treatment. Never deleted."""

    __tablename__ = "patient"

    mrn: Mapped[str] = mapped_column(sa.String(20), unique=True)
    family_name: Mapped[str] = mapped_column(sa.String(80))
    given_name: Mapped[str] = mapped_column(sa.String(80))
    preferred_name: Mapped[str] = mapped_column(sa.String(80), default="")
    name_key: Mapped[str] = mapped_column(IN_CODE_ORDER)
    given_key: Mapped[str] = mapped_column(IN_CODE_ORDER)
    born_on: Mapped[dt.date]
    sex_for_ranges: Mapped[Sex]
    gender: Mapped[str] = mapped_column(sa.String(60), default="")
    pronouns: Mapped[str] = mapped_column(sa.String(40), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    telephone: Mapped[str] = mapped_column(sa.String(30), default="")
    street: Mapped[str] = mapped_column(sa.String(200), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    state: Mapped[str] = mapped_column(sa.String(2), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(10), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(40), default="")
    emergency_name: Mapped[str] = mapped_column(sa.String(120), default="")
    emergency_relation: Mapped[str] = mapped_column(sa.String(60), default="")
    emergency_telephone: Mapped[str] = mapped_column(sa.String(30), default="")
    allergies: Mapped[Allergies] = mapped_column(default=Allergies.NOT_ASKED)
    allergies_text: Mapped[str] = mapped_column(sa.String(300), default="")
    diagnosis_codes: Mapped[str] = mapped_column(sa.String(200), default="")
    status: Mapped[Status] = mapped_column(default=Status.NEW)
    registered_at: Mapped[dt.datetime] = mapped_column(default=now)
    registered_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.Index("ix_patient_name_key_id", "name_key", "id"),
        sa.Index("ix_patient_given_key_id", "given_key", "id"),
        sa.Index("ix_patient_born_on_name_key", "born_on", "name_key"),
        sa.CheckConstraint(
            "(allergies = 'listed') = (allergies_text <> '')", name="allergies_listed_has_text"
        ),
    )

    @property
    def name(self) -> str:
        """The name as people say it: Elena Rivera."""
        return f"{self.given_name} {self.family_name}"


class PatientRevision(Keyed, PatientRecord, Base):
    """What a patient's details were before one change: the chart's own history, kept whole."""

    __tablename__ = "patient_revision"

    version: Mapped[int]
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    before: Mapped[str]
    after: Mapped[str]

    __table_args__ = (sa.UniqueConstraint("patient_id", "version"),)


class CareTeamMember(Keyed, PatientRecord, Base):
    """A physician's place on one patient's care team, from its start to its end."""

    __tablename__ = "care_team_member"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    name_key: Mapped[str] = mapped_column(IN_CODE_ORDER, default="")
    since: Mapped[dt.datetime] = mapped_column(default=now)
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    added_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    until: Mapped[dt.datetime | None]
    removed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    removed_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    __table_args__ = (
        sa.Index("ix_care_team_member_caseload", "user_id", "until", "name_key", "patient_id"),
        sa.Index("ix_care_team_member_newest", "user_id", "until", "patient_id"),
        sa.Index(
            "uq_care_team_member_present",
            "patient_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
        sa.CheckConstraint("(until IS NULL) = (removed_by_id IS NULL)", name="removal_is_signed"),
    )


@event.listens_for(CareTeamMember, "before_insert")
def _copy_name_key(_mapper: object, connection: sa.Connection, place: CareTeamMember) -> None:
    """Keep the patient's name key with the place: a caseload is read in order from one index."""
    patient = table_of(Patient)
    query = sa.select(patient.c.name_key).where(patient.c.id == place.patient_id)
    place.name_key = connection.execute(query).scalar_one()


@event.listens_for(Patient, "after_update")
def _renew_name_key(_mapper: object, connection: sa.Connection, patient: Patient) -> None:
    """Carry a changed name over to the patient's places on caseloads."""
    if sa.inspect(patient).attrs.name_key.history.has_changes():
        place = table_of(CareTeamMember)
        mine = place.c.patient_id == patient.id
        connection.execute(sa.update(place).where(mine).values(name_key=patient.name_key))


class EmergencyAccess(Referable, Audited, Base):
    """A physician off the team opening a chart in an emergency: why, until when, who reviewed it.

    Not a patient record: the admins who review it see no clinical row.
    """

    __tablename__ = "emergency_access"

    patient_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("patient.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    began_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    ends_at: Mapped[dt.datetime]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    review_note: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_emergency_access_user_id_ends_at", "user_id", "ends_at", "patient_id"),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="review_is_signed"
        ),
    )
