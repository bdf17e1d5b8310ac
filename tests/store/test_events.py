"""What the store promises of events, on every database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.event import EventKind, EventState
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
TOLD = CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, DAY, notified_on=DAY)


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def opened(store: Store, *checkins: CheckIn, on: date = DAY, owed: bool = True) -> None:
    with store.begin() as conn:
        for checkin in checkins:
            if store.checkins.lock_open(conn, checkin.practice_id) is None:
                store.checkins.save(conn, checkin)
        store.events.note_opened(conn, checkins, on, NOW, owed=owed)


def closed(
    store: Store, on: date, since: date, state: State = State.CLOSED, outcome: str = ""
) -> None:
    with store.begin() as conn:
        for checkin in store.checkins.open():
            store.checkins.save(
                conn, replace(checkin, state=state, resolved_on=on, outcome=outcome)
            )
        store.events.note_closed(conn, since, NOW, owed=True)


def said(store: Store) -> list[tuple[EventKind, date, str]]:
    events = store.events.between(date.min, date.max)
    return [(event.kind, event.happened_on, event.outcome) for event in events]


def test_a_check_in_is_opened_once_however_often_it_is_told(store: Store) -> None:
    opened(store, TOLD)
    opened(store, TOLD, on=DAY + WEEK)
    assert said(store) == [(EventKind.OPENED, DAY, "")]


def test_it_gets_worse_once_a_day(store: Store) -> None:
    opened(store, TOLD)
    for on in (DAY + WEEK, DAY + WEEK, DAY + 2 * WEEK):
        with store.begin() as conn:
            store.events.note_worsened(conn, [TOLD], on, NOW, owed=True)
    worsened = [on for kind, on, _ in said(store) if kind is EventKind.WORSENED]
    assert worsened == [DAY + WEEK, DAY + 2 * WEEK]


@pytest.mark.parametrize(
    ("state", "outcome", "shown"),
    [("closed", "access", "access"), ("recovered", "", "recovered")],
)
def test_what_ended_is_told_once_with_its_outcome(
    store: Store, state: State, outcome: str, shown: str
) -> None:
    opened(store, TOLD)
    for _ in range(2):
        closed(store, DAY + WEEK, DAY + WEEK, state, outcome)
    assert said(store)[1:] == [(EventKind.CLOSED, DAY + WEEK, shown)]


def test_what_ended_before_the_last_run_is_no_news(store: Store) -> None:
    opened(store, TOLD)
    closed(store, DAY + WEEK, DAY + WEEK + timedelta(days=1))
    assert len(said(store)) == 1


def test_what_was_never_told_does_not_end(store: Store) -> None:
    with store.begin() as conn:
        store.checkins.save(conn, replace(TOLD, notified_on=None))
    closed(store, DAY, DAY)
    assert said(store) == []


def test_nothing_is_recorded_where_the_transaction_fails(store: Store) -> None:
    def fails() -> None:
        with store.begin() as conn:
            store.checkins.save(conn, TOLD)
            store.events.note_opened(conn, [TOLD], DAY, NOW, owed=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert said(store) == []


def test_without_a_receiver_events_are_recorded_and_never_due(store: Store) -> None:
    opened(store, TOLD, owed=False)
    assert len(said(store)) == 1
    assert store.events.due(NOW + 9 * WEEK) == []
    assert store.events.unsent(NOW - WEEK) == []


def test_one_process_alone_sends_an_event(store: Store) -> None:
    opened(store, TOLD)
    [number] = store.events.due(NOW)
    assert store.events.claim(number, NOW, 10 * MINUTE) is not None
    assert store.events.claim(number, NOW + 9 * MINUTE, 10 * MINUTE) is None
    assert store.events.due(NOW + 9 * MINUTE) == []


def test_an_event_whose_sender_died_is_due_again_under_the_same_id(store: Store) -> None:
    opened(store, TOLD)
    [number] = store.events.due(NOW)
    first = store.events.claim(number, NOW, 10 * MINUTE)
    again = store.events.claim(number, NOW + 10 * MINUTE, 10 * MINUTE)
    assert first is not None
    assert again is not None
    assert (again.attempts, again.event) == (2, first.event)
    assert not store.events.settle(first, EventState.PENDING, NOW, next_try=NOW)
    assert store.events.settle(first, EventState.SENT, NOW)  # it arrived after all
    assert not store.events.settle(again, EventState.SENT, NOW)


def test_a_pause_made_by_a_clock_that_was_set_back_is_over(store: Store) -> None:
    opened(store, TOLD)
    claimed = store.events.claim(1, NOW, MINUTE)
    assert claimed is not None
    store.events.settle(claimed, EventState.PENDING, NOW, next_try=NOW + timedelta(days=2))
    assert store.events.due(NOW) == [1]


@pytest.mark.parametrize(("after", "given_up"), [(timedelta(0), 1), (-MINUTE, 0)])
def test_what_waits_too_long_is_given_up(store: Store, after: timedelta, given_up: int) -> None:
    opened(store, TOLD)
    assert store.events.give_up(NOW + after, "late") == given_up
    states = [(row.state, row.error) for row in store.events.unsent(NOW)]
    assert states == [(EventState.FAILED, "late") if given_up else (EventState.PENDING, "")]


def test_forgetting_a_practice_takes_its_events(store: Store) -> None:
    opened(store, TOLD, replace(TOLD, practice_id="P2"))
    assert store.retention.forget("P1")["event"] == 1
    assert [event.practice_id for event in store.events.between(DAY, DAY)] == ["P2"]


@pytest.mark.parametrize(
    ("before", "act", "left"),
    [
        (DAY, "sent", 1),
        (DAY + timedelta(days=1), "sent", 0),
        (DAY + timedelta(days=1), "waiting", 1),
    ],
)
def test_old_events_go_unless_they_wait(store: Store, before: date, act: str, left: int) -> None:
    opened(store, TOLD)
    claimed = store.events.claim(1, NOW, MINUTE)
    assert claimed is not None
    ends: dict[str, Callable[[], object]] = {
        "sent": lambda: store.events.settle(claimed, EventState.SENT, NOW),
        "waiting": lambda: store.events.settle(claimed, EventState.PENDING, NOW, next_try=NOW),
    }
    ends[act]()
    with store.begin() as conn:
        store.retention.prune(conn, before)
    assert len(said(store)) == left
