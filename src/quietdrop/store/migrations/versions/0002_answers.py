"""When a check-in was reminded of, and until when a touch hides its practice."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("checkin", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("touch", sa.Column("snooze_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("touch", "snooze_until")
    op.drop_column("checkin", "reminded_on")
