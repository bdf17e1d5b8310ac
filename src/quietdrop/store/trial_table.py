"""The table of rehearsals and proposals that managers ask for."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.store.column_types import PLAIN, Mime, Moment, key, metadata, text, word

trial = sa.Table(
    "trial",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    key("asked_by"),
    sa.Column("asked_at", Moment, nullable=False),
    text("changes"),  # JSON: "section.key" to a TOML value
    sa.Column("budget", sa.Double),  # of a proposal: check-ins a liaison and week; else none
    word("state"),  # a TrialState
    sa.Column("slot", sa.Integer),  # 1 while running: so there is one at a time
    key("worker"),  # the process that does it; "" until it has named itself
    sa.Column("weeks_done", sa.Integer, nullable=False),
    sa.Column("weeks", sa.Integer, nullable=False),
    text("detail"),
    sa.Column("report", Mime),  # the comparison or the proposal as JSON, deflated
    sa.UniqueConstraint("slot", name="uq_trial_slot"),
    **PLAIN,
)
