"""The foundation: practice, accounts, patients, visits, scores, drafts, links and the trail."""

import sqlalchemy as sa
from alembic import op

revision = "foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "physician",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("ref", name=op.f("uq_account_ref")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_name_id", ["name", "id"], unique=False)
        batch_op.create_index("ix_account_role_disabled_at", ["role", "disabled_at"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_action_seq", ["action", "seq"], unique=False)
        batch_op.create_index("ix_audit_event_actor_id_seq", ["actor_id", "seq"], unique=False)
        batch_op.create_index("ix_audit_event_at_seq", ["at", "seq"], unique=False)
        batch_op.create_index("ix_audit_event_patient_id_seq", ["patient_id", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head__only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "drawn_chart",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drawn_chart")),
    )
    with op.batch_alter_table("drawn_chart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_chart_drawn_at"), ["drawn_at"], unique=False)

    op.create_table(
        "link",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "first admin",
                "new password",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_link_token_digest")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("states_served", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_practice__only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_at"), ["at"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("door", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_again_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", name=op.f("pk_throttle")),
    )
    op.create_table(
        "draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=300), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("user_id", "page", name=op.f("uq_draft_user_id_page")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "patient",
        sa.Column("mrn", sa.String(length=20), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("preferred_name", sa.String(length=80), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=170).with_variant(sa.String(length=170, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "given_key",
            sa.String(length=170).with_variant(sa.String(length=170, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column(
            "sex_for_ranges",
            sa.Enum(
                "female",
                "male",
                "unknown",
                name="sex",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("gender", sa.String(length=60), nullable=False),
        sa.Column("pronouns", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("emergency_name", sa.String(length=120), nullable=False),
        sa.Column("emergency_relation", sa.String(length=60), nullable=False),
        sa.Column("emergency_telephone", sa.String(length=30), nullable=False),
        sa.Column(
            "allergies",
            sa.Enum(
                "not asked",
                "none known",
                "listed",
                name="allergies",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("allergies_text", sa.String(length=300), nullable=False),
        sa.Column("diagnosis_codes", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "active",
                "paused",
                "discharged",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(allergies = 'listed') = (allergies_text <> '')",
            name=op.f("ck_patient__allergies_listed_has_text"),
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["account.id"], name=op.f("fk_patient_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("mrn", name=op.f("uq_patient_mrn")),
        sa.UniqueConstraint("ref", name=op.f("uq_patient_ref")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index("ix_patient_born_on_name_key", ["born_on", "name_key"], unique=False)
        batch_op.create_index("ix_patient_given_key_id", ["given_key", "id"], unique=False)
        batch_op.create_index("ix_patient_name_key_id", ["name_key", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_patient_registered_by_id"), ["registered_by_id"], unique=False
        )

    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_recovery_code_code_digest")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_in_token_digest")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "care_team_member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=170).with_variant(sa.String(length=170, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_reason", sa.String(length=300), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Uuid(), nullable=True),
        sa.Column("removed_reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(until IS NULL) = (removed_by_id IS NULL)",
            name=op.f("ck_care_team_member__removal_is_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["account.id"], name=op.f("fk_care_team_member_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_care_team_member_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["account.id"], name=op.f("fk_care_team_member_removed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_care_team_member_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team_member")),
    )
    with op.batch_alter_table("care_team_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_care_team_member_added_by_id"), ["added_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_care_team_member_caseload",
            ["user_id", "until", "name_key", "patient_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_care_team_member_newest", ["user_id", "until", "patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_care_team_member_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_care_team_member_removed_by_id"), ["removed_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_care_team_member_present",
            ["patient_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "chart_version",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_chart_version_patient_id")
        ),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_chart_version")),
    )
    op.create_table(
        "emergency_access",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_note", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by_id IS NULL)",
            name=op.f("ck_emergency_access__review_is_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_emergency_access_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["account.id"], name=op.f("fk_emergency_access_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_emergency_access_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
        sa.UniqueConstraint("ref", name=op.f("uq_emergency_access_ref")),
    )
    with op.batch_alter_table("emergency_access", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_emergency_access_began_at"), ["began_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_emergency_access_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_emergency_access_reviewed_by_id"), ["reviewed_by_id"], unique=False
        )
        batch_op.create_index(
            "ix_emergency_access_user_id_ends_at",
            ["user_id", "ends_at", "patient_id"],
            unique=False,
        )

    op.create_table(
        "patient_revision",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_patient_revision_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_revision_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_revision")),
        sa.UniqueConstraint(
            "patient_id", "version", name=op.f("uq_patient_revision_patient_id_version")
        ),
    )
    with op.batch_alter_table("patient_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_revision_changed_by_id"), ["changed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_patient_revision_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "response",
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "interview",
                "paper",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_zone", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column(
            "attention",
            sa.Enum(
                "immediate",
                "same_day",
                "next_visit",
                "ask",
                name="attention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_response__error_has_reason"),
        ),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL)",
            name=op.f("ck_response__error_is_signed"),
        ),
        sa.CheckConstraint("supersedes_id <> id", name=op.f("ck_response__supersedes_another")),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"],
            ["account.id"],
            name=op.f("fk_response_entered_in_error_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_response_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_response_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["response.id"], name=op.f("fk_response_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("ref", name=op.f("uq_response_ref")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_response_entered_in_error_by_id"),
            ["entered_in_error_by_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_response_needs_attention",
            ["patient_id"],
            unique=False,
            sqlite_where=sa.text("attention IS NOT NULL"),
            postgresql_where=sa.text("attention IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_response_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_response_patient_id_instrument_taken_at",
            ["patient_id", "instrument", "taken_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_response_patient_id_taken_at", ["patient_id", "taken_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_response_recorded_by_id"), ["recorded_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_response_supersedes_id"), ["supersedes_id"], unique=False
        )
        batch_op.create_index(
            "uq_response_one_correction",
            ["supersedes_id"],
            unique=True,
            sqlite_where=sa.text("entered_in_error_at IS NULL"),
            postgresql_where=sa.text("entered_in_error_at IS NULL"),
        )

    op.create_table(
        "visit",
        sa.Column(
            "kind",
            sa.Enum(
                "intake",
                "follow-up",
                "integration",
                "phone",
                "urgent",
                "other",
                name="visitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("typed_time", sa.String(length=60), nullable=False),
        sa.Column("subjective", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responsible_id", sa.Uuid(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_last", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_name", sa.String(length=120), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=40), nullable=False),
        sa.Column("entered_in_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_in_error_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_in_error_reason", sa.String(length=500), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(entered_in_error_at IS NULL) = (entered_in_error_by_id IS NULL) AND (entered_in_error_at IS NULL) = (entered_in_error_reason = '')",
            name=op.f("ck_visit__error_is_signed_with_reason"),
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (seal = '') AND (signed_at IS NULL) = (signed_name = '') AND (signed_at IS NULL) = (sealed_by = '')",
            name=op.f("ck_visit__signature_is_whole"),
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR (assessment <> '' AND plan <> '')",
            name=op.f("ck_visit__signed_has_assessment_and_plan"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_visit_author_id")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_visit_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_in_error_by_id"], ["account.id"], name=op.f("fk_visit_entered_in_error_by_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_visit_patient_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["account.id"], name=op.f("fk_visit_responsible_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_visit_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_visit_id_patient_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_visit_ref")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_changed_by_id"), ["changed_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_entered_in_error_by_id"), ["entered_in_error_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_visit_patient_id_began_at_id", ["patient_id", "began_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_visit_responsible_id_signed_at", ["responsible_id", "signed_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_signed_by_id"), ["signed_by_id"], unique=False)

    op.create_table(
        "addendum",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=26), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_addendum__says_something")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_addendum_author_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_addendum_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id", "patient_id"],
            ["visit.id", "visit.patient_id"],
            name=op.f("fk_addendum_visit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("ref", name=op.f("uq_addendum_ref")),
    )
    with op.batch_alter_table("addendum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addendum_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_addendum_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_addendum_visit_id_at", ["visit_id", "at"], unique=False)

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
        batch_op.create_index(
            batch_op.f("ix_danger_acknowledgement_acknowledged_by_id"),
            ["acknowledged_by_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_danger_acknowledgement_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "latest_score",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("score", sa.String(length=40), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=True),
        sa.Column("thousandths", sa.BigInteger(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column(
            "attention",
            sa.Enum(
                "immediate",
                "same_day",
                "next_visit",
                "ask",
                name="attention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("safety_answers", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("recent", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = (thousandths IS NULL)", name=op.f("ck_latest_score__sorted_by_value")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_latest_score_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_latest_score_response_id")
        ),
        sa.PrimaryKeyConstraint("patient_id", "instrument", "score", name=op.f("pk_latest_score")),
    )
    with op.batch_alter_table("latest_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_latest_score_response_id"), ["response_id"], unique=False
        )
        batch_op.create_index(
            "ix_latest_score_worst_first",
            ["instrument", "score", "thousandths", "patient_id"],
            unique=False,
        )

    op.create_table(
        "score_value",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("score", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=True),
        sa.Column("lo", sa.String(length=60), nullable=False),
        sa.Column("hi", sa.String(length=60), nullable=False),
        sa.Column("n_answered", sa.Integer(), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("prorated", sa.Boolean(), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "interview",
                "paper",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "counts",
                "corrected",
                "entered in error",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "attention",
            sa.Enum(
                "immediate",
                "same_day",
                "next_visit",
                "ask",
                name="attention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("safety_answers", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(value IS NOT NULL) OR (band IS NULL)", name=op.f("ck_score_value__band_has_value")
        ),
        sa.CheckConstraint(
            "n_answered BETWEEN 0 AND n_items", name=op.f("ck_score_value__answered_of_all")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_score_value_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_score_value_response_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_value")),
    )
    with op.batch_alter_table("score_value", schema=None) as batch_op:
        batch_op.create_index(
            "ix_score_value_of_a_chart",
            [
                "patient_id",
                "instrument",
                "score",
                "taken_at",
                "standing",
                "value",
                "lo",
                "hi",
                "n_answered",
                "n_items",
                "prorated",
                "band",
                "version",
                "mode",
                "attention",
                "safety_answers",
                "response_id",
            ],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_score_value_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_score_value_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "visit_hand_over",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_visit_hand_over__has_a_reason")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["account.id"], name=op.f("fk_visit_hand_over_from_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_visit_hand_over_patient_id")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_visit_hand_over_to_id")),
        sa.ForeignKeyConstraint(
            ["visit_id", "patient_id"],
            ["visit.id", "visit.patient_id"],
            name=op.f("fk_visit_hand_over_visit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_hand_over")),
    )
    with op.batch_alter_table("visit_hand_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_hand_over_from_id"), ["from_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_hand_over_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_hand_over_to_id"), ["to_id"], unique=False)
        batch_op.create_index("ix_visit_hand_over_visit_id_at", ["visit_id", "at"], unique=False)

    op.create_table(
        "vital_sign",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "key",
            sa.Enum(
                "systolic",
                "diastolic",
                "heart rate",
                "spo2",
                "temperature",
                "respiratory rate",
                "weight",
                "height",
                name="vitalkey",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("typed", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("canonical", sa.String(length=40), nullable=False),
        sa.Column(
            "posture",
            sa.Enum(
                "not said",
                "sitting",
                "lying",
                "standing",
                name="posture",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "posture = 'not said' OR key IN ('systolic', 'diastolic')",
            name=op.f("ck_vital_sign__only_blood_pressure_has_a_posture"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_vital_sign_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id", "patient_id"],
            ["visit.id", "visit.patient_id"],
            name=op.f("fk_vital_sign_visit_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vital_sign")),
        sa.UniqueConstraint("visit_id", "key", name=op.f("uq_vital_sign_visit_id_key")),
    )
    with op.batch_alter_table("vital_sign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vital_sign_patient_id"), ["patient_id"], unique=False)


def downgrade() -> None:
    patients = op.get_bind().execute(sa.text("SELECT count(*) FROM patient")).scalar_one()
    if patients:
        raise RuntimeError(
            f"going back would delete the records of {patients} patients; restore a backup instead"
        )
    with op.batch_alter_table("vital_sign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vital_sign_patient_id"))

    op.drop_table("vital_sign")
    with op.batch_alter_table("visit_hand_over", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_hand_over_visit_id_at")
        batch_op.drop_index(batch_op.f("ix_visit_hand_over_to_id"))
        batch_op.drop_index(batch_op.f("ix_visit_hand_over_patient_id"))
        batch_op.drop_index(batch_op.f("ix_visit_hand_over_from_id"))

    op.drop_table("visit_hand_over")
    with op.batch_alter_table("score_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_value_response_id"))
        batch_op.drop_index(batch_op.f("ix_score_value_patient_id"))
        batch_op.drop_index("ix_score_value_of_a_chart")

    op.drop_table("score_value")
    with op.batch_alter_table("latest_score", schema=None) as batch_op:
        batch_op.drop_index("ix_latest_score_worst_first")
        batch_op.drop_index(batch_op.f("ix_latest_score_response_id"))

    op.drop_table("latest_score")
    with op.batch_alter_table("danger_acknowledgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_danger_acknowledgement_patient_id"))
        batch_op.drop_index(batch_op.f("ix_danger_acknowledgement_acknowledged_by_id"))

    op.drop_table("danger_acknowledgement")
    with op.batch_alter_table("addendum", schema=None) as batch_op:
        batch_op.drop_index("ix_addendum_visit_id_at")
        batch_op.drop_index(batch_op.f("ix_addendum_patient_id"))
        batch_op.drop_index(batch_op.f("ix_addendum_author_id"))

    op.drop_table("addendum")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_signed_by_id"))
        batch_op.drop_index("ix_visit_responsible_id_signed_at")
        batch_op.drop_index("ix_visit_patient_id_began_at_id")
        batch_op.drop_index(batch_op.f("ix_visit_patient_id"))
        batch_op.drop_index(batch_op.f("ix_visit_entered_in_error_by_id"))
        batch_op.drop_index(batch_op.f("ix_visit_changed_by_id"))
        batch_op.drop_index(batch_op.f("ix_visit_author_id"))

    op.drop_table("visit")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_response_one_correction",
            sqlite_where=sa.text("entered_in_error_at IS NULL"),
            postgresql_where=sa.text("entered_in_error_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_response_supersedes_id"))
        batch_op.drop_index(batch_op.f("ix_response_recorded_by_id"))
        batch_op.drop_index("ix_response_patient_id_taken_at")
        batch_op.drop_index("ix_response_patient_id_instrument_taken_at")
        batch_op.drop_index(batch_op.f("ix_response_patient_id"))
        batch_op.drop_index(
            "ix_response_needs_attention",
            sqlite_where=sa.text("attention IS NOT NULL"),
            postgresql_where=sa.text("attention IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_response_entered_in_error_by_id"))

    op.drop_table("response")
    with op.batch_alter_table("patient_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_revision_patient_id"))
        batch_op.drop_index(batch_op.f("ix_patient_revision_changed_by_id"))

    op.drop_table("patient_revision")
    with op.batch_alter_table("emergency_access", schema=None) as batch_op:
        batch_op.drop_index("ix_emergency_access_user_id_ends_at")
        batch_op.drop_index(batch_op.f("ix_emergency_access_reviewed_by_id"))
        batch_op.drop_index(batch_op.f("ix_emergency_access_patient_id"))
        batch_op.drop_index(batch_op.f("ix_emergency_access_began_at"))

    op.drop_table("emergency_access")
    op.drop_table("chart_version")
    with op.batch_alter_table("care_team_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_care_team_member_present",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_care_team_member_removed_by_id"))
        batch_op.drop_index(batch_op.f("ix_care_team_member_patient_id"))
        batch_op.drop_index("ix_care_team_member_newest")
        batch_op.drop_index("ix_care_team_member_caseload")
        batch_op.drop_index(batch_op.f("ix_care_team_member_added_by_id"))

    op.drop_table("care_team_member")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_registered_by_id"))
        batch_op.drop_index("ix_patient_name_key_id")
        batch_op.drop_index("ix_patient_given_key_id")
        batch_op.drop_index("ix_patient_born_on_name_key")

    op.drop_table("patient")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_expires_at"))

    op.drop_table("draft")
    op.drop_table("throttle")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_at"))

    op.drop_table("submission")
    op.drop_table("practice")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_subject_id"))

    op.drop_table("link")
    with op.batch_alter_table("drawn_chart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_chart_drawn_at"))

    op.drop_table("drawn_chart")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_patient_id_seq")
        batch_op.drop_index("ix_audit_event_at_seq")
        batch_op.drop_index("ix_audit_event_actor_id_seq")
        batch_op.drop_index("ix_audit_event_action_seq")

    op.drop_table("audit_event")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_role_disabled_at")
        batch_op.drop_index("ix_account_name_id")

    op.drop_table("account")
