"""The tables of visits: what was promised there, and whose calendar shows it."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.store.column_types import PLAIN, Moment, key, metadata, text

promise = sa.Table(
    "promise",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    key("practice_id"),
    text("what"),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    key("owner"),  # who does it: an e-mail address, or a department
    key("liaison"),  # who promised it
    sa.Column("kept_on", sa.Date),
    sa.Column("undone_on", sa.Date),  # its visit was undone: it never was
    sa.Column("touch_id", sa.Integer),  # the touch with which it was made, if any
    sa.Index("ix_promise_practice", "practice_id"),
    sa.Index("ix_promise_owner", "owner", "kept_on"),
    sa.Index("ix_promise_due", "kept_on", "due_on"),
    **PLAIN,
)

listed_gift = sa.Table(
    "listed_gift",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    key("practice_id"),
    sa.Column("given_on", sa.Date, nullable=False),
    text("recipient"),  # empty: the whole team
    sa.Column("cost_cents", sa.Integer, nullable=False),
    sa.Index("ix_listed_gift_practice", "practice_id"),
    sa.Index("ix_listed_gift_day", "given_on"),
    **PLAIN,
)

calendar_feed = sa.Table(
    "calendar_feed",
    metadata,
    sa.Column("reader", sa.String(255), primary_key=True),  # a liaison's address in lower case
    sa.Column("mark", sa.String(64), nullable=False),  # sha256 of the secret in the feed's address
    sa.Column("generation", sa.Integer, nullable=False),  # of the link that made it
    sa.Column("made_at", Moment, nullable=False),
    sa.UniqueConstraint("mark", name="uq_calendar_feed_mark"),
    **PLAIN,
)
