"""An index over the readiness of those with a planned session, who are counted on every page."""

import sqlalchemy as sa
from alembic import op

revision = "planned_readiness"
down_revision = "plans_and_sessions"
branch_labels = None
depends_on = None

IS_PLANNED = sa.text("next_session_on IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_readiness_planned", "readiness", ["patient_id", "status", "judged_for"],
        sqlite_where=IS_PLANNED, postgresql_where=IS_PLANNED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_readiness_planned", "readiness")
