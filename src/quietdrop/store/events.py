"""What happened to check-ins: recorded once, and sent to other systems if any are configured."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from quietdrop.domain.checkin import CheckIn, State
from quietdrop.domain.event import Event, EventKind, EventState
from quietdrop.store import tables
from quietdrop.store.database import Part
from quietdrop.store.outbox import LONGER_THAN_ANY_PAUSE

EVENT, CHECKIN = tables.event.c, tables.checkin.c
FIELDS = [EVENT[field.name] for field in fields(Event)]
ENDED = (State.CLOSED, State.RECOVERED)
FROZEN = ("onset", "probability", "baseline_per_week", "remaining_share", "lost_per_week")
WAITING = (EventState.PENDING, EventState.SENDING)


@dataclass(frozen=True)
class ClaimedEvent:
    """An event that this process alone may send. `attempts` counts this one, too."""

    id: int
    attempts: int
    event: Event


@dataclass(frozen=True)
class EventRow:
    """How far an event has come."""

    kind: EventKind
    happened_on: date
    state: EventState
    attempts: int
    error: str
    created_at: datetime


class Events(Part):
    """Events, and how far each has come."""

    def note_opened(
        self, conn: Connection, checkins: Iterable[CheckIn], on: date, now: datetime, *, owed: bool
    ) -> None:
        """Records with `conn`'s transaction that these practices' check-ins were opened, once per
        check-in. A check-in that has ended in the meantime is left out.

        Args:
            conn: The transaction in which they were opened.
            checkins: As they were announced.
            on: The date on which they were announced.
            now: The time.
            owed: Whether the events are to be sent.
        """
        for row in _open_rows(conn, checkins):
            before = EVENT.checkin_id == row["id"], EVENT.kind == EventKind.OPENED
            if conn.scalar(sa.select(EVENT.id).where(*before)) is None:
                conn.execute(_new(row, EventKind.OPENED, on, now, owed))

    def note_worsened(
        self, conn: Connection, checkins: Iterable[CheckIn], on: date, now: datetime, *, owed: bool
    ) -> None:
        """The same for check-ins that got worse, once per check-in and day."""
        for row in _open_rows(conn, checkins):
            before = (
                EVENT.checkin_id == row["id"],
                EVENT.kind == EventKind.WORSENED,
                EVENT.happened_on == on,
            )
            if conn.scalar(sa.select(EVENT.id).where(*before)) is None:
                conn.execute(_new(row, EventKind.WORSENED, on, now, owed))

    def note_closed(self, conn: Connection, since: date, now: datetime, *, owed: bool) -> None:
        """The same for every announced check-in that ended since that day, by a run or an
        answer."""
        noted = sa.exists().where(
            EVENT.checkin_id == CHECKIN.id,
            EVENT.kind == EventKind.CLOSED,
            EVENT.happened_on == CHECKIN.resolved_on,
        )
        ended = sa.select(tables.checkin).where(
            CHECKIN.state.in_(ENDED),
            CHECKIN.resolved_on >= since,
            CHECKIN.notified_on.is_not(None),
            ~noted,
        )
        for row in conn.execute(ended.order_by(CHECKIN.id)).mappings().all():
            conn.execute(_new(row, EventKind.CLOSED, row["resolved_on"], now, owed))

    def between(self, first: date, last: date) -> list[Event]:
        """The events between two days, the oldest first."""
        wanted = sa.select(*FIELDS).where(EVENT.happened_on.between(first, last))
        with self._database.read() as conn:
            rows = conn.execute(wanted.order_by(EVENT.happened_on, EVENT.id)).all()
        return [_event(row._mapping) for row in rows]

    def unsent(self, since: datetime) -> list[EventRow]:
        """Waiting events, and those that failed since then, the oldest first."""
        failed = sa.and_(EVENT.state == EventState.FAILED, EVENT.created_at >= since)
        columns = [EVENT[field.name] for field in fields(EventRow)]
        wanted = sa.select(*columns).where(sa.or_(EVENT.state.in_(WAITING), failed))
        with self._database.read() as conn:
            rows = conn.execute(wanted.order_by(EVENT.id)).all()
        return [EventRow(EventKind(row[0]), row[1], EventState(row[2]), *row[3:]) for row in rows]

    def due(self, now: datetime) -> list[int]:
        """The ids to be tried now, the oldest first; those whose sender died are among them, since
        receivers know an event that comes twice by its id."""
        wanted = sa.select(EVENT.id).where(_is_due(now)).order_by(EVENT.id)
        with self._database.read() as conn:
            return list(conn.scalars(wanted))

    def claim(self, number: int, now: datetime, lease: timedelta) -> ClaimedEvent | None:
        """Claims the event; the caller sends it before the lease ends. None if it is not due."""
        claimed = {"state": EventState.SENDING, "attempts": EVENT.attempts + 1}
        with self._database.begin() as conn:
            won = conn.execute(
                sa.update(tables.event)
                .where(EVENT.id == number, _is_due(now))
                .values(claimed | {"claimed_until": now + lease})
            )
            if won.rowcount != 1:
                return None
            row = conn.execute(sa.select(EVENT.attempts, *FIELDS).where(EVENT.id == number)).one()
        return ClaimedEvent(number, row.attempts, _event(row._mapping))

    def settle(
        self,
        claimed: ClaimedEvent,
        state: EventState,
        now: datetime,
        *,
        next_try: datetime | None = None,
        error: str = "",
    ) -> bool:
        """Records the outcome of a claimed event. Returns False where somebody else has claimed it
        since, and it was not sent, or where it has been forgotten."""
        sent = state is EventState.SENT
        ours = sa.and_(EVENT.state == EventState.SENDING, EVENT.attempts == claimed.attempts)
        values = {"state": state, "next_try": next_try, "error": error, "claimed_until": None}
        with self._database.begin() as conn:
            done = conn.execute(
                sa.update(tables.event)
                .where(EVENT.id == claimed.id, EVENT.state != EventState.SENT if sent else ours)
                .values(values | {"sent_at": now if sent else None})
            )
        return done.rowcount == 1

    def give_up(self, owed_until: datetime, why: str) -> int:
        """Fails what has been waiting since then or longer. Returns how many."""
        stale = EVENT.state == EventState.PENDING, EVENT.created_at <= owed_until
        failed = {"state": EventState.FAILED, "next_try": None, "error": why}
        with self._database.begin() as conn:
            return conn.execute(sa.update(tables.event).where(*stale).values(failed)).rowcount


def _open_rows(conn: Connection, checkins: Iterable[CheckIn]) -> Iterable[Mapping[Any, Any]]:
    """The open check-ins of the same practices, as they are kept."""
    for checkin in checkins:
        is_open = CHECKIN.open_key == checkin.practice_id
        row = conn.execute(sa.select(tables.checkin).where(is_open)).mappings().one_or_none()
        if row is not None:
            yield row


def _new(row: Mapping[Any, Any], kind: EventKind, on: date, now: datetime, owed: bool) -> sa.Insert:
    """The statement that records an event of a check-in's row."""
    outcome = row["outcome"] or row["state"] if kind is EventKind.CLOSED else ""
    values = {name: row[name] for name in (*FROZEN, "practice_id", "practice_name", "liaison")}
    values |= {
        "event_id": uuid.uuid4().hex,
        "checkin_id": row["id"],
        "kind": kind,
        "happened_on": on,
        "checkin_kind": row["kind"],
        "opened_on": row["opened_on"],
        "outcome": outcome,
        "state": EventState.PENDING if owed else EventState.RECORDED,
        "attempts": 0,
        "next_try": now if owed else None,
        "error": "",
        "created_at": now,
    }
    return sa.insert(tables.event).values(values)


def _event(row: Mapping[Any, Any]) -> Event:
    values = {field.name: row[field.name] for field in fields(Event)}
    return Event(**values | {"kind": EventKind(row["kind"])})


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting for a first or another try, or claimed by a sender that has died. An implausibly long
    pause comes from a clock that was set back since; it counts as over."""
    over = sa.or_(EVENT.next_try <= now, EVENT.next_try > now + LONGER_THAN_ANY_PAUSE)
    waits = sa.and_(EVENT.state == EventState.PENDING, over)
    return sa.or_(waits, sa.and_(EVENT.state == EventState.SENDING, EVENT.claimed_until <= now))
