"""Which messages the managers are to be told of; a run that died under the old tables failed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "message",
        sa.Column("to_report", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE run SET state = 'failed' WHERE state = 'running'")


def downgrade() -> None:
    op.drop_column("message", "to_report")
