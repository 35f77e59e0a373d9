"""Clearance: findings, signed rules, checks, overrides, tasks, prescriptions, licences, sessions."""

import sqlalchemy as sa
from alembic import op

revision = "clearance"
down_revision = "referrals"
branch_labels = None
depends_on = None

TABLES = (
    "task_step", "task", "finding_removal", "readiness", "prescription", "finding",
    "treatment_session", "override", "monitoring_check", "finding_set", "clearance_check",
    "validity_change", "rule_set_signing", "licence",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "licence",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "full licence",
                "telehealth registration",
                name="licencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (end_reason = '')",
            name=op.f("ck_licence__ending_is_signed"),
        ),
        sa.CheckConstraint("number <> ''", name=op.f("ck_licence__has_a_number")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_licence__ends_after_it_began")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_licence_account_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_licence_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_licence_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("ref", name=op.f("uq_licence_ref")),
    )
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_licence_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_licence_ended_by_id"), ["ended_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_licence_recorded_by_id"), ["recorded_by_id"], unique=False
        )
        batch_op.create_index("ix_licence_state_until_on", ["state", "until_on"], unique=False)

    op.create_table(
        "rule_set_signing",
        sa.Column("ruleset", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.String(length=500), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_rule_set_signing_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set_signing")),
        sa.UniqueConstraint("ref", name=op.f("uq_rule_set_signing_ref")),
    )
    with op.batch_alter_table("rule_set_signing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rule_set_signing_signed_at"), ["signed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rule_set_signing_signed_by_id"), ["signed_by_id"], unique=False
        )

    op.create_table(
        "validity_change",
        sa.Column("ruleset", sa.String(length=40), nullable=False),
        sa.Column("validity_kind", sa.String(length=40), nullable=False),
        sa.Column("tier", sa.String(length=2), nullable=False),
        sa.Column("former_days", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_validity_change__has_a_reason")),
        sa.CheckConstraint(
            "days >= 0 AND days <> former_days", name=op.f("ck_validity_change__changes_something")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_validity_change_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validity_change")),
        sa.UniqueConstraint("ref", name=op.f("uq_validity_change_ref")),
    )
    with op.batch_alter_table("validity_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_validity_change_changed_at"), ["changed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_validity_change_changed_by_id"), ["changed_by_id"], unique=False
        )

    op.create_table(
        "clearance_check",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "activation",
                "session",
                "prescription",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("judged_for", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
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
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "cleared",
                "cleared with conditions",
                "not cleared",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("conditions", sa.String(length=2000), nullable=False),
        sa.Column("cadence", sa.String(length=2000), nullable=False),
        sa.Column("next_session_on", sa.Date(), nullable=True),
        sa.Column("next_check_on", sa.Date(), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "decision <> 'cleared with conditions' OR conditions <> ''",
            name=op.f("ck_clearance_check__conditions_are_said"),
        ),
        sa.CheckConstraint(
            "decision = 'not cleared' OR outcome IN ('CLEAR', 'CAUTION')",
            name=op.f("ck_clearance_check__nothing_blocked"),
        ),
        sa.CheckConstraint(
            "seal <> '' AND content <> ''", name=op.f("ck_clearance_check__is_sealed")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_clearance_check__is_counted")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_clearance_check_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_clearance_check_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_check")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_clearance_check_id_patient_id")),
        sa.UniqueConstraint(
            "patient_id", "number", name=op.f("uq_clearance_check_patient_id_number")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_clearance_check_ref")),
    )
    with op.batch_alter_table("clearance_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clearance_check_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_clearance_check_signed_by_id"), ["signed_by_id"], unique=False
        )

    op.create_table(
        "finding_set",
        sa.Column(
            "way",
            sa.Enum(
                "typed",
                "pasted table",
                "FHIR bundle",
                "HL7 message",
                "asked in a review",
                "correction",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("panel", sa.String(length=40), nullable=False),
        sa.Column("laboratory", sa.String(length=120), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_finding_set_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_finding_set_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_set")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_finding_set_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_finding_set_ref")),
    )
    with op.batch_alter_table("finding_set", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_set_entered_by_id"), ["entered_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_finding_set_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_finding_set_patient_id_entered_at", ["patient_id", "entered_at"], unique=False
        )

    op.create_table(
        "monitoring_check",
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column(
            "shown",
            sa.Enum(
                "nothing unexpected",
                "something unexpected",
                "system down",
                name="shown",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL) AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_monitoring_check__error_is_signed_with_reason"),
        ),
        sa.CheckConstraint(
            "shown = 'nothing unexpected' OR words <> ''",
            name=op.f("ck_monitoring_check__unexpected_is_described"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"],
            ["account.id"],
            name=op.f("fk_monitoring_check_entered_in_error_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_monitoring_check_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_monitoring_check_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_check")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_monitoring_check_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_monitoring_check_ref")),
    )
    with op.batch_alter_table("monitoring_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_monitoring_check_entered_in_error_by_id"),
            ["entered_in_error_by_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_monitoring_check_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_monitoring_check_patient_id_checked_on", ["patient_id", "checked_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_monitoring_check_recorded_by_id"), ["recorded_by_id"], unique=False
        )

    op.create_table(
        "override",
        sa.Column("rule_id", sa.String(length=10), nullable=False),
        sa.Column("variable", sa.String(length=60), nullable=False),
        sa.Column("ruleset", sa.String(length=40), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "activation",
                "session",
                "prescription",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("value_words", sa.String(length=200), nullable=False),
        sa.Column(
            "reason_kind",
            sa.Enum(
                "known and stable for this patient",
                "explained by how it was measured",
                "treated, and being watched",
                "agreed with the specialist named",
                "benefit outweighs the risk",
                "another reason",
                name="overridereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("difference", sa.String(length=2000), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("second_by_id", sa.Uuid(), nullable=True),
        sa.Column("second_by_name", sa.String(length=120), nullable=False),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (end_reason = '')",
            name=op.f("ck_override__ending_is_signed"),
        ),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL) AND (second_by_id IS NULL) = (second_by_name = '') AND (second_by_id IS NULL OR second_by_id <> made_by_id)",
            name=op.f("ck_override__second_is_another_and_signed"),
        ),
        sa.CheckConstraint(
            "difference <> ''", name=op.f("ck_override__says_what_will_be_different")
        ),
        sa.CheckConstraint("length(reason) >= 30", name=op.f("ck_override__reason_is_long_enough")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_override_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_override_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_override_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["account.id"], name=op.f("fk_override_second_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sa.UniqueConstraint("ref", name=op.f("uq_override_ref")),
    )
    with op.batch_alter_table("override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_override_ended_by_id"), ["ended_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_override_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_override_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_override_patient_id_expires_on", ["patient_id", "expires_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_override_second_by_id"), ["second_by_id"], unique=False
        )

    op.create_table(
        "task",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "a person",
                "a clearance rule",
                "an alert",
                "the plan",
                "a message",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state = 'open')", name=op.f("ck_task__closing_is_dated")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_task__says_something")),
        sa.CheckConstraint("times >= 1", name=op.f("ck_task__was_raised")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_task_owner_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_task_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_task_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_task_ref")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_task_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index(
            "uq_task_open_key",
            ["patient_id", "key"],
            unique=True,
            sqlite_where=sa.text("state = 'open' AND key <> ''"),
            postgresql_where=sa.text("state = 'open' AND key <> ''"),
        )

    op.create_table(
        "treatment_session",
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("dose_mg", sa.String(length=40), nullable=True),
        sa.Column(
            "route",
            sa.Enum(
                "sublingual",
                "oral",
                "intranasal",
                "intramuscular",
                "intravenous",
                "subcutaneous",
                "not said",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dose_is_by_weight", sa.Boolean(), nullable=False),
        sa.Column(
            "setting",
            sa.Enum(
                "home",
                "clinic",
                name="setting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("location_state", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "cancelled",
                "done",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("planned_by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (state = 'planned') AND (state = 'cancelled') = (end_reason <> '')",
            name=op.f("ck_treatment_session__ending_is_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_treatment_session_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_treatment_session_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by_id"], ["account.id"], name=op.f("fk_treatment_session_planned_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_session")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_treatment_session_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_treatment_session_ref")),
    )
    with op.batch_alter_table("treatment_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_treatment_session_ended_by_id"), ["ended_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_treatment_session_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_treatment_session_patient_id_planned_at", ["patient_id", "planned_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_treatment_session_planned_by_id"), ["planned_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_treatment_session_state_planned_at", ["state", "planned_at"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("entered", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("canonical", sa.String(length=80), nullable=False),
        sa.Column("ref_low", sa.String(length=20), nullable=False),
        sa.Column("ref_high", sa.String(length=20), nullable=False),
        sa.Column("flag", sa.String(length=10), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "laboratory",
                "clinic",
                "home",
                "device",
                "self-report",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("measured_by", sa.String(length=120), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("resulted_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "entered <> '' AND canonical <> ''", name=op.f("ck_finding__says_something")
        ),
        sa.CheckConstraint("place >= 1", name=op.f("ck_finding__is_counted")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["finding.id"], name=op.f("fk_finding_corrects_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_finding_patient_id")),
        sa.ForeignKeyConstraint(
            ["set_id", "patient_id"],
            ["finding_set.id", "finding_set.patient_id"],
            name=op.f("fk_finding_set_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_finding_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_finding_ref")),
        sa.UniqueConstraint("set_id", "place", name=op.f("uq_finding_set_id_place")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_corrects_id"), ["corrects_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_finding_patient_id_kind_taken_on", ["patient_id", "kind", "taken_on"], unique=False
        )

    op.create_table(
        "prescription",
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("prescriber", sa.String(length=120), nullable=False),
        sa.Column("drug", sa.String(length=200), nullable=False),
        sa.Column(
            "route",
            sa.Enum(
                "sublingual",
                "oral",
                "intranasal",
                "intramuscular",
                "intravenous",
                "subcutaneous",
                "not said",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("dose_mg", sa.String(length=40), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("supply_days", sa.Integer(), nullable=False),
        sa.Column("is_refill", sa.Boolean(), nullable=False),
        sa.Column("pharmacy", sa.String(length=200), nullable=False),
        sa.Column("location_state", sa.String(length=2), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "examined in person",
                "telemedicine flexibility",
                "referral after examination in person",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("basis_words", sa.String(length=500), nullable=False),
        sa.Column("basis_until", sa.Date(), nullable=True),
        sa.Column("monitoring_check_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL) AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_prescription__error_is_signed_with_reason"),
        ),
        sa.CheckConstraint(
            "units >= 1 AND supply_days >= 1", name=op.f("ck_prescription__supplies_something")
        ),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"],
            ["account.id"],
            name=op.f("fk_prescription_entered_in_error_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["monitoring_check_id", "patient_id"],
            ["monitoring_check.id", "monitoring_check.patient_id"],
            name=op.f("fk_prescription_monitoring_check_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_prescription_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_prescription_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescription")),
        sa.UniqueConstraint("ref", name=op.f("uq_prescription_ref")),
    )
    with op.batch_alter_table("prescription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_prescription_entered_in_error_by_id"),
            ["entered_in_error_by_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_prescription_monitoring_check_id", ["monitoring_check_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_prescription_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_prescription_patient_id_written_on", ["patient_id", "written_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_prescription_recorded_by_id"), ["recorded_by_id"], unique=False
        )

    op.create_table(
        "readiness",
        sa.Column(
            "status",
            sa.Enum(
                "ready",
                "due",
                "unknown",
                "hold",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=20), nullable=False),
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
            nullable=False,
        ),
        sa.Column("ruleset", sa.String(length=40), nullable=False),
        sa.Column("judged_for", sa.Date(), nullable=False),
        sa.Column("next_session_on", sa.Date(), nullable=True),
        sa.Column("next_stale_on", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.String(length=500), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_because = '') AND NOT (is_open AND closed_at IS NOT NULL)",
            name=op.f("ck_readiness__closing_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["clearance_check.id"], name=op.f("fk_readiness_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_readiness_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_readiness_patient_id")),
    )
    with op.batch_alter_table("readiness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_readiness_check_id"), ["check_id"], unique=False)
        batch_op.create_index("ix_readiness_judged_for", ["judged_for"], unique=False)
        batch_op.create_index(batch_op.f("ix_readiness_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "task_step",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "raised",
                "raised again",
                "given to somebody else",
                "given another day",
                "done",
                "dropped",
                "reopened",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_task_step_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_task_step_owner_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_task_step_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id", "patient_id"],
            ["task.id", "task.patient_id"],
            name=op.f("fk_task_step_task_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_step")),
    )
    with op.batch_alter_table("task_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_step_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_step_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_task_step_task_id_at", ["task_id", "at"], unique=False)

    op.create_table(
        "finding_removal",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting for a second clinician",
                "done",
                "declined",
                name="removalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by_id", sa.Uuid(), nullable=True),
        sa.Column("second_by_name", sa.String(length=120), nullable=False),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(second_by_id IS NULL) = (second_at IS NULL) AND (second_by_id IS NULL) = (second_by_name = '') AND (state <> 'waiting for a second clinician' OR second_by_id IS NULL) AND (state <> 'declined' OR second_by_id IS NOT NULL)",
            name=op.f("ck_finding_removal__second_is_signed"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_finding_removal__has_a_reason")),
        sa.CheckConstraint(
            "second_by_id IS NULL OR second_by_id <> asked_by_id",
            name=op.f("ck_finding_removal__second_is_another"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_finding_removal_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id", "patient_id"],
            ["finding.id", "finding.patient_id"],
            name=op.f("fk_finding_removal_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_finding_removal_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["account.id"], name=op.f("fk_finding_removal_second_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_removal")),
        sa.UniqueConstraint("ref", name=op.f("uq_finding_removal_ref")),
    )
    with op.batch_alter_table("finding_removal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_removal_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index("ix_finding_removal_finding_id", ["finding_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_finding_removal_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_removal_second_by_id"), ["second_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_finding_removal_standing",
            ["finding_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'declined'"),
            postgresql_where=sa.text("state <> 'declined'"),
        )


def downgrade() -> None:
    _refuse_losing_anything()
    _drop_triggers()
    for table in TABLES:
        op.drop_table(table)


def _drop_triggers() -> None:
    """Take the guards of the embedded database out of the way; they are put back afterwards."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in found.scalars().all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _refuse_losing_anything() -> None:
    """Going back drops tables: it is refused while there is anything that they could say."""
    connection = op.get_bind()
    for table in ("patient", "rule_set_signing", "validity_change", "licence"):
        rows = connection.execute(sa.select(sa.func.count()).select_from(sa.table(table)))
        if count := rows.scalar_one():
            raise RuntimeError(
                f"going back would delete what belongs to {count} rows of {table}; "
                "restore a backup instead"
            )
