"""The outbox: which messages are owed, who is sending them, and their outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from quietdrop.domain.mail import Mail, MailKind, MessageState, Settled
from quietdrop.store import tables
from quietdrop.store.checkins import withdraw_notification
from quietdrop.store.database import Part

MESSAGE = tables.message.c
LONGER_THAN_ANY_PAUSE = timedelta(days=1)
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
    state: MessageState
    attempts: int
    doubts: int
    next_try: datetime | None
    claimed_until: datetime | None
    error: str
    created_at: datetime
    sent_at: datetime | None
    to_report: bool  # the managers have not been notified of its outcome yet


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that this process alone may send. `attempts` counts this one, too."""

    id: int
    recipient: str
    period: date
    kind: str
    mime: bytes
    attempts: int
    doubts: int
    created_at: datetime


class Outbox(Part):
    """Messages, from being owed until their outcome is recorded."""

    def owe(self, conn: Connection, run_id: int, mail: Mail, now: datetime) -> bool:
        """Puts a message into the outbox, once per recipient, period and kind.

        Returns False if it was owed already. It is sent when `conn`'s transaction commits.
        """
        try:
            with conn.begin_nested():
                conn.execute(
                    sa.insert(tables.message).values(
                        **asdict(mail),
                        run_id=run_id,
                        state=MessageState.PENDING,
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
        with self._database.read() as conn:
            return [_message(row) for row in conn.execute(wanted)]

    def whole_digests(self, first: date, before: date, but: str) -> dict[str, date]:
        """The date of each liaison's last digest from `first` on and before `before`, that failed
        ones and those with `but` as their reason left out."""
        wanted = sa.select(MESSAGE.recipient, sa.func.max(MESSAGE.period)).where(
            MESSAGE.kind == MailKind.DIGEST,
            MESSAGE.period >= first,
            MESSAGE.period < before,
            MESSAGE.state != MessageState.FAILED,
            MESSAGE.reason != but,
        )
        with self._database.read() as conn:
            return {row[0]: row[1] for row in conn.execute(wanted.group_by(MESSAGE.recipient))}

    def due(self, now: datetime) -> list[int]:
        """The ids to try now, the longest waiting first.

        A message whose sender died while sending (its lease ran out) becomes `unknown` here. It is
        due once more; after a second death it stays unknown and is reported.
        """
        died = sa.and_(MESSAGE.state == MessageState.SENDING, MESSAGE.claimed_until <= now)
        with self._database.begin() as conn:
            conn.execute(
                sa.update(tables.message)
                .where(died)
                # The order matters: MariaDB assigns in turn, and reads what it has assigned.
                .ordered_values(
                    ("state", MessageState.UNKNOWN),
                    ("next_try", sa.case((MESSAGE.doubts == 0, MESSAGE.claimed_until))),
                    ("to_report", MESSAGE.doubts > 0),
                    ("doubts", MESSAGE.doubts + 1),
                    ("error", "the sender stopped before the outcome was recorded"),
                )
            )
            wanted = sa.select(MESSAGE.id).where(_due(now)).order_by(MESSAGE.next_try, MESSAGE.id)
            return list(conn.scalars(wanted))

    def claim(self, message_id: int, now: datetime, lease: timedelta) -> ClaimedMessage | None:
        """Claims the message; the caller sends it before the lease ends. None if it is not due."""
        with self._database.begin() as conn:
            won = conn.execute(
                sa.update(tables.message)
                .where(MESSAGE.id == message_id, _due(now))
                .values(
                    state=MessageState.SENDING,
                    attempts=MESSAGE.attempts + 1,
                    claimed_until=now + lease,
                )
            )
            if won.rowcount != 1:
                return None
            row = conn.execute(
                sa.select(
                    MESSAGE.id,
                    MESSAGE.recipient,
                    MESSAGE.period,
                    MESSAGE.kind,
                    MESSAGE.mime,
                    MESSAGE.attempts,
                    MESSAGE.doubts,
                    MESSAGE.created_at,
                ).where(MESSAGE.id == message_id)
            ).one()
            return ClaimedMessage(**row._mapping)

    def record_outcome(self, claimed: ClaimedMessage, settled: Settled, now: datetime) -> bool:
        """Records the outcome of a claimed message.

        Returns False if the lease was lost and another process has recorded an outcome. A message
        that was sent is recorded as sent even then, so nobody sends it again.
        """
        ours = sa.and_(MESSAGE.state == MessageState.SENDING, MESSAGE.attempts == claimed.attempts)
        sent = settled.state == MessageState.SENT
        with self._database.begin() as conn:
            done = conn.execute(
                sa.update(tables.message)
                .where(
                    MESSAGE.id == claimed.id, MESSAGE.state != MessageState.SENT if sent else ours
                )
                .values(
                    state=settled.state,
                    next_try=settled.next_try,
                    error=settled.error,
                    claimed_until=None,
                    doubts=MESSAGE.doubts + int(settled.state == MessageState.UNKNOWN),
                    sent_at=now if sent else None,
                    to_report=settled.to_report,
                )
            )
            if (
                done.rowcount
                and settled.state == MessageState.FAILED
                and claimed.kind == MailKind.DIGEST
            ):
                withdraw_notification(conn, claimed.recipient, claimed.period)
            return done.rowcount == 1

    def give_up(self, owed_until: datetime, why: str) -> int:
        """Fails messages that have waited since `owed_until` or longer, and withdraws what they
        announced.

        A message that may have arrived keeps its announcements; it is only not sent again. Notices
        wait forever. Returns how many were given up.
        """
        waiting = sa.and_(
            MESSAGE.state.in_((MessageState.PENDING, MessageState.UNKNOWN)),
            MESSAGE.next_try.is_not(None),
            MESSAGE.created_at <= owed_until,
            MESSAGE.kind != MailKind.NOTICE,
        )
        with self._database.begin() as conn:
            columns = (MESSAGE.id, MESSAGE.recipient, MESSAGE.period, MESSAGE.kind, MESSAGE.state)
            stale = conn.execute(sa.select(*columns).where(waiting).with_for_update()).all()
            for row in stale:
                kept = (
                    MessageState.FAILED
                    if row.state == MessageState.PENDING
                    else MessageState.UNKNOWN
                )
                conn.execute(
                    sa.update(tables.message)
                    .where(MESSAGE.id == row.id)
                    .values(state=kept, next_try=None, error=why, to_report=True)
                )
                if kept == MessageState.FAILED and row.kind == MailKind.DIGEST:
                    withdraw_notification(conn, row.recipient, row.period)
            return len(stale)

    def to_report(self) -> list[MessageRow]:
        """The messages whose outcome the managers have not been notified of, the oldest first."""
        wanted = sa.select(*SHOWN).where(MESSAGE.to_report, MESSAGE.kind != MailKind.NOTICE)
        with self._database.read() as conn:
            return [_message(row) for row in conn.execute(wanted.order_by(MESSAGE.id))]

    def mark_reported(self, conn: Connection, ids: Iterable[int]) -> None:
        """Marks these as reported to the managers when `conn`'s transaction commits."""
        conn.execute(
            sa.update(tables.message).where(MESSAGE.id.in_(list(ids))).values(to_report=False)
        )


def _message(row: sa.Row[Any]) -> MessageRow:
    return MessageRow(**dict(row._mapping) | {"state": MessageState(row.state)})


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting for a first or another try, or in doubt and not yet sent again.

    An implausibly long pause comes from a clock that was set back since; it counts as over.
    """
    over = sa.or_(MESSAGE.next_try <= now, MESSAGE.next_try > now + LONGER_THAN_ANY_PAUSE)
    return sa.and_(MESSAGE.state.in_((MessageState.PENDING, MessageState.UNKNOWN)), over)
