"""Blanks what drivers, parsers and mail servers said in past runs: it may quote a row.

A mail server's reply keeps its code; the sentences that are ours stay.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OURS = (
    "",
    "a practice was forgotten",
    "not delivered within 5 days",
    "the process ended before the run did",
    "the sender stopped before the outcome was recorded",
    "the connection was lost before the server answered",
    "an address that mail cannot carry",
)
RUN = sa.table("run", sa.column("id", sa.Integer), sa.column("summary", sa.JSON))
MESSAGE = sa.table("message", sa.column("id", sa.Integer), sa.column("error", sa.Text))


def upgrade() -> None:
    conn = op.get_bind()
    for run_id, summary in conn.execute(sa.select(RUN.c.id, RUN.c.summary)).all():
        if isinstance(summary, dict) and summary.get("error", "") not in OURS:
            blank = summary | {"error": ""}
            conn.execute(sa.update(RUN).where(RUN.c.id == run_id).values(summary=blank))
    said = sa.select(MESSAGE.c.id, MESSAGE.c.error).where(MESSAGE.c.error.not_in(OURS))
    for message_id, error in conn.execute(said).all():
        code = re.match(r"[245]\d\d\b", error)
        kept = code[0] if code else ""
        conn.execute(sa.update(MESSAGE).where(MESSAGE.c.id == message_id).values(error=kept))


def downgrade() -> None:
    """What was blanked is gone."""
