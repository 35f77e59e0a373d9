"""Consents: what was shown, initialled, answered back, signed, withdrawn, and given as a copy.

A signed or ended consent never changes (see `guards`); what happens to it later stands in rows of
their own. None of them is ever deleted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.consents.terms import DoseClass, Formulation, Route, Terms
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned


class Method(StrEnum):
    """How the patient reads and signs."""

    DEVICE = "on the physician's device"
    LINK = "by private link"


class Signer(StrEnum):
    """Who signs."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"


class End(StrEnum):
    """How an unsigned consent ended."""

    DECLINED = "declined by the patient"
    CANCELLED = "cancelled by the practice"


class Judgement(StrEnum):
    """What a physician found when the patient said it back."""

    UNDERSTOOD = "understood"
    EXPLAINED_AGAIN = "understood after explaining again"
    NOT_YET = "not understood yet"

    @property
    def is_understood(self) -> bool:
        """Whether it was understood in the end."""
        return self is not Judgement.NOT_YET


class Channel(StrEnum):
    """How patient and physician spoke."""

    IN_PERSON = "in person"
    VIDEO = "by video"
    PHONE = "by phone"
    WRITING = "in writing"


class CopyKind(StrEnum):
    """How the patient got a copy."""

    ON_SCREEN = "shown on the patient's own screen"
    PRINTED = "printed and handed over"
    MAILED = "sent by letter post"


class Consent(Referable, Versioned, PatientRecord, Base):
    """One patient's way through one text, for one route, formulation and dose class.

    `text_name`, `text_sha256` and `language` name the text exactly; `items` is how many parts it
    has. `address_digest` is a keyed digest of the network address the signature came from: equal
    addresses compare, none can be read.
    """

    __tablename__ = "consent"

    text_name: Mapped[str] = mapped_column(sa.String(80))
    text_version: Mapped[str] = mapped_column(sa.String(20))
    text_sha256: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(10))
    items: Mapped[int]
    route: Mapped[Route]
    formulation: Mapped[Formulation]
    dose_class: Mapped[DoseClass]
    method: Mapped[Method]
    signer: Mapped[Signer]
    signer_authority: Mapped[str] = mapped_column(sa.String(200), default="")
    begun_at: Mapped[dt.datetime] = mapped_column(default=now)
    begun_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_at: Mapped[dt.datetime | None]
    zone_name: Mapped[str] = mapped_column(sa.String(40), default="")
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    address_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    seal: Mapped[str] = mapped_column(sa.String(64), default="")
    sealed_by: Mapped[str] = mapped_column(sa.String(40), default="")
    ended_at: Mapped[dt.datetime | None]
    ending: Mapped[End | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_consent_patient_id_begun_at", "patient_id", "begun_at"),
        sa.Index(
            "uq_consent_one_open",
            "patient_id",
            unique=True,
            sqlite_where=sa.text("signed_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL AND ended_at IS NULL"),
        ),
        sa.CheckConstraint("items >= 1", name="has_items"),
        sa.CheckConstraint(
            "(signer = 'representative') = (signer_authority <> '')",
            name="representative_says_by_what_right",
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_name = '') AND (signed_at IS NULL) = (zone_name = '')"
            " AND (signed_at IS NULL) = (seal = '') AND (signed_at IS NULL) = (sealed_by = '')"
            " AND (signed_at IS NULL) = (address_digest = '')",
            name="signature_is_whole",
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL) AND (ended_at IS NULL OR signed_at IS NULL)",
            name="signed_or_ended",
        ),
        sa.CheckConstraint(
            "ending IS NULL OR ending <> 'cancelled by the practice'"
            " OR (ended_by_id IS NOT NULL AND end_reason <> '')",
            name="cancelling_is_signed",
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether the patient can still go on with it."""
        return self.signed_at is None and self.ended_at is None

    @property
    def terms(self) -> Terms:
        """What it is for."""
        return Terms(self.route, self.formulation, self.dose_class)


class ConsentInitial(Keyed, PatientRecord, Base):
    """The initials below one item; they can be written anew until the consent is signed."""

    __tablename__ = "consent_initial"

    consent_id: Mapped[uuid.UUID]
    item: Mapped[str] = mapped_column(sa.String(40))
    initials: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(["consent_id", "patient_id"], ["consent.id", "consent.patient_id"]),
        sa.UniqueConstraint("consent_id", "item"),
        sa.CheckConstraint("initials <> ''", name="says_who"),
    )


class ConsentAnswer(Keyed, PatientRecord, Base):
    """What the patient wrote back in their own words before signing; "" when they say it aloud."""

    __tablename__ = "consent_answer"

    consent_id: Mapped[uuid.UUID]
    question: Mapped[str] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.String(1000))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(["consent_id", "patient_id"], ["consent.id", "consent.patient_id"]),
        sa.UniqueConstraint("consent_id", "question"),
    )


class TeachBack(Keyed, PatientRecord, Base):
    """A physician's judgement of one answer; added, never changed. The newest one counts."""

    __tablename__ = "teach_back"

    consent_id: Mapped[uuid.UUID]
    question: Mapped[str] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.String(1000))
    judgement: Mapped[Judgement]
    channel: Mapped[Channel]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(["consent_id", "patient_id"], ["consent.id", "consent.patient_id"]),
        sa.Index("ix_teach_back_consent_id_at", "consent_id", "at"),
        sa.CheckConstraint("words <> ''", name="in_the_patients_words"),
        sa.CheckConstraint("channel <> 'in writing'", name="is_spoken"),
    )


class ConsentWithdrawal(Referable, PatientRecord, Base):
    """The patient took back everything they had agreed to; added, never changed.

    `said_at` is when they said so, from which it holds; `recorded_at` when it was written down.
    """

    __tablename__ = "consent_withdrawal"

    said_at: Mapped[dt.datetime]
    channel: Mapped[Channel]
    reason: Mapped[str] = mapped_column(sa.String(1000), default="")
    taken_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.Index("ix_consent_withdrawal_patient_id_said_at", "patient_id", "said_at"),
        sa.CheckConstraint("said_at <= recorded_at", name="not_in_the_future"),
    )


class ConsentCopy(Keyed, PatientRecord, Base):
    """A copy that the patient got; `by_id` is None when they opened it themselves."""

    __tablename__ = "consent_copy"

    consent_id: Mapped[uuid.UUID]
    kind: Mapped[CopyKind]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(["consent_id", "patient_id"], ["consent.id", "consent.patient_id"]),
        sa.Index("ix_consent_copy_consent_id_at", "consent_id", "at"),
    )
