"""Referrals: the practice's public free assessment and what is decided about it."""

import sqlalchemy as sa
from alembic import op

revision = "referrals"
down_revision = "intake"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "practice",
        sa.Column("free_assessment", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "referral",
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "accepted",
                "declined",
                "spam",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("times >= 1", name=op.f("ck_referral__was_sent")),
        sa.CheckConstraint(
            "(state = 'new') = (decided_at IS NULL) AND (state = 'new') = (decided_by_id IS NULL)",
            name=op.f("ck_referral__decision_is_signed"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (patient_id IS NOT NULL)",
            name=op.f("ck_referral__accepted_is_a_patient"),
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason <> '')",
            name=op.f("ck_referral__declining_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_referral_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_referral_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("ref", name=op.f("uq_referral_ref")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_decided_at", ["decided_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referral_decided_by_id"), ["decided_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_referral_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_referral_state_received_at", ["state", "received_at"], unique=False
        )

    op.create_table(
        "free_assessment",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=2), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column("best_time", sa.String(length=100), nullable=False),
        sa.Column("may_leave_message", sa.Boolean(), nullable=False),
        sa.Column("brings", sa.String(length=1000), nullable=False),
        sa.Column("sees_therapist", sa.Boolean(), nullable=False),
        sa.Column("sees_dietitian", sa.Boolean(), nullable=False),
        sa.Column("sees_physician", sa.Boolean(), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "email <> '' OR telephone <> ''", name=op.f("ck_free_assessment__can_be_answered")
        ),
        sa.CheckConstraint(
            "given_name <> '' AND family_name <> ''", name=op.f("ck_free_assessment__has_a_name")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_free_assessment_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_assessment")),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_free_assessment_referral_id_number")
        ),
    )
    with op.batch_alter_table("free_assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_free_assessment_address_digest_received_at",
            ["address_digest", "received_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_free_assessment_received_at"), ["received_at"], unique=False
        )


def downgrade() -> None:
    _refuse_losing_anything()
    op.drop_table("free_assessment")
    op.drop_table("referral")
    _drop_triggers()
    with op.batch_alter_table("practice") as batch:
        batch.drop_column("free_assessment")


def _drop_triggers() -> None:
    """Take the guards of the embedded database out of the way; they are put back afterwards."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in found.scalars().all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _refuse_losing_anything() -> None:
    """Going back drops what people wrote: it is refused while anybody waits or is a patient."""
    connection = op.get_bind()
    for table in ("referral", "patient"):
        rows = connection.execute(sa.select(sa.func.count()).select_from(sa.table(table)))
        if count := rows.scalar_one():
            raise RuntimeError(
                f"going back would delete what belongs to {count} rows of {table}; "
                "restore a backup instead"
            )
