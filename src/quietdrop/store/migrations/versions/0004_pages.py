"""What the pages show of a practice, and which links have been used."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("territory", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id"),
        **PLAIN,
    )
    op.create_index("ix_card_liaison", "card", ["liaison"], unique=False)
    op.create_index("ix_card_territory", "card", ["territory"], unique=False)
    op.create_table(
        "spent_link",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("spent_at", Moment(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
        **PLAIN,
    )


def downgrade() -> None:
    op.drop_table("spent_link")
    op.drop_index("ix_card_territory", table_name="card")
    op.drop_index("ix_card_liaison", table_name="card")
    op.drop_table("card")
