"""Clearance: who signed the rules, what a physician decided, what is overridden, what is kept.

A check and an override stay as they were signed; `Readiness` is what the last judgement said and
is drawn anew whenever a record it rests on changes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from dashboard.clinical.clearance import Purpose, Tier
from dashboard.clock import now
from dashboard.db import Audited, Base, Keyed, PatientRecord, Referable, Versioned


class Decision(StrEnum):
    """What the physician decided."""

    CLEARED = "cleared"
    WITH_CONDITIONS = "cleared with conditions"
    NOT_CLEARED = "not cleared"


class Status(StrEnum):
    """How ready a patient is, in the one vocabulary of every page. Unknown is never ready."""

    READY = "ready"
    DUE = "due"
    UNKNOWN = "unknown"
    HOLD = "hold"


class OverrideReason(StrEnum):
    """Why a prescriber goes ahead under a caution."""

    KNOWN_AND_STABLE = "known and stable for this patient"
    MEASUREMENT = "explained by how it was measured"
    TREATED = "treated, and being watched"
    SPECIALIST = "agreed with the specialist named"
    BENEFIT = "benefit outweighs the risk"
    OTHER = "another reason"


def status_of(patient_id: InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[Status]:
    """Return what is kept of a patient's readiness, inside a statement made anyway."""
    query = sa.select(Readiness.status).where(Readiness.patient_id == patient_id)
    return query.scalar_subquery()


class RuleSetSigning(Referable, Audited, Base):
    """A physician of the practice put a rule set in force. `sha256` is of the files as shipped."""

    __tablename__ = "rule_set_signing"

    ruleset: Mapped[str] = mapped_column(sa.String(40))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    statement: Mapped[str] = mapped_column(sa.String(500))
    signed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_name: Mapped[str] = mapped_column(sa.String(120))
    signed_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    zone_name: Mapped[str] = mapped_column(sa.String(40))


class ValidityChange(Referable, Audited, Base):
    """The practice changed how many days a finding stays valid in a tier; the newest counts."""

    __tablename__ = "validity_change"

    ruleset: Mapped[str] = mapped_column(sa.String(40))
    validity_kind: Mapped[str] = mapped_column(sa.String(40))
    tier: Mapped[str] = mapped_column(sa.String(2))
    former_days: Mapped[int]
    days: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(500))
    changed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    changed_by_name: Mapped[str] = mapped_column(sa.String(120))
    changed_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)

    __table_args__ = (
        sa.CheckConstraint("days >= 0 AND days <> former_days", name="changes_something"),
        sa.CheckConstraint("reason <> ''", name="has_a_reason"),
    )


class ClearanceCheck(Referable, PatientRecord, Base):
    """A signed decision on one judgement, with everything it rested on as canonical JSON.

    Signed when it is made; a later check takes its place and never changes it.
    """

    __tablename__ = "clearance_check"

    number: Mapped[int]
    purpose: Mapped[Purpose]
    judged_for: Mapped[dt.date]
    ruleset: Mapped[str] = mapped_column(sa.String(40))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    tier: Mapped[Tier]
    outcome: Mapped[str] = mapped_column(sa.String(20))
    content: Mapped[str]
    decision: Mapped[Decision]
    conditions: Mapped[str] = mapped_column(sa.String(2000), default="")
    cadence: Mapped[str] = mapped_column(sa.String(2000), default="")
    next_session_on: Mapped[dt.date | None]
    next_check_on: Mapped[dt.date | None]
    signed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    signed_name: Mapped[str] = mapped_column(sa.String(120))
    signed_at: Mapped[dt.datetime] = mapped_column(default=now)
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    seal: Mapped[str] = mapped_column(sa.String(64))
    sealed_by: Mapped[str] = mapped_column(sa.String(40))

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.UniqueConstraint("patient_id", "number"),
        sa.CheckConstraint("number >= 1", name="is_counted"),
        sa.CheckConstraint("seal <> '' AND content <> ''", name="is_sealed"),
        sa.CheckConstraint(
            "decision <> 'cleared with conditions' OR conditions <> ''", name="conditions_are_said"
        ),
        sa.CheckConstraint(
            "decision = 'not cleared' OR outcome IN ('CLEAR', 'CAUTION')", name="nothing_blocked"
        ),
    )


class Override(Referable, PatientRecord, Base):
    """A prescriber goes ahead under one caution: for this value, this purpose, until this day.

    `seen` is a digest of the value and the findings it rests on: a newer finding ends the override.
    """

    __tablename__ = "override"

    rule_id: Mapped[str] = mapped_column(sa.String(10))
    variable: Mapped[str] = mapped_column(sa.String(60))
    ruleset: Mapped[str] = mapped_column(sa.String(40))
    purpose: Mapped[Purpose | None]
    seen: Mapped[str] = mapped_column(sa.String(64))
    value_words: Mapped[str] = mapped_column(sa.String(200))
    reason_kind: Mapped[OverrideReason]
    reason: Mapped[str] = mapped_column(sa.String(2000))
    difference: Mapped[str] = mapped_column(sa.String(2000))
    made_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_by_name: Mapped[str] = mapped_column(sa.String(120))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_on: Mapped[dt.date]
    second_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    second_by_name: Mapped[str] = mapped_column(sa.String(120), default="")
    second_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_override_patient_id_expires_on", "patient_id", "expires_on"),
        sa.CheckConstraint("length(reason) >= 30", name="reason_is_long_enough"),
        sa.CheckConstraint("difference <> ''", name="says_what_will_be_different"),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL)"
            " AND (second_by_id IS NULL) = (second_by_name = '')"
            " AND (second_by_id IS NULL OR second_by_id <> made_by_id)",
            name="second_is_another_and_signed",
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (end_reason = '')",
            name="ending_is_signed",
        ),
    )


IS_PLANNED = "next_session_on IS NOT NULL"


class Readiness(Keyed, Versioned, PatientRecord, Base):
    """What the last judgement of a patient said; written only when it says something new.

    `content` holds the lines of strip and board as JSON. `judged_for` is the day that was asked
    about, `judged_on` the practice's day on which it was (None: before this was kept). `closed_at`
    is when an open gate closed; a later signed check opens it again.
    """

    __tablename__ = "readiness"

    status: Mapped[Status]
    outcome: Mapped[str] = mapped_column(sa.String(20))
    tier: Mapped[Tier]
    ruleset: Mapped[str] = mapped_column(sa.String(40))
    judged_for: Mapped[dt.date]
    judged_on: Mapped[dt.date | None]
    next_session_on: Mapped[dt.date | None]
    next_stale_on: Mapped[dt.date | None]
    content: Mapped[str]
    check_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("clearance_check.id"), index=True
    )
    is_open: Mapped[bool]
    closed_at: Mapped[dt.datetime | None]
    closed_because: Mapped[str] = mapped_column(sa.String(500), default="")
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.UniqueConstraint("patient_id"),
        sa.Index("ix_readiness_judged_on", "judged_on"),
        sa.Index(
            "ix_readiness_planned",
            "patient_id",
            "status",
            "judged_for",
            sqlite_where=sa.text(IS_PLANNED),
            postgresql_where=sa.text(IS_PLANNED),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_because = '')"
            " AND NOT (is_open AND closed_at IS NOT NULL)",
            name="closing_has_a_reason",
        ),
    )
