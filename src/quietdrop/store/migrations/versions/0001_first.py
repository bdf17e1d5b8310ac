"""The first tables."""

import sqlalchemy as sa
from alembic import op

from quietdrop.store.tables import PLAIN, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "checkin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("practice_name", sa.Text(), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("onset_low", sa.Date(), nullable=True),
        sa.Column("onset_high", sa.Date(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("baseline_per_week", sa.Double(), nullable=True),
        sa.Column("remaining_share", sa.Double(), nullable=True),
        sa.Column("lost_per_week", sa.Double(), nullable=True),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("observed", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("open_key", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("open_key", name="uq_checkin_open"),
        **PLAIN,
    )
    op.create_index("ix_checkin_practice", "checkin", ["practice_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        **PLAIN,
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        **PLAIN,
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("as_of", "revision", name="uq_run_as_of"),
        **PLAIN,
    )
    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_table(
        "touch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("touched_on", sa.Date(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **PLAIN,
    )
    op.create_table(
        "assessment",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.String(length=255), nullable=False),
        sa.Column("practice_name", sa.Text(), nullable=False),
        sa.Column("liaison", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("observed", sa.Integer(), nullable=True),
        sa.Column("drift_probability", sa.Double(), nullable=True),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("onset_low", sa.Date(), nullable=True),
        sa.Column("onset_high", sa.Date(), nullable=True),
        sa.Column("remaining_share", sa.Double(), nullable=True),
        sa.Column("baseline_per_week", sa.Double(), nullable=True),
        sa.Column("lost_per_week", sa.Double(), nullable=True),
        sa.Column("priority", sa.Double(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_assessment_run"),
        sa.PrimaryKeyConstraint("run_id", "practice_id"),
        **PLAIN,
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("mime", sa.LargeBinary(length=16777215), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("next_try", Moment(), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_message_run"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recipient", "period", "kind", name="uq_message_owed"),
        **PLAIN,
    )
    op.create_index("ix_message_state", "message", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_message_state", table_name="message")
    op.drop_table("message")
    op.drop_table("assessment")
    op.drop_table("touch")
    op.drop_table("snooze")
    op.drop_table("run")
    op.drop_table("heartbeat")
    op.drop_table("claim")
    op.drop_index("ix_checkin_practice", table_name="checkin")
    op.drop_table("checkin")
