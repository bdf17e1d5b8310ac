"""A practice's touches are found without reading all."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_touch_practice", "touch", ["practice_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_touch_practice", table_name="touch")
