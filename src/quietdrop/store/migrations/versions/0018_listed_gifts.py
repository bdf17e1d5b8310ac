"""What the source says was brought to practices, for the year's totals on the pages."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "listed_gift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_index("ix_listed_gift_practice", "listed_gift", ["practice_id"], unique=False)
    op.create_index("ix_listed_gift_day", "listed_gift", ["given_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_listed_gift_day", table_name="listed_gift")
    op.drop_index("ix_listed_gift_practice", table_name="listed_gift")
    op.drop_table("listed_gift")
