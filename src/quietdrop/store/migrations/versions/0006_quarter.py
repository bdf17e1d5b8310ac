"""What the managers' quarterly page shows."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "quarter_row",
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("other_id", sa.String(length=255), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("part", "place"),
        **PLAIN,
    )
    op.create_index("ix_quarter_row_practice", "quarter_row", ["practice_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_quarter_row_practice", table_name="quarter_row")
    op.drop_table("quarter_row")
