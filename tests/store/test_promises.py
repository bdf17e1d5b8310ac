"""Promises: open until kept, kept until marked open again, gone with the visit that is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, BEA, card

from quietdrop.domain.checkin import Touch
from quietdrop.domain.promise import Promise
from quietdrop.store import Store

MONDAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
CALL = Promise("P1", "Call back", MONDAY, MONDAY + timedelta(days=3), ANN, ANN)


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def saved(store: Store, *promises: Promise, touch_id: int | None = None) -> list[int]:
    with store.begin() as conn:
        return [store.promises.save(conn, promise, touch_id) for promise in promises]


def test_a_promise_comes_back_as_it_went_and_the_first_due_stands_first(store: Store) -> None:
    later = replace(CALL, what="Send the card", due_on=MONDAY + timedelta(days=9))
    [late_id, call_id] = saved(store, later, CALL)
    assert store.promises.open() == [replace(CALL, id=call_id), replace(later, id=late_id)]


def test_a_promise_is_open_until_it_is_kept_and_can_be_opened_again(store: Store) -> None:
    [number] = saved(store, CALL)
    with store.begin() as conn:
        assert not store.promises.keep(conn, number, None)
        assert store.promises.keep(conn, number, MONDAY)
        assert not store.promises.keep(conn, number, MONDAY)
        assert not store.promises.keep(conn, number + 1, MONDAY)
    assert store.promises.open() == []
    assert [promise.kept_on for promise in store.promises.all()] == [MONDAY]
    with store.begin() as conn:
        assert store.promises.keep(conn, number, None)
    assert store.promises.get(number) == replace(CALL, id=number)


def test_a_liaison_has_her_own_and_those_that_her_practices_wait_for(store: Store) -> None:
    with store.begin() as conn:
        store.cards.save(conn, [card("P1", "Lakeside", ANN), card("P9", "Willow", BEA)])
    saved(
        store,
        CALL,
        replace(CALL, what="Schedule", owner="Scheduling"),
        replace(CALL, what="Help Bea", practice_id="P9"),
        replace(CALL, what="Bea alone", practice_id="P9", owner=BEA),
    )
    assert [p.what for p in store.promises.of_liaison(ANN)] == ["Call back", "Schedule", "Help Bea"]
    assert [p.what for p in store.promises.of_liaison(BEA)] == ["Help Bea", "Bea alone"]


def test_what_a_table_says_again_is_recorded_once_and_stays_kept(store: Store) -> None:
    with store.begin() as conn:
        assert store.promises.save_new(conn, [CALL, CALL]) == 1
        assert store.promises.keep(conn, 1, MONDAY)
        assert store.promises.save_new(conn, [CALL, replace(CALL, what="Another")]) == 1
    assert [promise.what for promise in store.promises.open()] == ["Another"]


def test_an_undone_visit_takes_its_promise_and_its_gift_with_it_and_both_stay_on_record(
    store: Store,
) -> None:
    lunch = Touch(MONDAY, "P1", ANN, "lunch", "Dana", cost_cents=8400, recipient="Dr. Brandt")
    with store.begin() as conn:
        visit = store.touches.save(conn, lunch)
        other = store.touches.save(conn, replace(lunch, whom="Lee"))
    saved(store, CALL, touch_id=visit)
    with store.begin() as conn:
        assert store.touches.undo(conn, visit, MONDAY)
        assert not store.touches.undo(conn, visit, MONDAY)
    assert store.promises.all() == []
    assert [touch.whom for touch in store.touches.all("P1")] == ["Lee"]
    assert [touch.whom for touch in store.touches.of(["P1"])] == ["Lee"]
    assert [touch.whom for touch in store.touches.gifts(2026)] == ["Lee"]
    assert store.retention.forget("P1")["touch"] == 2
    assert other != visit


def test_gifts_are_those_of_the_year_that_cost_something(store: Store) -> None:
    for day, cents in [
        (date(2025, 12, 31), 100),
        (date(2026, 1, 1), 200),
        (date(2026, 12, 31), 300),
        (date(2027, 1, 1), 400),
        (MONDAY, 0),
        (MONDAY, None),
    ]:
        add_touch(store, Touch(day, "P1", ANN, "lunch", cost_cents=cents))
    assert [touch.cost_cents for touch in store.touches.gifts(2026)] == [200, 300]


def test_managers_are_told_of_what_is_a_week_late(store: Store) -> None:
    saved(
        store,
        replace(CALL, what="six days", due_on=MONDAY - timedelta(days=6)),
        replace(CALL, what="a week", due_on=MONDAY - timedelta(days=7)),
        replace(CALL, what="kept", due_on=MONDAY - timedelta(days=9), kept_on=MONDAY),
    )
    assert [promise.what for promise in store.promises.aging(MONDAY)] == ["a week"]


def test_kept_promises_go_in_time_and_open_ones_stay(store: Store) -> None:
    old = MONDAY - timedelta(weeks=200)
    saved(
        store,
        replace(CALL, what="kept before", made_on=old, kept_on=MONDAY - timedelta(days=1)),
        replace(CALL, what="kept on it", made_on=old, kept_on=MONDAY),
        replace(CALL, what="open", made_on=old),
    )
    with store.begin() as conn:
        store.retention.prune(conn, MONDAY)
    kept = {promise.what for promise in store.promises.all()}
    assert kept == {"kept on it", "open"}


def test_promises_go_over_with_their_practice_and_are_forgotten_with_it(store: Store) -> None:
    saved(store, replace(CALL, practice_id="P9"))
    with store.begin() as conn:
        store.spellings.join(conn, {"P9": "P1"}, MONDAY)
    assert [promise.practice_id for promise in store.promises.open()] == ["P1"]
    assert store.retention.forget("P1")["promise"] == 1
    assert store.promises.open() == []


def test_a_feed_works_until_it_is_revoked_replaced_or_her_links_are_stopped(store: Store) -> None:
    store.calendar_feeds.save("Ann@Example.com", "a" * 64, NOW)
    assert store.calendar_feeds.reader_of("a" * 64) == "ann@example.com"
    assert store.calendar_feeds.made_at(ANN) == NOW
    store.calendar_feeds.save(ANN, "b" * 64, NOW)
    assert store.calendar_feeds.reader_of("a" * 64) is None
    assert store.links.stop(ANN, 0, NOW)
    assert store.calendar_feeds.reader_of("b" * 64) is None
    assert store.calendar_feeds.made_at(ANN) is None
    store.calendar_feeds.save(ANN, "c" * 64, NOW)
    assert store.calendar_feeds.reader_of("c" * 64) == "ann@example.com"
    assert store.calendar_feeds.end(ANN)
    assert not store.calendar_feeds.end(ANN)
    assert store.calendar_feeds.reader_of("c" * 64) is None


def test_a_feed_ends_with_its_liaison(store: Store) -> None:
    store.calendar_feeds.save(ANN, "a" * 64, NOW)
    store.calendar_feeds.save(BEA, "b" * 64, NOW)
    with store.begin() as conn:
        assert store.calendar_feeds.end_others(conn, {"BEA@example.com"}) == 1
    assert store.calendar_feeds.reader_of("a" * 64) is None
    assert store.calendar_feeds.reader_of("b" * 64) == BEA
