"""Findings as rows: a value of one kind, as typed, with when, whence and by whom.

Never edited: a correction is a new finding that supersedes, and what was wrong is removed by an
act of its own that may need a second clinician.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, PatientRecord, Referable


class Source(StrEnum):
    """Who or what measured, or that the patient said so."""

    LABORATORY = "laboratory"
    CLINIC = "clinic"
    HOME = "home"
    DEVICE = "device"
    STATED = "self-report"


class Way(StrEnum):
    """How an act of entry came about."""

    TYPED = "typed"
    PASTED = "pasted table"
    FHIR = "FHIR bundle"
    HL7 = "HL7 message"
    ASKED = "asked in a review"
    CORRECTION = "correction"


class RemovalState(StrEnum):
    """Where the removal of a finding stands; only a done one takes it out of the judgement."""

    WAITING = "waiting for a second clinician"
    DONE = "done"
    DECLINED = "declined"


class FindingSet(Referable, PatientRecord, Base):
    """One act of entry: a panel, a report, a review. `original` keeps an import's own text."""

    __tablename__ = "finding_set"

    way: Mapped[Way]
    panel: Mapped[str] = mapped_column(sa.String(40), default="")
    laboratory: Mapped[str] = mapped_column(sa.String(120), default="")
    original: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    entered_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    entered_by_name: Mapped[str] = mapped_column(sa.String(120))
    entered_at: Mapped[dt.datetime] = mapped_column(default=now)
    zone_name: Mapped[str] = mapped_column(sa.String(40))

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_finding_set_patient_id_entered_at", "patient_id", "entered_at"),
    )


class Finding(Referable, PatientRecord, Base):
    """One value. `entered` and `unit` are as typed, `canonical` exact in the kind's own unit.

    `canonical` is a fraction ("33/10"), a word ("yes", "negative") or a pressure ("118/74").
    `taken_on` is the day in the practice's zone; `taken_at` the instant, where it is known.
    `question` says what was odd about the value; `is_confirmed` that a person stood by it.
    """

    __tablename__ = "finding"

    set_id: Mapped[uuid.UUID]
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(60))
    entered: Mapped[str] = mapped_column(sa.String(40))
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    canonical: Mapped[str] = mapped_column(sa.String(80))
    ref_low: Mapped[str] = mapped_column(sa.String(20), default="")
    ref_high: Mapped[str] = mapped_column(sa.String(20), default="")
    flag: Mapped[str] = mapped_column(sa.String(10), default="")
    source: Mapped[Source]
    measured_by: Mapped[str] = mapped_column(sa.String(120), default="")
    taken_on: Mapped[dt.date]
    taken_at: Mapped[dt.datetime | None]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    resulted_on: Mapped[dt.date | None]
    expires_on: Mapped[dt.date | None]
    question: Mapped[str] = mapped_column(sa.String(200), default="")
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("finding.id"), index=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["set_id", "patient_id"], ["finding_set.id", "finding_set.patient_id"]
        ),
        sa.UniqueConstraint("set_id", "place"),
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_finding_patient_id_kind_taken_on", "patient_id", "kind", "taken_on"),
        sa.CheckConstraint("entered <> '' AND canonical <> ''", name="says_something"),
        sa.CheckConstraint("place >= 1", name="is_counted"),
    )


class FindingRemoval(Referable, PatientRecord, Base):
    """Why a finding was wrong. Until it is done the finding goes on being judged."""

    __tablename__ = "finding_removal"

    finding_id: Mapped[uuid.UUID]
    state: Mapped[RemovalState]
    reason: Mapped[str] = mapped_column(sa.String(500))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    asked_by_name: Mapped[str] = mapped_column(sa.String(120))
    asked_at: Mapped[dt.datetime] = mapped_column(default=now)
    second_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    second_by_name: Mapped[str] = mapped_column(sa.String(120), default="")
    second_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.ForeignKeyConstraint(["finding_id", "patient_id"], ["finding.id", "finding.patient_id"]),
        sa.Index(
            "uq_finding_removal_standing",
            "finding_id",
            unique=True,
            sqlite_where=sa.text("state <> 'declined'"),
            postgresql_where=sa.text("state <> 'declined'"),
        ),
        sa.Index("ix_finding_removal_finding_id", "finding_id"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
        sa.CheckConstraint(
            "second_by_id IS NULL OR second_by_id <> asked_by_id", name="second_is_another"
        ),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL)"
            " AND (second_by_id IS NULL) = (second_by_name = '')"
            " AND (state <> 'waiting for a second clinician' OR second_by_id IS NULL)"
            " AND (state <> 'declined' OR second_by_id IS NOT NULL)",
            name="second_is_signed",
        ),
    )
