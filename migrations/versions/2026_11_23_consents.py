"""Consents: texts initialled and signed, teach-back, copies, withdrawal; links to a consent."""

import sqlalchemy as sa
from alembic import op

revision = "consents"
down_revision = "check_ins_and_alerts"
branch_labels = None
depends_on = None

PURPOSES = {
    "before": ("invitation", "first admin", "new password", "check-in"),
    "now": ("invitation", "first admin", "new password", "check-in", "consent"),
}
TABLES = (
    "teach_back", "consent_initial", "consent_copy", "consent_answer", "consent_withdrawal",
    "consent",
)  # fmt: skip


def upgrade() -> None:
    _drop_triggers()
    op.create_table(
        "consent",
        sa.Column("text_name", sa.String(length=80), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column(
            "route",
            sa.Enum(
                "sublingual",
                "oral",
                "intranasal",
                "intramuscular",
                "intravenous",
                "subcutaneous",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "formulation",
            sa.Enum(
                "rapidly dissolving tablet",
                "troche or lozenge",
                "capsule or tablet to swallow",
                "liquid to swallow",
                "compounded nasal spray",
                "esketamine nasal spray",
                "solution for injection or infusion",
                name="formulation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "dose_class",
            sa.Enum(
                "low",
                "middle",
                "high",
                name="doseclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "on the physician's device",
                "by private link",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "signer",
            sa.Enum(
                "patient",
                "representative",
                name="signer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("signer_authority", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "declined by the patient",
                "cancelled by the practice",
                name="end",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_name = '') AND (signed_at IS NULL) = (zone_name = '') AND (signed_at IS NULL) = (seal = '') AND (signed_at IS NULL) = (sealed_by = '') AND (signed_at IS NULL) = (address_digest = '')",
            name=op.f("ck_consent__signature_is_whole"),
        ),
        sa.CheckConstraint(
            "(signer = 'representative') = (signer_authority <> '')",
            name=op.f("ck_consent__representative_says_by_what_right"),
        ),
        sa.CheckConstraint(
            "ending IS NULL OR ending <> 'cancelled by the practice' OR (ended_by_id IS NOT NULL AND end_reason <> '')",
            name=op.f("ck_consent__cancelling_is_signed"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL) AND (ended_at IS NULL OR signed_at IS NULL)",
            name=op.f("ck_consent__signed_or_ended"),
        ),
        sa.CheckConstraint("items >= 1", name=op.f("ck_consent__has_items")),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["account.id"], name=op.f("fk_consent_begun_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_consent_ended_by_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_consent_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_consent_ref")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_begun_by_id"), ["begun_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_ended_by_id"), ["ended_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_consent_patient_id_begun_at", ["patient_id", "begun_at"], unique=False
        )
        batch_op.create_index(
            "uq_consent_one_open",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("signed_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "consent_withdrawal",
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "in person",
                "by video",
                "by phone",
                "in writing",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "said_at <= recorded_at", name=op.f("ck_consent_withdrawal__not_in_the_future")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_withdrawal_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["account.id"], name=op.f("fk_consent_withdrawal_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_withdrawal")),
        sa.UniqueConstraint("ref", name=op.f("uq_consent_withdrawal_ref")),
    )
    with op.batch_alter_table("consent_withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_withdrawal_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_consent_withdrawal_patient_id_said_at", ["patient_id", "said_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_consent_withdrawal_taken_by_id"), ["taken_by_id"], unique=False
        )

    op.create_table(
        "consent_answer",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id", "patient_id"],
            ["consent.id", "consent.patient_id"],
            name=op.f("fk_consent_answer_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_answer_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_answer")),
        sa.UniqueConstraint(
            "consent_id", "question", name=op.f("uq_consent_answer_consent_id_question")
        ),
    )
    with op.batch_alter_table("consent_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_answer_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "consent_copy",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "shown on the patient's own screen",
                "printed and handed over",
                "sent by letter post",
                name="copykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_consent_copy_by_id")),
        sa.ForeignKeyConstraint(
            ["consent_id", "patient_id"],
            ["consent.id", "consent.patient_id"],
            name=op.f("fk_consent_copy_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_copy_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_copy")),
    )
    with op.batch_alter_table("consent_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_copy_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_consent_copy_consent_id_at", ["consent_id", "at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_consent_copy_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "consent_initial",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("initials", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("initials <> ''", name=op.f("ck_consent_initial__says_who")),
        sa.ForeignKeyConstraint(
            ["consent_id", "patient_id"],
            ["consent.id", "consent.patient_id"],
            name=op.f("fk_consent_initial_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_initial_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_initial")),
        sa.UniqueConstraint("consent_id", "item", name=op.f("uq_consent_initial_consent_id_item")),
    )
    with op.batch_alter_table("consent_initial", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_initial_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "teach_back",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column(
            "judgement",
            sa.Enum(
                "understood",
                "understood after explaining again",
                "not understood yet",
                name="judgement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "in person",
                "by video",
                "by phone",
                "in writing",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel <> 'in writing'", name=op.f("ck_teach_back__is_spoken")),
        sa.CheckConstraint("words <> ''", name=op.f("ck_teach_back__in_the_patients_words")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_teach_back_by_id")),
        sa.ForeignKeyConstraint(
            ["consent_id", "patient_id"],
            ["consent.id", "consent.patient_id"],
            name=op.f("fk_teach_back_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_teach_back_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teach_back")),
    )
    with op.batch_alter_table("teach_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teach_back_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_teach_back_consent_id_at", ["consent_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_teach_back_patient_id"), ["patient_id"], unique=False)

    with op.batch_alter_table("link") as batch:
        _allow(batch, PURPOSES["now"])


def downgrade() -> None:
    _refuse_losing_anything()
    _drop_triggers()
    with op.batch_alter_table("link") as batch:
        _allow(batch, PURPOSES["before"])
    for table in TABLES:
        op.drop_table(table)


def _allow(batch, purposes: tuple[str, ...]) -> None:
    """Let links be for these purposes and no others."""
    name = op.f("ck_link_purpose_purpose")
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"purpose IN ({listed})")


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
