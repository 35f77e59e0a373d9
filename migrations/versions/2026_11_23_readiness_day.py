"""Readiness: on which day it was judged, so that every patient is judged anew each day."""

import sqlalchemy as sa
from alembic import op

revision = "readiness_day"
down_revision = "clearance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_readiness_judged_for", "readiness")
    op.add_column("readiness", sa.Column("judged_on", sa.Date(), nullable=True))
    op.create_index("ix_readiness_judged_on", "readiness", ["judged_on"])


def downgrade() -> None:
    op.drop_index("ix_readiness_judged_on", "readiness")
    op.drop_column("readiness", "judged_on")
    op.create_index("ix_readiness_judged_for", "readiness", ["judged_for"])
