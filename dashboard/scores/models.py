"""Responses to questionnaires, the scores they gave, and the latest score of each kind.

A response is never edited: a correction is a new response that supersedes it, and a response of the
wrong patient or day is marked entered in error and kept. What was scored is stored with the version
and digest of the definition that scored it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clinical.instruments import exact_text
from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable


class Mode(StrEnum):
    """How the answers were given."""

    INTERVIEW = "interview"
    PAPER = "paper"
    PHONE = "phone"
    IMPORTED = "imported"


class Attention(StrEnum):
    """How soon a physician must look at a response because of one answer, or of a blank."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NEXT_VISIT = "next_visit"
    ASK = "ask"

    @property
    def is_danger(self) -> bool:
        """Whether an answer said there is a danger; a blank only has to be asked about."""
        return self is not Attention.ASK


class Standing(StrEnum):
    """Whether a score counts."""

    COUNTS = "counts"
    CORRECTED = "corrected"
    IN_ERROR = "entered in error"


class Ratio(sa.TypeDecorator[Fraction]):
    """A score kept exactly, as text: 18, 3.325 or 135/7."""

    impl = sa.String(60)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: sa.Dialect) -> str | None:
        """Write the number without losing anything."""
        return None if value is None else exact_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Fraction | None:
        """Give the number back."""
        return None if value is None else _number(value)


@lru_cache(maxsize=4096)
def _number(text: str) -> Fraction:
    """Read an exact number; a chart asks for the same few again and again."""
    return Fraction(text)


class Response(Referable, PatientRecord, Base):
    """One filled-in questionnaire: when the patient answered, what, and who wrote it down.

    `answers` and `result` are canonical JSON; a blank is null, and `declined` lists the items that
    the patient would rather not answer. `recorded_by_id` is None when the patient answered by link.
    `attention` says that a physician must look, whatever the score (see `alerts`). `import_key`
    tells imported ones apart, so that importing twice adds nothing.
    """

    __tablename__ = "response"

    instrument: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[str] = mapped_column(sa.String(20))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    mode: Mapped[Mode]
    taken_at: Mapped[dt.datetime]
    taken_zone: Mapped[str] = mapped_column(sa.String(40))
    answers: Mapped[str]
    result: Mapped[str]
    attention: Mapped[Attention | None]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    check_in_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("check_in.id"), index=True)
    declined: Mapped[str] = mapped_column(default="[]")
    import_key: Mapped[str | None] = mapped_column(sa.String(64))
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("response.id"), index=True
    )
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_response_patient_id_taken_at", "patient_id", "taken_at"),
        sa.Index(
            "ix_response_patient_id_instrument_taken_at", "patient_id", "instrument", "taken_at"
        ),
        sa.Index(
            "ix_response_needs_attention",
            "patient_id",
            sqlite_where=sa.text("attention IS NOT NULL"),
            postgresql_where=sa.text("attention IS NOT NULL"),
        ),
        sa.Index(
            "uq_response_one_correction",
            "supersedes_id",
            unique=True,
            sqlite_where=sa.text("entered_in_error_at IS NULL"),
            postgresql_where=sa.text("entered_in_error_at IS NULL"),
        ),
        sa.Index(
            "uq_response_imported_once",
            "patient_id",
            "import_key",
            unique=True,
            sqlite_where=sa.text("import_key IS NOT NULL AND entered_in_error_at IS NULL"),
            postgresql_where=sa.text("import_key IS NOT NULL AND entered_in_error_at IS NULL"),
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)",
            name="error_is_signed",
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_has_reason",
        ),
        sa.CheckConstraint("supersedes_id <> id", name="supersedes_another"),
        sa.CheckConstraint(
            "(recorded_by_id IS NULL) = (mode = 'phone')", name="patient_or_staff_wrote_it"
        ),
        sa.CheckConstraint("(check_in_id IS NULL) OR (mode = 'phone')", name="check_in_is_phone"),
    )


class ScoreValue(Keyed, PatientRecord, Base):
    """One score of one response, with everything a chart needs to draw it.

    `value` is None when too few answers were given; `lo` and `hi` hold every completion of the
    blanks. `safety_answers` is JSON: the answers to the items that can tell of a danger.
    """

    __tablename__ = "score_value"

    response_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("response.id"), index=True)
    instrument: Mapped[str] = mapped_column(sa.String(40))
    score: Mapped[str] = mapped_column(sa.String(40))
    taken_at: Mapped[dt.datetime]
    value: Mapped[Fraction | None] = mapped_column(Ratio())
    lo: Mapped[Fraction] = mapped_column(Ratio())
    hi: Mapped[Fraction] = mapped_column(Ratio())
    n_answered: Mapped[int]
    n_items: Mapped[int]
    prorated: Mapped[bool]
    band: Mapped[str | None] = mapped_column(sa.String(40))
    version: Mapped[str] = mapped_column(sa.String(20))
    mode: Mapped[Mode]
    standing: Mapped[Standing] = mapped_column(default=Standing.COUNTS)
    attention: Mapped[Attention | None]
    safety_answers: Mapped[str] = mapped_column(default="{}")

    __table_args__ = (
        sa.Index(
            "ix_score_value_of_a_chart",
            "patient_id", "instrument", "score", "taken_at", "standing", "value", "lo", "hi",
            "n_answered", "n_items", "prorated", "band", "version", "mode", "attention",
            "safety_answers", "response_id",
        ),
        sa.CheckConstraint("n_answered BETWEEN 0 AND n_items", name="answered_of_all"),
        sa.CheckConstraint("(value IS NOT NULL) OR (band IS NULL)", name="band_has_value"),
    )  # fmt: skip


class LatestScore(PatientRecord, Base):
    """The newest score of one kind that counts, with what a list shows beside it.

    Derived: written anew from the scores in the transaction of every change to them. `baseline` is
    what change is counted from, or why there is nothing (see `baselines`), and `recent` the newest
    twelve scores, both as JSON; `thousandths` is the value rounded down, for sorting only.
    """

    __tablename__ = "latest_score"

    patient_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("patient.id"), primary_key=True)
    instrument: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    score: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    response_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("response.id"), index=True)
    taken_at: Mapped[dt.datetime]
    value: Mapped[Fraction | None] = mapped_column(Ratio())
    thousandths: Mapped[int | None] = mapped_column(sa.BigInteger())
    band: Mapped[str | None] = mapped_column(sa.String(40))
    attention: Mapped[Attention | None]
    safety_answers: Mapped[str] = mapped_column(default="{}")
    baseline: Mapped[str]
    recent: Mapped[str]

    __table_args__ = (
        sa.Index(
            "ix_latest_score_worst_first",
            "instrument",
            "score",
            "thousandths",
            "patient_id",
        ),
        sa.CheckConstraint("(value IS NULL) = (thousandths IS NULL)", name="sorted_by_value"),
    )


class BaselineChoice(Keyed, PatientRecord, Base):
    """Which response change is counted from, chosen by a physician; the newest choice holds.

    `response_id` None goes back to the rule: the last valid score in the 14 days before the first
    dose.
    """

    __tablename__ = "baseline_choice"

    instrument: Mapped[str] = mapped_column(sa.String(40))
    response_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("response.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    chosen_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    chosen_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.Index("ix_baseline_choice_of_a_chart", "patient_id", "instrument", "chosen_at"),
        sa.CheckConstraint("reason <> ''", name="says_why"),
    )
