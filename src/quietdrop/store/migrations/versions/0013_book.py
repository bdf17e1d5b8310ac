"""The book of business: a row a practice, with an index for each column that it is sorted by."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN

revision = "0013"
down_revision = "0012"

SORTED = (
    "name_key",
    "status_rank",
    "stake",
    "usual",
    "recent",
    "odds",
    "last_referral_on",
    "last_touch_on",
    "liaison_key",
)
FILTERED = ("status", "liaison", "territory", "health_system")


def upgrade() -> None:
    op.create_table(
        "book_row",
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("liaison_key", sa.String(length=255), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("territory", sa.String(length=255), nullable=False),
        sa.Column("health_system", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_rank", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Double(), nullable=False),
        sa.Column("recent", sa.Integer(), nullable=False),
        sa.Column("recent_usual", sa.Double(), nullable=False),
        sa.Column("stake", sa.Double(), nullable=False),
        sa.Column("odds", sa.Double(), nullable=False),
        sa.Column("last_referral_on", sa.Date(), nullable=False),
        sa.Column("last_touch_on", sa.Date(), nullable=False),
        sa.Column("last_touch_kind", sa.String(length=255), nullable=False),
        sa.Column("weeks", sa.Text(), nullable=False),
        sa.Column("onset_index", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id"),
        **PLAIN,
    )
    for column in SORTED:
        op.create_index(f"ix_book_{column}", "book_row", [column, "practice_id"], unique=False)
    for column in FILTERED:
        op.create_index(f"ix_book_{column}", "book_row", [column], unique=False)
    op.create_table(
        "book_line",
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("line", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("line", "practice_id"),
        **PLAIN,
    )
    op.create_table(
        "book_choice",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value"),
        **PLAIN,
    )
    op.create_index("ix_book_line_practice", "book_line", ["practice_id"], unique=False)


def downgrade() -> None:
    op.drop_table("book_choice")
    op.drop_table("book_line")
    op.drop_table("book_row")
