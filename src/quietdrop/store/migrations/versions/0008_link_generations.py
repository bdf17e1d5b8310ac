"""Links that can be stopped, and how often a family of links was used on a day."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "link_generation",
        sa.Column("reader", sa.String(length=255), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("reader"),
        **PLAIN,
    )
    op.create_table(
        "link_use",
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("family", "day"),
        **PLAIN,
    )


def downgrade() -> None:
    op.drop_table("link_use")
    op.drop_table("link_generation")
