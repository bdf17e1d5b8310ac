"""Proposals that managers ask for on a page, beside rehearsals."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("trial", sa.Column("budget", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("trial", "budget")
