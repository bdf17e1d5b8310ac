"""Decisions about practices, and which spelling goes by which key."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.Column("undone_by", sa.String(length=255), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_table(
        "spelling",
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("current_id", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("practice_id"),
        **PLAIN,
    )
    op.create_index("ix_spelling_current", "spelling", ["current_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_spelling_current", table_name="spelling")
    op.drop_table("spelling")
    op.drop_table("decision")
