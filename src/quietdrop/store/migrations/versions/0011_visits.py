"""Visits that are planned and logged: promises, what was brought, and calendar feeds."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0011"
down_revision = "0010"

INDEXES = {
    "ix_checkin_liaison": ("checkin", ["liaison", "state"]),
    "ix_snooze_practice": ("snooze", ["practice_id"]),
    "ix_touch_cost": ("touch", ["cost_cents"]),
    "ix_card_revisit": ("card", ["liaison", "revisit_on"]),
    "ix_card_town": ("card", ["liaison", "town_key"]),
    "ix_card_postcode": ("card", ["liaison", "postcode"]),
    "ix_promise_practice": ("promise", ["practice_id"]),
    "ix_promise_owner": ("promise", ["owner", "kept_on"]),
    "ix_promise_due": ("promise", ["kept_on", "due_on"]),
}


def _columns() -> dict[str, list[sa.Column[Any]]]:
    """The new columns by table; made anew each time, since a column belongs to one table."""
    return {
        "touch": [
            sa.Column("cost_cents", sa.Integer()),
            sa.Column("recipient", sa.String(length=255), nullable=False, server_default=""),
            sa.Column("undone_on", sa.Date()),
        ],
        "card": [
            sa.Column("town_key", sa.String(length=255), nullable=False, server_default=""),
            sa.Column("postcode", sa.String(length=255), nullable=False, server_default=""),
            sa.Column("seen_on", sa.Date()),
            sa.Column("revisit_on", sa.Date()),
            sa.Column("good_news", sa.Text(), nullable=False, server_default=""),
        ],
    }


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("touch_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_table(
        "calendar_feed",
        sa.Column("reader", sa.String(length=255), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("reader"),
        sa.UniqueConstraint("mark", name="uq_calendar_feed_mark"),
        **PLAIN,
    )
    for name, (table, indexed) in INDEXES.items():
        op.create_index(name, table, indexed, unique=False)


def downgrade() -> None:
    for name, (table, _) in reversed(INDEXES.items()):
        op.drop_index(name, table_name=table)
    op.drop_table("calendar_feed")
    op.drop_table("promise")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
