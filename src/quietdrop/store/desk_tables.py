"""The tables behind the pages for those who have signed in."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.domain.assessment import Status
from quietdrop.store.column_types import PLAIN, Moment, key, member, metadata, text, word

book_row = sa.Table(
    "book_row",
    metadata,
    sa.Column("practice_id", sa.String(255), primary_key=True),
    text("name"),
    key("name_key"),  # folded
    text("search"),  # name, town and people, folded
    key("liaison"),
    key("liaison_key"),  # her name, or else her address
    text("town"),
    key("territory"),
    key("health_system"),
    key("specialty", server_default=""),
    member("status", Status),
    sa.Column("status_rank", sa.Integer, nullable=False),
    sa.Column("usual", sa.Double, nullable=False),
    sa.Column("recent", sa.Integer, nullable=False),
    sa.Column("recent_usual", sa.Double, nullable=False),
    sa.Column("stake", sa.Double, nullable=False),
    sa.Column("odds", sa.Double, nullable=False),  # -1: too little is known
    sa.Column("last_referral_on", sa.Date, nullable=False),  # 1900-01-01: never
    sa.Column("last_touch_on", sa.Date, nullable=False),  # the same
    key("last_touch_kind"),
    text("weeks"),  # referrals a week, the oldest first, with spaces between
    sa.Column("onset_index", sa.Integer),
    *(
        sa.Index(f"ix_book_{name}", name, "practice_id")
        for name in (
            *("name_key", "status_rank", "stake", "usual", "recent", "odds"),
            *("last_referral_on", "last_touch_on", "liaison_key"),
        )
    ),
    *(
        sa.Index(f"ix_book_{name}", name)
        for name in ("status", "liaison", "territory", "health_system", "specialty")
    ),
    **PLAIN,
)

book_line = sa.Table(
    "book_line",
    metadata,
    sa.Column("line", sa.String(255), primary_key=True),
    sa.Column("practice_id", sa.String(255), primary_key=True),
    sa.Index("ix_book_line_practice", "practice_id"),
    **PLAIN,
)

book_choice = sa.Table(
    "book_choice",
    metadata,
    # liaison | territory | line | system | specialty
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("value", sa.String(255), primary_key=True),
    key("label"),
    **PLAIN,
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("mark", sa.String(64), primary_key=True),  # the cookie's keyed hash
    key("who"),
    word("way"),  # mail | openid | local
    sa.Column("begun_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    **PLAIN,
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    key("who"),
    sa.Column("action", sa.String(32), nullable=False),  # an AuditAction
    key("about"),  # a practice's id, or nothing
    text("detail"),
    sa.Index("ix_audit_at", "at"),
    sa.Index("ix_audit_about", "about"),
    **PLAIN,
)
