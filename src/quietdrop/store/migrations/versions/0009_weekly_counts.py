"""What the source had by practice and week, so that rows which vanish from it are noticed."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "weekly_count",
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("practice_name", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("first_week", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id"),
        **PLAIN,
    )


def downgrade() -> None:
    op.drop_table("weekly_count")
