"""The table of answers: what each changed, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.store.column_types import PLAIN, Moment, key, metadata, text, word

answer = sa.Table(
    "answer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    key("practice_id"),
    text("said"),
    sa.Column("answered_at", Moment, nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),  # the link's; "" for the command line
    sa.Column("touch_id", sa.Integer),
    sa.Column("snooze_id", sa.Integer),
    sa.Column("checkin_id", sa.Integer),
    word("kind_before"),
    sa.Column("told_before", sa.Date, key="notified_before"),
    sa.Column("opened", sa.Boolean, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("undone_at", Moment),
    sa.Index("ix_answer_practice", "practice_id"),
    sa.Index("ix_answer_mark", "mark"),
    **PLAIN,
)
