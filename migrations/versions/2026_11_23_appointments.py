"""Appointments: contacts with the care team, booked ahead or logged afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "appointments"
down_revision = "readiness_day"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column(
            "kind",
            sa.Enum(
                "therapy",
                "dietitian",
                "integration visit",
                "exposure meal",
                name="contactkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("with_whom", sa.String(length=120), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "in person",
                "video",
                "phone",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "booked",
                "held",
                "missed",
                "cancelled",
                name="appointmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 1440",
            name=op.f("ck_appointment__lasts_minutes"),
        ),
        sa.CheckConstraint("with_whom <> ''", name=op.f("ck_appointment__is_with_somebody")),
        sa.CheckConstraint(
            "state <> 'cancelled' OR reason <> ''",
            name=op.f("ck_appointment__cancelling_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'booked' OR reason = ''", name=op.f("ck_appointment__booked_has_no_reason")
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)"
            " AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_appointment__error_is_signed_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_appointment_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"],
            ["account.id"],
            name=op.f("fk_appointment_entered_in_error_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_appointment_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_appointment_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_appointment_ref")),
    )
    op.create_index(
        "ix_appointment_patient_id_starts_at", "appointment", ["patient_id", "starts_at"]
    )
    op.create_index("ix_appointment_state_starts_at", "appointment", ["state", "starts_at"])
    for column in ("patient_id", "recorded_by_id", "changed_by_id", "entered_in_error_by_id"):
        op.create_index(op.f(f"ix_appointment_{column}"), "appointment", [column])


def downgrade() -> None:
    _refuse_losing_anything()
    op.drop_table("appointment")


def _refuse_losing_anything() -> None:
    """Going back drops a table: it is refused while there is anything that it could say."""
    connection = op.get_bind()
    for table in ("appointment", "patient"):
        rows = connection.execute(sa.select(sa.func.count()).select_from(sa.table(table)))
        if count := rows.scalar_one():
            raise RuntimeError(
                f"going back would delete what belongs to {count} rows of {table}; "
                "restore a backup instead"
            )
