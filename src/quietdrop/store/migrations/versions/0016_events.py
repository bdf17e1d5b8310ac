"""What became of check-ins, for other systems."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("checkin_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("practice_name", sa.Text(), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("checkin_kind", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=255), nullable=False),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("baseline_per_week", sa.Double(), nullable=True),
        sa.Column("remaining_share", sa.Double(), nullable=True),
        sa.Column("lost_per_week", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", Moment(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", name="uq_event_id"),
        sa.UniqueConstraint("checkin_id", "kind", "happened_on", name="uq_event_once"),
        **PLAIN,
    )
    op.create_index("ix_event_practice", "event", ["practice_id"], unique=False)
    op.create_index("ix_event_state", "event", ["state", "next_try"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_event_state", table_name="event")
    op.drop_index("ix_event_practice", table_name="event")
    op.drop_table("event")
