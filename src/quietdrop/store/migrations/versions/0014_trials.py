"""Rehearsals that managers ask for on a page."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.column_types import Mime
from quietdrop.store.tables import PLAIN, Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("worker", sa.String(length=255), nullable=False),
        sa.Column("weeks_done", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("report", Mime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot", name="uq_trial_slot"),
        **PLAIN,
    )


def downgrade() -> None:
    op.drop_table("trial")
