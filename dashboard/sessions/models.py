"""Sessions as planned and held, doses as given, and what was answered, measured and counted."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clinical.adverse_events import Action, Outcome, Relatedness
from dashboard.clinical.courses import SessionAct, SessionState
from dashboard.clock import now
from dashboard.db import Base, Keyed, PatientRecord, Referable, Versioned

__all__ = [
    "UPCOMING", "AdverseEvent", "Dose", "LedgerEntry", "LedgerKind", "Part", "Route",
    "SessionAnswer", "SessionReading", "SessionState", "SessionStep", "Setting",
    "TreatmentSession",
]  # fmt: skip

UPCOMING = (SessionState.PLANNED, SessionState.PREFLIGHT)
OVER = (
    SessionState.RELEASED, SessionState.ABANDONED, SessionState.NOT_DONE, SessionState.CANCELLED,
    SessionState.DONE,
)  # fmt: skip


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

    Never edited: a mistake is marked as entered in error and the dose recorded anew. `session_id`
    is the session that it was started in.
    """

    __tablename__ = "dose"

    given_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    dose_mg: Mapped[Decimal | None]
    route: Mapped[Route] = mapped_column(default=Route.NOT_SAID)
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("treatment_session.id"), index=True
    )
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


class TreatmentSession(Referable, Versioned, PatientRecord, Base):
    """A session: when, which dose by which route, where; what became of it is in its steps.

    `plan_id` is the version of the plan under which it was started. `started_at` is the instant of
    the dose. A session that was released is signed; its seal covers everything recorded in it.
    """

    __tablename__ = "treatment_session"

    planned_at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    dose_mg: Mapped[Decimal | None]
    route: Mapped[Route] = mapped_column(default=Route.NOT_SAID)
    dose_is_by_weight: Mapped[bool] = mapped_column(default=False)
    setting: Mapped[Setting]
    location_state: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    moved_at: Mapped[dt.datetime] = mapped_column(default=now)
    planned_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    plan_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("treatment_plan.id"), index=True
    )
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    end_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    signed_name: Mapped[str] = mapped_column(sa.String(120), default="")
    seal: Mapped[str] = mapped_column(sa.String(64), default="")
    sealed_by: Mapped[str] = mapped_column(sa.String(40), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.Index("ix_treatment_session_patient_id_planned_at", "patient_id", "planned_at"),
        sa.Index("ix_treatment_session_state_planned_at", "state", "planned_at"),
        sa.Index(
            "uq_treatment_session_running", "patient_id", unique=True,
            sqlite_where=sa.text("state = 'started'"),
            postgresql_where=sa.text("state = 'started'"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)"
            " AND (ended_at IS NULL) = (state IN ('planned', 'pre-flight', 'started'))"
            " AND (state IN ('cancelled', 'not done', 'abandoned')) = (end_reason <> '')",
            name="ending_is_signed",
        ),
        sa.CheckConstraint(
            "(started_at IS NOT NULL) = (plan_id IS NOT NULL)"
            " AND (started_at IS NOT NULL) = (state IN ('started', 'released', 'abandoned'))",
            name="started_under_a_plan",
        ),
        sa.CheckConstraint(
            "(seal <> '') = (state IN ('released', 'abandoned'))"
            " AND (seal <> '') = (signed_name <> '')",
            name="what_ran_is_sealed",
        ),
    )  # fmt: skip


class SessionStep(Keyed, PatientRecord, Base):
    """One step of a session's course: who took it, when, and why where that is asked.

    `check_id` is the clearance check under which a session was started.
    """

    __tablename__ = "session_step"

    session_id: Mapped[uuid.UUID]
    act: Mapped[SessionAct]
    from_state: Mapped[SessionState]
    to_state: Mapped[SessionState]
    reason: Mapped[str] = mapped_column(sa.String(2000), default="")
    check_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("clearance_check.id"), index=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"], ["treatment_session.id", "treatment_session.patient_id"]
        ),
        sa.Index("ix_session_step_session_id_at", "session_id", "at"),
        sa.CheckConstraint("(check_id IS NOT NULL) = (act = 'start')", name="check_opened_it"),
    )


class Part(StrEnum):
    """Which part of a session an answer belongs to; an addendum comes after the signature."""

    PREFLIGHT = "pre-flight"
    EFFECT = "effect"
    RELEASE = "release"
    ADDENDUM = "addendum"


class SessionAnswer(Keyed, PatientRecord, Base):
    """One answer in a session, as typed: of the pre-flight, of the effects, of the release.

    Never changed: the newest answer of a key counts, and those before it stay. `answered_at` is
    when it was true, `recorded_at` when it was written down.
    """

    __tablename__ = "session_answer"

    session_id: Mapped[uuid.UUID]
    part: Mapped[Part]
    key: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[str] = mapped_column(sa.String(4000))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[dt.datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"], ["treatment_session.id", "treatment_session.patient_id"]
        ),
        sa.Index("ix_session_answer_session_id_recorded_at", "session_id", "recorded_at"),
    )


class SessionReading(Referable, PatientRecord, Base):
    """One reading during a session: mmHg, beats a minute, %, breaths a minute; None: not measured.

    `minute` is the slot of the schedule in minutes from the dose, None for one between. Never
    changed: a reading that was wrong is replaced by one that names it in `corrects_id`.
    """

    __tablename__ = "session_reading"

    session_id: Mapped[uuid.UUID]
    minute: Mapped[int | None]
    taken_at: Mapped[dt.datetime]
    typed: Mapped[str] = mapped_column(sa.String(60))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    systolic: Mapped[int | None]
    diastolic: Mapped[int | None]
    rate: Mapped[int | None]
    saturation: Mapped[int | None]
    breaths: Mapped[int | None]
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("session_reading.id"), unique=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"], ["treatment_session.id", "treatment_session.patient_id"]
        ),
        sa.Index("ix_session_reading_session_id_taken_at", "session_id", "taken_at"),
        sa.CheckConstraint(
            "(systolic IS NULL) = (diastolic IS NULL)", name="pressure_is_a_pair"
        ),
        sa.CheckConstraint(
            "systolic IS NOT NULL OR rate IS NOT NULL OR saturation IS NOT NULL"
            " OR breaths IS NOT NULL",
            name="says_something",
        ),
    )  # fmt: skip


class AdverseEvent(Referable, PatientRecord, Base):
    """One adverse event as it was known when it was written (clinical reference 2.8).

    Minutes count from the dose; the worst values are mmHg, % and breaths a minute. `grade` None is
    "not graded yet", `seriousness` None "nobody answered", empty "none of these". More known later
    is a new row that names this one in `amends_id`; closing is final for the plan's hold.
    """

    __tablename__ = "adverse_event"

    session_id: Mapped[uuid.UUID | None]
    kind: Mapped[str] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.String(2000), default="")
    grade: Mapped[int | None]
    grading: Mapped[str] = mapped_column(sa.String(40))
    seriousness: Mapped[str | None] = mapped_column(sa.String(200))
    began_at: Mapped[dt.datetime]
    onset_minutes: Mapped[int | None]
    offset_minutes: Mapped[int | None]
    times: Mapped[int | None]
    systolic: Mapped[int | None]
    diastolic: Mapped[int | None]
    saturation: Mapped[int | None]
    breaths: Mapped[int | None]
    has_symptoms: Mapped[bool | None]
    relatedness: Mapped[Relatedness] = mapped_column(default=Relatedness.NOT_JUDGED)
    action: Mapped[Action] = mapped_column(default=Action.NOT_SAID)
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.NOT_KNOWN)
    amends_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("adverse_event.id"), unique=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    closed_at: Mapped[dt.datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    closed_words: Mapped[str] = mapped_column(sa.String(2000), default="")

    __table_args__ = (
        sa.UniqueConstraint("id", "patient_id"),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"], ["treatment_session.id", "treatment_session.patient_id"]
        ),
        sa.Index("ix_adverse_event_patient_id_recorded_at", "patient_id", "recorded_at"),
        sa.Index("ix_adverse_event_session_id", "session_id"),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="grade_is_one_to_five"),
        sa.CheckConstraint("(systolic IS NULL) = (diastolic IS NULL)", name="pressure_is_a_pair"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)"
            " AND (closed_at IS NULL) = (closed_words = '')"
            " AND (closed_at IS NULL OR (grade IS NOT NULL AND seriousness IS NOT NULL))",
            name="closing_is_signed_and_judged",
        ),
    )


class LedgerKind(StrEnum):
    """What became of units of the medicine; taken ones are the doses on record."""

    SUPPLIED = "supplied"
    RETURNED = "returned or destroyed"
    COUNTED = "counted on camera"


class LedgerEntry(Referable, PatientRecord, Base):
    """One entry of the medication ledger: mg supplied, returned, or counted as left at a moment.

    Never changed: a mistake is marked as entered in error and written anew.
    """

    __tablename__ = "ledger_entry"

    kind: Mapped[LedgerKind]
    at: Mapped[dt.datetime]
    zone_name: Mapped[str] = mapped_column(sa.String(40))
    units: Mapped[Decimal]
    unit_mg: Mapped[Decimal]
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("treatment_session.id"), index=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    by_name: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    entered_in_error_at: Mapped[dt.datetime | None]
    entered_in_error_by_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id"), index=True
    )
    entered_in_error_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_ledger_entry_patient_id_at", "patient_id", "at"),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name="error_is_signed_with_reason",
        ),
    )
