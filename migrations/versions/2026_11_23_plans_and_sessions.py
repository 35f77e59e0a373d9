"""Treatment plans and sessions that run: versions, steps, answers, readings, events, ledger."""

import sqlalchemy as sa
from alembic import op

revision = "plans_and_sessions"
down_revision = "appointments"
branch_labels = None
depends_on = None

NEW = (
    "session_step", "session_reading", "session_answer", "ledger_entry", "adverse_event",
    "plan_step", "treatment_plan",
)  # fmt: skip
BEFORE = ("planned", "cancelled", "done")
STATES = (
    "planned", "pre-flight", "started", "released", "abandoned", "not done", "cancelled", "done",
)  # fmt: skip
ENDED_BEFORE = (
    "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (state = 'planned')"
    " AND (state = 'cancelled') = (end_reason <> '')"
)
ENDED = (
    "(ended_at IS NULL) = (ended_by_id IS NULL)"
    " AND (ended_at IS NULL) = (state IN ('planned', 'pre-flight', 'started'))"
    " AND (state IN ('cancelled', 'not done', 'abandoned')) = (end_reason <> '')"
)
STARTED = (
    "(started_at IS NOT NULL) = (plan_id IS NOT NULL)"
    " AND (started_at IS NOT NULL) = (state IN ('started', 'released', 'abandoned'))"
)
SEALED = (
    "(seal <> '') = (state IN ('released', 'abandoned')) AND (seal <> '') = (signed_name <> '')"
)


def upgrade() -> None:
    _drop_triggers()
    op.create_table(
        "treatment_plan",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "signed",
                "active",
                "held",
                "completed",
                "stopped",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("based_on_id", sa.Uuid(), nullable=True),
        sa.Column("change_reason", sa.String(length=2000), nullable=False),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "T0",
                "T1",
                "T2",
                "T3",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=40), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '') AND (signed_at IS NULL) = (signed_name = '') AND (signed_at IS NOT NULL OR state IN ('draft', 'stopped'))",
            name=op.f("ck_treatment_plan__only_a_signed_one_goes_on"),
        ),
        sa.CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by_id IS NULL)",
            name=op.f("ck_treatment_plan__superseded_by_a_version"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_treatment_plan__is_counted")),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["treatment_plan.id"], name=op.f("fk_treatment_plan_based_on_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["account.id"], name=op.f("fk_treatment_plan_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_treatment_plan_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_treatment_plan_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["treatment_plan.id"],
            name=op.f("fk_treatment_plan_superseded_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_plan")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_treatment_plan_id_patient_id")),
        sa.UniqueConstraint(
            "patient_id", "number", name=op.f("uq_treatment_plan_patient_id_number")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_treatment_plan_ref")),
    )
    with op.batch_alter_table("treatment_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_treatment_plan_based_on_id"), ["based_on_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_treatment_plan_drafted_by_id"), ["drafted_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_treatment_plan_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_treatment_plan_signed_by_id"), ["signed_by_id"], unique=False
        )
        batch_op.create_index("ix_treatment_plan_state", ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_treatment_plan_superseded_by_id"), ["superseded_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_treatment_plan_draft",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "uq_treatment_plan_in_force",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL AND state IN ('active', 'held')"),
            postgresql_where=sa.text("superseded_at IS NULL AND state IN ('active', 'held')"),
        )

    op.create_table(
        "plan_step",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "sign",
                "discard",
                "activate",
                "hold",
                "resume",
                "complete",
                "stop",
                name="planact",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(
                "draft",
                "signed",
                "active",
                "held",
                "completed",
                "stopped",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "draft",
                "signed",
                "active",
                "held",
                "completed",
                "stopped",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(cause <> '') = (act IN ('hold', 'complete', 'stop'))",
            name=op.f("ck_plan_step__cause_is_said"),
        ),
        sa.CheckConstraint(
            "(check_id IS NOT NULL) = (act IN ('activate', 'resume'))",
            name=op.f("ck_plan_step__check_opened_it"),
        ),
        sa.CheckConstraint(
            "reason <> '' OR act IN ('sign', 'activate')", name=op.f("ck_plan_step__reason_is_said")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_plan_step_by_id")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["clearance_check.id"], name=op.f("fk_plan_step_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_plan_step_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "patient_id"],
            ["treatment_plan.id", "treatment_plan.patient_id"],
            name=op.f("fk_plan_step_plan_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
    )
    with op.batch_alter_table("plan_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_step_check_id"), ["check_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_step_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_plan_step_plan_id_at", ["plan_id", "at"], unique=False)

    op.create_table(
        "adverse_event",
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("grading", sa.String(length=40), nullable=False),
        sa.Column("seriousness", sa.String(length=200), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("onset_minutes", sa.Integer(), nullable=True),
        sa.Column("offset_minutes", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("systolic", sa.Integer(), nullable=True),
        sa.Column("diastolic", sa.Integer(), nullable=True),
        sa.Column("saturation", sa.Integer(), nullable=True),
        sa.Column("breaths", sa.Integer(), nullable=True),
        sa.Column("has_symptoms", sa.Boolean(), nullable=True),
        sa.Column(
            "relatedness",
            sa.Enum(
                "unrelated",
                "unlikely",
                "possible",
                "probable",
                "definite",
                "not judged yet",
                name="relatedness",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "action",
            sa.Enum(
                "none",
                "treated, dosing unchanged",
                "dose reduced",
                "session ended early",
                "plan held",
                "plan stopped",
                "not said",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "recovered",
                "recovering",
                "not recovered",
                "recovered with lasting harm",
                "death",
                "not known",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amends_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_words", sa.String(length=2000), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (closed_words = '') AND (closed_at IS NULL OR (grade IS NOT NULL AND seriousness IS NOT NULL))",
            name=op.f("ck_adverse_event__closing_is_signed_and_judged"),
        ),
        sa.CheckConstraint(
            "(systolic IS NULL) = (diastolic IS NULL)",
            name=op.f("ck_adverse_event__pressure_is_a_pair"),
        ),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 5", name=op.f("ck_adverse_event__grade_is_one_to_five")
        ),
        sa.ForeignKeyConstraint(
            ["amends_id"], ["adverse_event.id"], name=op.f("fk_adverse_event_amends_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_adverse_event_by_id")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_adverse_event_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_adverse_event_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["treatment_session.id", "treatment_session.patient_id"],
            name=op.f("fk_adverse_event_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event")),
        sa.UniqueConstraint("amends_id", name=op.f("uq_adverse_event_amends_id")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_adverse_event_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_adverse_event_ref")),
    )
    with op.batch_alter_table("adverse_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adverse_event_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adverse_event_closed_by_id"), ["closed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adverse_event_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_adverse_event_patient_id_recorded_at", ["patient_id", "recorded_at"], unique=False
        )
        batch_op.create_index("ix_adverse_event_session_id", ["session_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column(
            "kind",
            sa.Enum(
                "supplied",
                "returned or destroyed",
                "counted on camera",
                name="ledgerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("units", sa.String(length=40), nullable=False),
        sa.Column("unit_mg", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL) AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_ledger_entry__error_is_signed_with_reason"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_ledger_entry_by_id")),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"],
            ["account.id"],
            name=op.f("fk_ledger_entry_entered_in_error_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_ledger_entry_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["treatment_session.id"], name=op.f("fk_ledger_entry_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_ledger_entry_ref")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_entered_in_error_by_id"),
            ["entered_in_error_by_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index("ix_ledger_entry_patient_id_at", ["patient_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "session_answer",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "pre-flight",
                "effect",
                "release",
                "addendum",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=4000), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_session_answer_by_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_session_answer_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["treatment_session.id", "treatment_session.patient_id"],
            name=op.f("fk_session_answer_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_answer")),
    )
    with op.batch_alter_table("session_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_answer_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_session_answer_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_session_answer_session_id_recorded_at", ["session_id", "recorded_at"], unique=False
        )

    op.create_table(
        "session_reading",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed", sa.String(length=60), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("systolic", sa.Integer(), nullable=True),
        sa.Column("diastolic", sa.Integer(), nullable=True),
        sa.Column("rate", sa.Integer(), nullable=True),
        sa.Column("saturation", sa.Integer(), nullable=True),
        sa.Column("breaths", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(systolic IS NULL) = (diastolic IS NULL)",
            name=op.f("ck_session_reading__pressure_is_a_pair"),
        ),
        sa.CheckConstraint(
            "systolic IS NOT NULL OR rate IS NOT NULL OR saturation IS NOT NULL OR breaths IS NOT NULL",
            name=op.f("ck_session_reading__says_something"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_session_reading_by_id")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["session_reading.id"], name=op.f("fk_session_reading_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_session_reading_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["treatment_session.id", "treatment_session.patient_id"],
            name=op.f("fk_session_reading_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_reading")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_session_reading_corrects_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_session_reading_ref")),
    )
    with op.batch_alter_table("session_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_reading_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_session_reading_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_session_reading_session_id_taken_at", ["session_id", "taken_at"], unique=False
        )

    op.create_table(
        "session_step",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "cancel",
                "record the dose",
                "begin pre-flight",
                "not do",
                "start",
                "release",
                "abandon",
                name="sessionact",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(
                "planned",
                "pre-flight",
                "started",
                "released",
                "abandoned",
                "not done",
                "cancelled",
                "done",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "planned",
                "pre-flight",
                "started",
                "released",
                "abandoned",
                "not done",
                "cancelled",
                "done",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(check_id IS NOT NULL) = (act = 'start')",
            name=op.f("ck_session_step__check_opened_it"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_session_step_by_id")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["clearance_check.id"], name=op.f("fk_session_step_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_session_step_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id", "patient_id"],
            ["treatment_session.id", "treatment_session.patient_id"],
            name=op.f("fk_session_step_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_step")),
    )
    with op.batch_alter_table("session_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_step_check_id"), ["check_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_session_step_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index("ix_session_step_session_id_at", ["session_id", "at"], unique=False)

    with op.batch_alter_table("dose", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_dose_session_id"), ["session_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_dose_session_id"), "treatment_session", ["session_id"], ["id"]
        )

    with op.batch_alter_table("treatment_session") as batch:
        batch.add_column(
            sa.Column(
                "moved_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default=sa.func.now(),
            )
        )
        batch.add_column(sa.Column("plan_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        for name, length in (("signed_name", 120), ("seal", 64), ("sealed_by", 40)):
            batch.add_column(
                sa.Column(name, sa.String(length=length), nullable=False, server_default="")
            )
    with op.batch_alter_table("treatment_session") as batch:
        batch.alter_column(
            "moved_at", server_default=None, existing_type=sa.DateTime(timezone=True)
        )
        for name in ("signed_name", "seal", "sealed_by"):
            batch.alter_column(name, server_default=None, existing_type=sa.String())
        batch.create_index("ix_treatment_session_plan_id", ["plan_id"])
        batch.create_index(
            "uq_treatment_session_running", ["patient_id"], unique=True,
            sqlite_where=sa.text("state = 'started'"),
            postgresql_where=sa.text("state = 'started'"),
        )  # fmt: skip
        batch.create_foreign_key(
            op.f("fk_treatment_session_plan_id"), "treatment_plan", ["plan_id"], ["id"]
        )
        _states(batch, STATES, ENDED)
        batch.create_check_constraint(op.f("ck_treatment_session__started_under_a_plan"), STARTED)
        batch.create_check_constraint(op.f("ck_treatment_session__what_ran_is_sealed"), SEALED)


def downgrade() -> None:
    _refuse_losing_anything()
    _drop_triggers()
    with op.batch_alter_table("dose") as batch:
        batch.drop_constraint(op.f("fk_dose_session_id"), type_="foreignkey")
        batch.drop_index("ix_dose_session_id")
        batch.drop_column("session_id")
    with op.batch_alter_table("treatment_session") as batch:
        batch.drop_constraint(op.f("ck_treatment_session__started_under_a_plan"), type_="check")
        batch.drop_constraint(op.f("ck_treatment_session__what_ran_is_sealed"), type_="check")
        _states(batch, BEFORE, ENDED_BEFORE)
        batch.drop_constraint(op.f("fk_treatment_session_plan_id"), type_="foreignkey")
        batch.drop_index("uq_treatment_session_running")
        batch.drop_index("ix_treatment_session_plan_id")
        for name in ("sealed_by", "seal", "signed_name", "started_at", "plan_id", "moved_at"):
            batch.drop_column(name)
    for table in NEW:
        op.drop_table(table)


def _states(batch, states: tuple[str, ...], ended: str) -> None:
    """Let a session be in these states and no others, and end as said."""
    name, ending = (
        op.f("ck_treatment_session_state_sessionstate"),
        op.f("ck_treatment_session__ending_is_signed"),
    )
    batch.drop_constraint(name, type_="check")
    batch.drop_constraint(ending, type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    batch.create_check_constraint(name, f"state IN ({listed})")
    batch.create_check_constraint(ending, ended)


def _drop_triggers() -> None:
    """Take the guards of the embedded database out of the way; they are put back afterwards."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in found.scalars().all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _refuse_losing_anything() -> None:
    """Going back drops tables: it is refused while there is anybody whom they could be about."""
    patients = op.get_bind().execute(sa.text("SELECT count(*) FROM patient")).scalar_one()
    if patients:
        raise RuntimeError(
            f"going back would delete the records of {patients} patients; restore a backup instead"
        )
