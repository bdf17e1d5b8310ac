"""What an answer changed, so that it can be undone."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("snooze", sa.Column("undone_on", sa.Date()))
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("touch_id", sa.Integer(), nullable=True),
        sa.Column("snooze_id", sa.Integer(), nullable=True),
        sa.Column("checkin_id", sa.Integer(), nullable=True),
        sa.Column("kind_before", sa.String(length=16), nullable=False),
        sa.Column("told_before", sa.Date(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_index("ix_answer_practice", "answer", ["practice_id"], unique=False)
    op.create_index("ix_answer_mark", "answer", ["mark"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_answer_mark", table_name="answer")
    op.drop_index("ix_answer_practice", table_name="answer")
    op.drop_table("answer")
    op.drop_column("snooze", "undone_on")
