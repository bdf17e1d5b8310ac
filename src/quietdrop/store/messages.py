"""The outbox: what is owed, who is sending it, what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.model import Mail, Settled
from quietdrop.store import tables
from quietdrop.store.database import Database

MESSAGE = tables.message.c
SHOWN = [column for column in tables.message.columns if column.name != "mime"]


@dataclass(frozen=True)
class MessageRow:
    """One message of the outbox, without its body."""

    id: int
    run_id: int
    period: date
    recipient: str
    kind: str
    reason: str
    subject: str
    message_id: str
    state: str  # pending | sending | sent | failed | unknown
    attempts: int
    doubts: int
    next_try: datetime | None
    claimed_until: datetime | None
    error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that this process alone may send. `attempts` counts this one, too."""

    id: int
    recipient: str
    mime: bytes
    attempts: int
    doubts: int
    created_at: datetime


class Messages(Database):
    """What the store knows of messages."""

    def owe(self, conn: Connection, run_id: int, mail: Mail, now: datetime) -> bool:
        """Puts a message into the outbox, once a recipient, period and kind.

        Out: False where it was owed already. It is sent when `conn`'s transaction commits.
        """
        try:
            with conn.begin_nested():
                conn.execute(
                    sa.insert(tables.message).values(
                        **asdict(mail),
                        run_id=run_id,
                        state="pending",
                        attempts=0,
                        doubts=0,
                        next_try=now,
                        error="",
                        created_at=now,
                    )
                )
        except IntegrityError:
            owed = sa.select(MESSAGE.id).where(
                MESSAGE.recipient == mail.recipient,
                MESSAGE.period == mail.period,
                MESSAGE.kind == mail.kind,
            )
            if conn.scalar(owed) is None:
                raise
            return False
        return True

    def messages(self, period: date | None = None) -> list[MessageRow]:
        """The messages of that as-of date, or all, the oldest first."""
        wanted = sa.select(*SHOWN).order_by(MESSAGE.id)
        if period is not None:
            wanted = wanted.where(MESSAGE.period == period)
        with self.read() as conn:
            return [MessageRow(**row._mapping) for row in conn.execute(wanted)]

    def due_messages(self, now: datetime) -> list[int]:
        """The ids to be tried now, the longest waiting first.

        A message whose sender died in the act (its lease ran out) becomes `unknown` here: it is
        due once more, and after a second such death it stays unknown.
        """
        died = sa.and_(MESSAGE.state == "sending", MESSAGE.claimed_until <= now)
        with self.begin() as conn:
            conn.execute(
                sa.update(tables.message)
                .where(died)
                .values(
                    state="unknown",
                    next_try=sa.case((MESSAGE.doubts == 0, MESSAGE.claimed_until)),
                    doubts=MESSAGE.doubts + 1,
                    error="the sender stopped before the outcome was recorded",
                )
            )
            wanted = sa.select(MESSAGE.id).where(_due(now)).order_by(MESSAGE.next_try, MESSAGE.id)
            return list(conn.scalars(wanted))

    def claim_message(
        self, message_id: int, now: datetime, lease: timedelta
    ) -> ClaimedMessage | None:
        """The message, to be sent by the caller before the lease ends; None where it is not due."""
        with self.begin() as conn:
            won = conn.execute(
                sa.update(tables.message)
                .where(MESSAGE.id == message_id, _due(now))
                .values(state="sending", attempts=MESSAGE.attempts + 1, claimed_until=now + lease)
            )
            if won.rowcount != 1:
                return None
            row = conn.execute(
                sa.select(
                    MESSAGE.id,
                    MESSAGE.recipient,
                    MESSAGE.mime,
                    MESSAGE.attempts,
                    MESSAGE.doubts,
                    MESSAGE.created_at,
                ).where(MESSAGE.id == message_id)
            ).one()
            return ClaimedMessage(**row._mapping)

    def record_outcome(self, claimed: ClaimedMessage, settled: Settled, now: datetime) -> bool:
        """Records what became of a claimed message.

        Out: False where the lease was lost meanwhile and someone else's word stands. That a
        message was sent is recorded even then, so nobody sends it again.
        """
        ours = sa.and_(MESSAGE.state == "sending", MESSAGE.attempts == claimed.attempts)
        sent = settled.state == "sent"
        with self.begin() as conn:
            done = conn.execute(
                sa.update(tables.message)
                .where(MESSAGE.id == claimed.id, MESSAGE.state != "sent" if sent else ours)
                .values(
                    state=settled.state,
                    next_try=settled.next_try,
                    error=settled.error,
                    claimed_until=None,
                    doubts=MESSAGE.doubts + int(settled.state == "unknown"),
                    sent_at=now if sent else None,
                )
            )
            return done.rowcount == 1


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting for a first or another try, or in doubt and not yet sent again."""
    return sa.and_(MESSAGE.state.in_(("pending", "unknown")), MESSAGE.next_try <= now)
