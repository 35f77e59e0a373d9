"""Check-ins, doses, alerts and chosen baselines; responses by link and from files.

What was acknowledged before becomes closed alerts; what was not becomes open ones.
"""

import datetime as dt
import uuid
from base64 import b32encode
from secrets import token_bytes

import sqlalchemy as sa
from alembic import op

revision = "check_ins_and_alerts"
down_revision = "foundation"
branch_labels = None
depends_on = None

MODES = {"foundation": ("interview", "paper"), "now": ("interview", "paper", "phone", "imported")}
NO_BASELINE = '[null,"none","No dose has been recorded"]'
PURPOSES = {
    "foundation": ("invitation", "first admin", "new password"),
    "now": ("invitation", "first admin", "new password", "check-in"),
}


def upgrade() -> None:
    _drop_triggers()
    op.create_table(
        "check_in",
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "scheduled",
                "by hand",
                "confirming repeat",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("questionnaires", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by_email", sa.Boolean(), nullable=False),
        sa.Column("send_trouble", sa.String(length=200), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL) AND (cancelled_at IS NULL) = (cancelled_reason = '')",
            name=op.f("ck_check_in__cancelling_is_signed"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END) + (CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END) + (CASE WHEN cancelled_at IS NULL THEN 0 ELSE 1 END) <= 1",
            name=op.f("ck_check_in__one_end"),
        ),
        sa.CheckConstraint("closes_at > due_at", name=op.f("ck_check_in__closes_after_due")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_check_in_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_check_in_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_check_in_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("patient_id", "occasion", name=op.f("uq_check_in_patient_id_occasion")),
        sa.UniqueConstraint("ref", name=op.f("uq_check_in_ref")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_in_cancelled_by_id"), ["cancelled_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_check_in_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_in_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_check_in_patient_id_due_at", ["patient_id", "due_at"], unique=False
        )
        batch_op.create_index(
            "ix_check_in_to_close",
            ["closes_at"],
            unique=False,
            sqlite_where=sa.text(
                "finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
        )
        batch_op.create_index(
            "ix_check_in_to_send",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text(
                "sent_at IS NULL AND finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND finished_at IS NULL AND ended_at IS NULL AND cancelled_at IS NULL"
            ),
        )

    op.create_table(
        "dose",
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("ck_dose__error_is_signed_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"], ["account.id"], name=op.f("fk_dose_entered_in_error_by_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_dose_patient_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_dose_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose")),
        sa.UniqueConstraint("ref", name=op.f("uq_dose_ref")),
    )
    with op.batch_alter_table("dose", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dose_entered_in_error_by_id"), ["entered_in_error_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_dose_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_dose_patient_id_given_at", ["patient_id", "given_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dose_recorded_by_id"), ["recorded_by_id"], unique=False
        )

    op.create_table(
        "safety_plan",
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_safety_plan_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_safety_plan_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_plan")),
    )
    with op.batch_alter_table("safety_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_safety_plan_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_safety_plan_patient_id_written_at", ["patient_id", "written_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_safety_plan_written_by_id"), ["written_by_id"], unique=False
        )

    op.create_table(
        "schedule",
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("sends_email", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_schedule__hour_of_a_day")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_schedule_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_schedule_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_schedule_patient_id")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_changed_by_id"), ["changed_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_schedule_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "schedule_entry",
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column(
            "timing",
            sa.Enum(
                "calendar",
                "after dose",
                name="timing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("hours_after", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(timing = 'calendar') = (every_days IS NOT NULL) AND (timing = 'after dose') = (hours_after <> '')",
            name=op.f("ck_schedule_entry__one_timing"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)",
            name=op.f("ck_schedule_entry__end_is_signed"),
        ),
        sa.CheckConstraint(
            "every_days IS NULL OR every_days >= 1", name=op.f("ck_schedule_entry__at_most_daily")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_schedule_entry_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_schedule_entry_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_schedule_entry_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_schedule_entry_ref")),
    )
    with op.batch_alter_table("schedule_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_entry_added_by_id"), ["added_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_schedule_entry_ended_by_id"), ["ended_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_schedule_entry_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "uq_schedule_entry_present",
            ["patient_id", "instrument", "timing"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "check_in_answer",
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("is_declined", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = is_declined", name=op.f("ck_check_in_answer__answered_or_declined")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_check_in_answer_check_in_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_check_in_answer_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_answer")),
        sa.UniqueConstraint(
            "check_in_id",
            "instrument",
            "item",
            name=op.f("uq_check_in_answer_check_in_id_instrument_item"),
        ),
    )
    with op.batch_alter_table("check_in_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_in_answer_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "alert",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "immediate",
                "same_day",
                "next_visit",
                "follow_up",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=True),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repeat_by", sa.Date(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "spoke with the patient",
                "safety plan made or reviewed",
                "emergency services or hospital",
                "treatment changed",
                "no danger found",
                "answer entered in error",
                "other, see the note",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL) AND (state <> 'acknowledged' OR acknowledged_at IS NOT NULL)",
            name=op.f("ck_alert__acknowledgement_is_signed"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (outcome IS NULL) AND (closed_at IS NOT NULL) = (state = 'closed')",
            name=op.f("ck_alert__closing_is_signed"),
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_alert__says_why")),
        sa.CheckConstraint("times >= 1", name=op.f("ck_alert__counted")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["account.id"], name=op.f("fk_alert_acknowledged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_alert_check_in_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_alert_closed_by_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_alert_owner_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_alert_patient_id")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_alert_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("ref", name=op.f("uq_alert_ref")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_acknowledged_by_id"), ["acknowledged_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_alert_check_in_id"), ["check_in_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_closed_by_id"), ["closed_by_id"], unique=False)
        batch_op.create_index(
            "ix_alert_owner_id_state_due_at", ["owner_id", "state", "due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_alert_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_alert_raised_at", ["raised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_response_id"), ["response_id"], unique=False)
        batch_op.create_index("ix_alert_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_alert_one_open",
            ["patient_id", "key"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "baseline_choice",
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("chosen_by_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_baseline_choice__says_why")),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["account.id"], name=op.f("fk_baseline_choice_chosen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_baseline_choice_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_baseline_choice_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline_choice")),
    )
    with op.batch_alter_table("baseline_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_baseline_choice_chosen_by_id"), ["chosen_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_baseline_choice_of_a_chart", ["patient_id", "instrument", "chosen_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_baseline_choice_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_baseline_choice_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "alert_step",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "raised",
                "repeated",
                "answer changed",
                "acknowledged",
                "handed over",
                "owner left",
                "escalated",
                "noted",
                "closed",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "immediate",
                "same_day",
                "next_visit",
                "follow_up",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("response_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "by_id IS NOT NULL OR kind IN ('raised', 'repeated', 'answer changed', 'owner left', 'escalated', 'noted')",
            name=op.f("ck_alert_step__staff_acts_are_signed"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('acknowledged', 'handed over', 'closed') OR note <> ''",
            name=op.f("ck_alert_step__acts_say_what_was_done"),
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_step_alert_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_alert_step_by_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_alert_step_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_alert_step_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_step")),
    )
    with op.batch_alter_table("alert_step", schema=None) as batch_op:
        batch_op.create_index("ix_alert_step_alert_id_at", ["alert_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_step_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_step_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_alert_step_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "alert_notice",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "overdue",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "sent_at IS NULL OR claimed_at IS NOT NULL",
            name=op.f("ck_alert_notice__sent_was_claimed"),
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_notice_alert_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_alert_notice_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notice")),
        sa.UniqueConstraint(
            "alert_id",
            "kind",
            "clock",
            "address",
            name=op.f("uq_alert_notice_alert_id_kind_clock_address"),
        ),
    )
    with op.batch_alter_table("alert_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_notice_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_alert_notice_to_send",
            ["made_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    with op.batch_alter_table("link") as batch:
        batch.add_column(
            sa.Column("wrong_proofs", sa.Integer(), nullable=False, server_default="0")
        )
        _allow(batch, "link", "purpose", PURPOSES["now"])
    with op.batch_alter_table("practice") as batch:
        batch.add_column(
            sa.Column(
                "answers_are_read",
                sa.String(length=200),
                nullable=False,
                server_default="on working days, before your next visit",
            )
        )
        batch.add_column(
            sa.Column("alert_minutes", sa.Integer(), nullable=False, server_default="30")
        )
        batch.add_column(
            sa.Column("next_visit_days", sa.Integer(), nullable=False, server_default="14")
        )
        batch.add_column(
            sa.Column("alert_email", sa.String(length=254), nullable=False, server_default="")
        )
        batch.create_check_constraint(
            op.f("ck_practice__clocks_run_out"),
            "alert_minutes BETWEEN 1 AND 1440 AND next_visit_days BETWEEN 1 AND 90",
        )
    with op.batch_alter_table("response") as batch:
        batch.add_column(sa.Column("check_in_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("declined", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("import_key", sa.String(length=64), nullable=True))
        batch.alter_column("recorded_by_id", existing_type=sa.Uuid(), nullable=True)
        _allow(batch, "response", "mode", MODES["now"])
        batch.create_check_constraint(
            op.f("ck_response__patient_or_staff_wrote_it"),
            "(recorded_by_id IS NULL) = (mode = 'phone')",
        )
        batch.create_check_constraint(
            op.f("ck_response__check_in_is_phone"), "(check_in_id IS NULL) OR (mode = 'phone')"
        )
        batch.create_index(op.f("ix_response_check_in_id"), ["check_in_id"])
        batch.create_index(
            "uq_response_imported_once",
            ["patient_id", "import_key"],
            unique=True,
            sqlite_where=sa.text("import_key IS NOT NULL AND entered_in_error_at IS NULL"),
            postgresql_where=sa.text("import_key IS NOT NULL AND entered_in_error_at IS NULL"),
        )
        batch.create_foreign_key(
            op.f("fk_response_check_in_id"), "check_in", ["check_in_id"], ["id"]
        )
    with op.batch_alter_table("score_value") as batch:
        _allow(batch, "score_value", "mode", MODES["now"])
    op.execute(f"UPDATE latest_score SET baseline = '{NO_BASELINE}'")  # noqa: S608 our own words
    _alerts_of_what_was_recorded()
    _drop_acknowledgements()


def downgrade() -> None:
    _refuse_losing_anything()
    _drop_triggers()
    with op.batch_alter_table("score_value") as batch:
        _allow(batch, "score_value", "mode", MODES["foundation"])
    with op.batch_alter_table("response") as batch:
        batch.drop_constraint(op.f("fk_response_check_in_id"), type_="foreignkey")
        batch.drop_index("uq_response_imported_once")
        batch.drop_index(op.f("ix_response_check_in_id"))
        batch.drop_constraint(op.f("ck_response__check_in_is_phone"), type_="check")
        batch.drop_constraint(op.f("ck_response__patient_or_staff_wrote_it"), type_="check")
        _allow(batch, "response", "mode", MODES["foundation"])
        batch.alter_column("recorded_by_id", existing_type=sa.Uuid(), nullable=False)
        for name in ("import_key", "declined", "check_in_id"):
            batch.drop_column(name)
    with op.batch_alter_table("practice") as batch:
        batch.drop_constraint(op.f("ck_practice__clocks_run_out"), type_="check")
        for name in ("alert_email", "next_visit_days", "alert_minutes", "answers_are_read"):
            batch.drop_column(name)
    with op.batch_alter_table("link") as batch:
        _allow(batch, "link", "purpose", PURPOSES["foundation"])
        batch.drop_column("wrong_proofs")
    for table in (
        "alert_notice", "alert_step", "baseline_choice", "alert", "check_in_answer", "schedule_entry", "schedule",
        "safety_plan", "dose",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_table("check_in")
    op.execute("UPDATE latest_score SET baseline = '[]'")
    _make_acknowledgements()


def _allow(batch, table: str, column: str, values: tuple[str, ...]) -> None:
    """Let a closed set take these values and no others."""
    name = op.f(f"ck_{table}_{column}_{column}")
    listed = ", ".join(f"'{value}'" for value in values)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"{column} IN ({listed})")


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


TIME = {
    "immediate": dt.timedelta(minutes=30),
    "same_day": dt.timedelta(days=1),
    "ask": dt.timedelta(days=2),
    "next_visit": dt.timedelta(days=14),
}


def _alerts_of_what_was_recorded() -> None:
    """Give every response that needs attention its alert: closed where it was acknowledged."""
    connection, seen = op.get_bind(), _table("danger_acknowledgement")
    response = _table("response")
    query = sa.select(
        response, seen.c.note, seen.c.acknowledged_by_id, seen.c.acknowledged_at
    ).select_from(response.outerjoin(seen, seen.c.response_id == response.c.id))
    treats = _owners(connection)
    for row in connection.execute(query.where(response.c.attention.is_not(None))).mappings().all():
        alert = _alert_of(row, _safety_answers(connection, row["id"]), treats)
        connection.execute(_table("alert").insert().values(alert))
        connection.execute(_table("alert_step").insert().values(_steps_of(alert, row)))


def _alert_of(row, answers: str, treats: dict) -> dict:
    level = "follow_up" if row["attention"] == "ask" else row["attention"]
    blank = row["attention"] == "ask"
    by, at = row["acknowledged_by_id"], row["acknowledged_at"]
    return {
        "id": uuid.uuid4(),
        "ref": b32encode(token_bytes(16)).decode("ascii").rstrip("=").lower(),
        "patient_id": row["patient_id"],
        "key": f"response:{row['id'].hex}",
        "rule": f"{row['instrument']}:as recorded",
        "level": level,
        "state": "open" if by is None else "closed",
        "words": "A safety question was left blank: ask the patient."
        if blank
        else "A safety answer of this response needs a physician.",
        "instrument": row["instrument"],
        "version": row["version"],
        "answers": answers,
        "response_id": row["id"],
        "owner_id": by or treats.get(row["patient_id"]),
        "times": 1,
        "raised_at": row["recorded_at"],
        "last_raised_at": row["recorded_at"],
        "due_at": row["recorded_at"] + TIME[row["attention"]],
        "acknowledged_at": at,
        "acknowledged_by_id": by,
        "closed_at": at,
        "closed_by_id": by,
        "outcome": None if by is None else "other, see the note",
    }


def _steps_of(alert: dict, row) -> list[dict]:
    shared = {
        "patient_id": alert["patient_id"],
        "alert_id": alert["id"],
        "answers": alert["answers"],
        "level": alert["level"],
        "response_id": alert["response_id"],
    }
    raised = {"kind": "raised", "at": alert["raised_at"], "by_id": None, "note": ""}
    steps = [{**shared, **raised, "id": uuid.uuid4()}]
    if alert["closed_at"] is not None:
        closed = {
            "kind": "closed",
            "at": alert["closed_at"],
            "by_id": alert["closed_by_id"],
            "note": row["note"],
        }
        steps.append({**shared, **closed, "id": uuid.uuid4()})
    return steps


def _owners(connection) -> dict:
    """Return patient -> the active physician who has treated them longest."""
    place, account = _table("care_team_member"), _table("account")
    query = (
        sa.select(place.c.patient_id, place.c.user_id)
        .select_from(place.join(account, account.c.id == place.c.user_id))
        .where(
            place.c.until.is_(None), account.c.role == "physician", account.c.disabled_at.is_(None)
        )
        .order_by(place.c.since.desc(), place.c.id.desc())
    )
    return dict(connection.execute(query).all())


def _safety_answers(connection, response_id: uuid.UUID) -> str:
    value = _table("score_value")
    query = sa.select(value.c.safety_answers).where(value.c.response_id == response_id).limit(1)
    return connection.execute(query).scalar() or "{}"


def _table(name: str) -> sa.TableClause:
    """Name the columns of a table that the old records are read from or written into."""
    moment, key, text = sa.DateTime(timezone=True), sa.Uuid(), sa.Text()
    columns = {
        "account": {"id": key, "role": text, "disabled_at": moment},
        "care_team_member": {
            "id": key, "patient_id": key, "user_id": key, "since": moment, "until": moment,
        },
        "danger_acknowledgement": {
            "response_id": key, "note": text, "acknowledged_by_id": key, "acknowledged_at": moment,
        },
        "response": {
            "id": key, "patient_id": key, "instrument": text, "version": text, "attention": text,
            "recorded_at": moment,
        },
        "score_value": {"response_id": key, "safety_answers": text},
        "alert": {
            "id": key, "ref": text, "patient_id": key, "key": text, "rule": text, "level": text,
            "state": text, "words": text, "instrument": text, "version": text, "answers": text,
            "response_id": key, "owner_id": key, "times": sa.Integer(), "raised_at": moment,
            "last_raised_at": moment, "due_at": moment, "acknowledged_at": moment,
            "acknowledged_by_id": key, "closed_at": moment, "closed_by_id": key, "outcome": text,
        },
        "alert_step": {
            "id": key, "patient_id": key, "alert_id": key, "kind": text, "at": moment,
            "by_id": key, "note": text, "answers": text, "level": text, "response_id": key,
        },
    }  # fmt: skip
    return sa.table(name, *(sa.column(one, kind) for one, kind in columns[name].items()))


def _drop_acknowledgements() -> None:
    op.drop_table("danger_acknowledgement")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for verb in ("update", "delete", "truncate"):
            name = f"danger_acknowledgement_is_append_only_{verb}"
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")


def _make_acknowledgements() -> None:
    """Put the emptied table back: going back happens without patients only."""
    op.create_table(
        "danger_acknowledgement",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("acknowledged_by_id", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "note <> ''", name=op.f("ck_danger_acknowledgement__says_what_was_done")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"],
            ["account.id"],
            name=op.f("fk_danger_acknowledgement_acknowledged_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_danger_acknowledgement_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_danger_acknowledgement_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_acknowledgement")),
        sa.UniqueConstraint("response_id", name=op.f("uq_danger_acknowledgement_response_id")),
    )
    with op.batch_alter_table("danger_acknowledgement", schema=None) as batch_op:
        for name in ("acknowledged_by_id", "patient_id"):
            batch_op.create_index(
                batch_op.f(f"ix_danger_acknowledgement_{name}"), [name], unique=False
            )
