"""The table of what became of check-ins, for other systems."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.store.column_types import PLAIN, Moment, key, metadata, text, word

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("event_id", sa.String(32), nullable=False),
    sa.Column("checkin_id", sa.Integer, nullable=False),
    word("kind"),  # an EventKind
    sa.Column("happened_on", sa.Date, nullable=False),
    key("practice_id"),
    text("practice_name"),
    key("liaison"),
    word("checkin_kind"),
    sa.Column("opened_on", sa.Date, nullable=False),
    key("outcome"),
    sa.Column("onset", sa.Date),
    sa.Column("probability", sa.Double),
    sa.Column("baseline_per_week", sa.Double),
    sa.Column("remaining_share", sa.Double),
    sa.Column("lost_per_week", sa.Double),
    word("state"),  # an EventState
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try", Moment),
    sa.Column("claimed_until", Moment),
    text("error"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.UniqueConstraint("event_id", name="uq_event_id"),
    sa.UniqueConstraint("checkin_id", "kind", "happened_on", name="uq_event_once"),
    sa.Index("ix_event_practice", "practice_id"),
    sa.Index("ix_event_state", "state", "next_try"),
    **PLAIN,
)
