"""Intakes: evaluations with sections and their former texts, addenda; diagnoses with history."""

import sqlalchemy as sa
from alembic import op

revision = "intake"
down_revision = "consents"
branch_labels = None
depends_on = None

TABLES = (
    "evaluation_section_revision", "evaluation_section", "evaluation_addendum",
    "patient_diagnosis", "evaluation",
)  # fmt: skip


def upgrade() -> None:
    _drop_triggers()
    op.create_table(
        "evaluation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "signed",
                "superseded",
                "abandoned",
                name="evaluationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=40), nullable=False),
        sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abandoned_by_id", sa.Uuid(), nullable=True),
        sa.Column("abandoned_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(abandoned_at IS NULL) = (abandoned_by_id IS NULL) AND (abandoned_at IS NULL) = (abandoned_reason = '') AND (abandoned_at IS NULL) = (state <> 'abandoned')",
            name=op.f("ck_evaluation__abandoning_is_signed"),
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '') AND (signed_at IS NULL) = (signed_name = '') AND (signed_at IS NULL) = (sealed_by = '') AND (signed_at IS NULL) = (state IN ('open', 'abandoned'))",
            name=op.f("ck_evaluation__signature_is_whole"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evaluation__is_counted")),
        sa.ForeignKeyConstraint(
            ["abandoned_by_id"], ["account.id"], name=op.f("fk_evaluation_abandoned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["account.id"], name=op.f("fk_evaluation_begun_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_evaluation_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_evaluation_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["evaluation.id"], name=op.f("fk_evaluation_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_evaluation_id_patient_id")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_evaluation_patient_id_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_evaluation_ref")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_abandoned_by_id"), ["abandoned_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evaluation_begun_by_id"), ["begun_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evaluation_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evaluation_signed_by_id"), ["signed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evaluation_supersedes_id"), ["supersedes_id"], unique=False
        )
        batch_op.create_index(
            "uq_evaluation_one_open",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "patient_diagnosis",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("table_version", sa.String(length=40), nullable=False),
        sa.Column("computed_code", sa.String(length=10), nullable=False),
        sa.Column("computed", sa.String(length=400), nullable=False),
        sa.Column("rests_on_body_size", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(until_at IS NULL) = (ended_by_id IS NULL) AND (until_at IS NULL) = (end_reason = '')",
            name=op.f("ck_patient_diagnosis__ending_is_signed"),
        ),
        sa.CheckConstraint(
            "computed_code = '' OR computed_code = code OR reason <> ''",
            name=op.f("ck_patient_diagnosis__deciding_otherwise_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_patient_diagnosis_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_patient_diagnosis_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_diagnosis_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_diagnosis")),
        sa.UniqueConstraint("ref", name=op.f("uq_patient_diagnosis_ref")),
    )
    with op.batch_alter_table("patient_diagnosis", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_diagnosis_added_by_id"), ["added_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_diagnosis_ended_by_id"), ["ended_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_diagnosis_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_patient_diagnosis_patient_id_from_at", ["patient_id", "from_at"], unique=False
        )
        batch_op.create_index(
            "uq_patient_diagnosis_present",
            ["patient_id", "code"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )

    op.create_table(
        "evaluation_addendum",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_evaluation_addendum__says_something")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_evaluation_addendum_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"],
            ["evaluation.id", "evaluation.patient_id"],
            name=op.f("fk_evaluation_addendum_evaluation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_evaluation_addendum_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_addendum")),
        sa.UniqueConstraint("ref", name=op.f("uq_evaluation_addendum_ref")),
    )
    with op.batch_alter_table("evaluation_addendum", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_addendum_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            "ix_evaluation_addendum_evaluation_id_at", ["evaluation_id", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evaluation_addendum_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "evaluation_section",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("was_left", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("content <> ''", name=op.f("ck_evaluation_section__says_something")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_evaluation_section_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"],
            ["evaluation.id", "evaluation.patient_id"],
            name=op.f("fk_evaluation_section_evaluation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_evaluation_section_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_section")),
        sa.UniqueConstraint(
            "evaluation_id", "key", name=op.f("uq_evaluation_section_evaluation_id_key")
        ),
    )
    with op.batch_alter_table("evaluation_section", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_section_changed_by_id"), ["changed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evaluation_section_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "evaluation_section_revision",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["account.id"],
            name=op.f("fk_evaluation_section_revision_changed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id", "patient_id"],
            ["evaluation.id", "evaluation.patient_id"],
            name=op.f("fk_evaluation_section_revision_evaluation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_evaluation_section_revision_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_section_revision")),
        sa.UniqueConstraint(
            "evaluation_id",
            "key",
            "version",
            name=op.f("uq_evaluation_section_revision_evaluation_id_key_version"),
        ),
    )
    with op.batch_alter_table("evaluation_section_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_section_revision_changed_by_id"),
            ["changed_by_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evaluation_section_revision_patient_id"), ["patient_id"], unique=False
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
    """Going back drops tables: it is refused while there is anybody whom they could be about."""
    patients = op.get_bind().execute(sa.text("SELECT count(*) FROM patient")).scalar_one()
    if patients:
        raise RuntimeError(
            f"going back would delete the records of {patients} patients; restore a backup instead"
        )
