"""A practice's specialty, by which the book of business is filtered."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column(
        "book_row",
        sa.Column("specialty", sa.String(length=255), nullable=False, server_default=""),
    )
    op.create_index("ix_book_specialty", "book_row", ["specialty"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_book_specialty", table_name="book_row")
    op.drop_column("book_row", "specialty")
