"""The tables, in SQLAlchemy Core, for SQLite, PostgreSQL and MariaDB alike."""

from __future__ import annotations

import sqlalchemy as sa

from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import Kind, State
from quietdrop.store.answer_table import answer as answer
from quietdrop.store.column_types import PLAIN as PLAIN
from quietdrop.store.column_types import Mime
from quietdrop.store.column_types import Moment as Moment
from quietdrop.store.column_types import key as _key
from quietdrop.store.column_types import member as _member
from quietdrop.store.column_types import metadata as metadata
from quietdrop.store.column_types import text as _text
from quietdrop.store.column_types import word as _word
from quietdrop.store.desk_tables import audit as audit
from quietdrop.store.desk_tables import book_choice as book_choice
from quietdrop.store.desk_tables import book_line as book_line
from quietdrop.store.desk_tables import book_row as book_row
from quietdrop.store.desk_tables import session as session
from quietdrop.store.documents import Document
from quietdrop.store.event_table import event as event
from quietdrop.store.trial_table import trial as trial
from quietdrop.store.visit_tables import calendar_feed as calendar_feed
from quietdrop.store.visit_tables import listed_gift as listed_gift
from quietdrop.store.visit_tables import promise as promise

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    _word("state"),  # running | done | held | failed
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Column("summary", Document),
    sa.UniqueConstraint("as_of", "revision", name="uq_run_as_of"),
    **PLAIN,
)

assessment = sa.Table(
    "assessment",
    metadata,
    sa.Column("run_id", sa.ForeignKey("run.id", name="fk_assessment_run"), primary_key=True),
    sa.Column("practice_id", sa.String(255), primary_key=True),
    _text("practice_name"),
    _key("liaison"),
    _word("status"),
    sa.Column("expected", sa.Double),
    sa.Column("observed", sa.Integer),
    sa.Column("drift_probability", sa.Double),
    sa.Column("onset", sa.Date),
    sa.Column("onset_low", sa.Date),
    sa.Column("onset_high", sa.Date),
    sa.Column("remaining_share", sa.Double),
    sa.Column("baseline_per_week", sa.Double),
    sa.Column("lost_per_week", sa.Double),
    sa.Column("priority", sa.Double),
    sa.Column("listed", sa.Boolean, nullable=False),
    _text("reason"),
    **PLAIN,
)

checkin = sa.Table(
    "checkin",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _key("practice_id"),
    _text("practice_name"),
    _key("liaison"),
    _member("kind", Kind),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("onset", sa.Date),
    sa.Column("onset_low", sa.Date),
    sa.Column("onset_high", sa.Date),
    sa.Column("probability", sa.Double),
    sa.Column("baseline_per_week", sa.Double),
    sa.Column("remaining_share", sa.Double),
    sa.Column("lost_per_week", sa.Double),
    sa.Column("expected", sa.Double),
    sa.Column("observed", sa.Integer),
    _member("state", State),
    sa.Column("resolved_on", sa.Date),
    _text("outcome"),
    sa.Column(
        "told_on", sa.Date, key="notified_on"
    ),  # the date of the digest that tells it; none if that failed
    sa.Column("reminded_on", sa.Date),
    _key("open_key", nullable=True),  # practice_id while open: one open check-in a practice
    sa.UniqueConstraint("open_key", name="uq_checkin_open"),
    sa.Index("ix_checkin_practice", "practice_id"),
    sa.Index("ix_checkin_liaison", "liaison", "state"),
    **PLAIN,
)

snooze = sa.Table(
    "snooze",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _key("practice_id"),
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    _text("reason"),
    sa.Column("undone_on", sa.Date),  # it stays on record, and hides no more
    sa.Index("ix_snooze_practice", "practice_id"),
    **PLAIN,
)

touch = sa.Table(
    "touch",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("touched_on", sa.Date, nullable=False),
    _key("practice_id"),
    _key("liaison"),
    _text("kind"),
    _text("whom"),
    _text("outcome"),
    sa.Column("resolved_on", sa.Date),
    sa.Column("snooze_until", sa.Date),
    sa.Column("cost_cents", sa.Integer),
    _key("recipient", server_default=""),
    sa.Column("undone_on", sa.Date),  # it stays on record, and counts no more
    _text("note"),  # may name a patient in spite of the warning: never selected
    sa.Index("ix_touch_practice", "practice_id"),
    sa.Index("ix_touch_cost", "cost_cents"),
    **PLAIN,
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.ForeignKey("run.id", name="fk_message_run"), nullable=False),
    sa.Column("period", sa.Date, nullable=False),
    _key("recipient"),
    _word("kind"),  # digest | summary | held | notice
    _text("reason"),
    _text("subject"),
    _key("message_id"),
    sa.Column("mime", Mime, nullable=False),
    _word("state"),  # pending | sending | sent | failed | unknown
    sa.Column("attempts", sa.Integer, nullable=False),  # also tells one claim from the next
    sa.Column("doubts", sa.Integer, nullable=False),  # how often its fate could not be known
    sa.Column("next_try", Moment),
    sa.Column("claimed_until", Moment),
    _text("error"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("to_report", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("recipient", "period", "kind", name="uq_message_owed"),
    sa.Index("ix_message_state", "state"),
    **PLAIN,
)

card = sa.Table(
    "card",
    metadata,
    sa.Column("practice_id", sa.String(255), primary_key=True),
    _text("name"),
    _key("liaison"),
    _key("territory"),
    _member("status", Status),
    sa.Column("as_of", sa.Date, nullable=False),
    _text("sentence"),
    _key("town_key", server_default=""),  # the same for practices of one town
    _key("postcode", server_default=""),
    sa.Column("seen_on", sa.Date),  # the last contact that the run knew of
    sa.Column("revisit_on", sa.Date),  # from then on it has not been seen for long
    sa.Column("good_news", sa.Text, nullable=False, server_default=""),
    sa.Column("body", Document, nullable=False),  # the card's other fields
    sa.Index("ix_card_liaison", "liaison"),
    sa.Index("ix_card_revisit", "liaison", "revisit_on"),
    sa.Index("ix_card_town", "liaison", "town_key"),
    sa.Index("ix_card_postcode", "liaison", "postcode"),
    sa.Index("ix_card_territory", "territory"),
    **PLAIN,
)

quarter_row = sa.Table(
    "quarter_row",
    metadata,
    sa.Column("part", sa.String(16), primary_key=True),  # head, or what is counted
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),  # the largest is 0
    _word("move"),
    _key("practice_id"),
    _key("other_id"),  # where it goes on, or came from
    sa.Column("body", Document, nullable=False),
    sa.Index("ix_quarter_row_practice", "practice_id"),
    **PLAIN,
)

weekly_count = sa.Table(
    "weekly_count",
    metadata,
    sa.Column("practice_id", sa.String(255), primary_key=True),
    _text("practice_name"),
    sa.Column("seen_on", sa.Date, nullable=False),  # the as-of date of the run that saw it so
    sa.Column("source", sa.String(64), nullable=False),  # a mark of the source's settings
    sa.Column("first_week", sa.Date, nullable=False),  # the Monday of the first count
    sa.Column("counts", sa.JSON, nullable=False),  # referrals a calendar week, the oldest first
    **PLAIN,
)

spent_link = sa.Table(
    "spent_link",
    metadata,
    sa.Column("mark", sa.String(64), primary_key=True),  # the link's sha256
    _key("practice_id"),
    sa.Column("spent_at", Moment, nullable=False),
    _text("said"),
    **PLAIN,
)

link_generation = sa.Table(
    "link_generation",
    metadata,
    sa.Column("reader", sa.String(255), primary_key=True),  # an address in lower case
    sa.Column("generation", sa.Integer, nullable=False),  # 0 for readers without a row
    sa.Column("changed_at", Moment, nullable=False),
    **PLAIN,
)

link_use = sa.Table(
    "link_use",
    metadata,
    sa.Column("family", sa.String(64), primary_key=True),  # sha256 of what links have in common
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    **PLAIN,
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),  # a DecisionKind
    _text("subject"),
    _text("value"),
    sa.Column("from_on", sa.Date, nullable=False),
    _key("decided_by"),
    sa.Column("decided_at", Moment, nullable=False),
    _key("undone_by"),
    sa.Column("undone_at", Moment),
    **PLAIN,
)

spelling = sa.Table(
    "spelling",
    metadata,
    sa.Column("practice_id", sa.String(255), primary_key=True),  # as a source spells it
    _key("current_id"),  # the practice that it is
    sa.Index("ix_spelling_current", "current_id"),
    **PLAIN,
)

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    _key("owner"),
    sa.Column("expires_at", Moment, nullable=False),
    **PLAIN,
)

heartbeat = sa.Table(
    "heartbeat",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    **PLAIN,
)
