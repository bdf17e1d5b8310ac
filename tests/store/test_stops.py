"""What a week's plan reads, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.builders.contacts import add_touch
from tests.builders.office import ANN, BEA, card

from quietdrop.domain.checkin import Touch
from quietdrop.domain.figures import Figure, Stakes
from quietdrop.store import Store

MONDAY = date(2026, 7, 6)
WEEK = timedelta(days=7)
LINE = Stakes((Figure("−2", "a week"),), "Complaint, 4 days", "Usually 3 a week.")


@pytest.fixture
def store(store_url: str) -> Store:
    return Store.open(store_url)


def stored(store: Store, **by_id: dict[str, Any]) -> None:
    cards = [
        replace(card(key, f"Practice {key}", ANN), **{"status": "steady", **more})
        for key, more in by_id.items()
    ]
    with store.begin() as conn:
        store.cards.save(conn, cards)


def test_a_stop_has_what_its_card_has(store: Store) -> None:
    touch = Touch(MONDAY, "A", ANN, "call", snooze_until=MONDAY + WEEK, cost_cents=100)
    details = {"stakes": LINE, "hours": "Mondays", "touches": (touch,), "seen_on": MONDAY}
    stored(store, A=details)
    stop = store.stops.of(["A", "B"])["A"]
    assert (stop.stakes, stop.hours, stop.touches, stop.seen_on) == (
        LINE,
        "Mondays",
        (touch,),
        MONDAY,
    )
    assert stop.per_week == pytest.approx((44 * 3 + 4) / 52)
    assert list(store.stops.of(["A", "B"])) == ["A"]


def test_who_has_waited_longest_is_named_first_until_seen(store: Store) -> None:
    stored(
        store,
        A={"revisit_on": MONDAY},
        B={"revisit_on": MONDAY - WEEK, "seen_on": MONDAY - 9 * WEEK},
        C={"revisit_on": MONDAY + timedelta(days=1)},
        D={"revisit_on": MONDAY, "status": "drifting"},
        E={"revisit_on": MONDAY, "liaison": BEA},
    )
    assert [stop.practice_id for stop in store.stops.unseen(ANN, MONDAY, 9)] == ["B", "A"]
    assert [stop.practice_id for stop in store.stops.unseen(ANN, MONDAY, 1)] == ["B"]
    assert store.stops.unseen(ANN, MONDAY, 0) == []
    add_touch(store, Touch(MONDAY - 9 * WEEK, "B", ANN, "visit"))  # the run knew of that one
    add_touch(store, Touch(MONDAY, "A", ANN, "call"))
    assert [stop.practice_id for stop in store.stops.unseen(ANN, MONDAY, 9)] == ["B"]


def test_neighbors_share_a_town_or_a_postcode_and_were_not_seen_lately(store: Store) -> None:
    stored(
        store,
        A={"town_key": "salem", "seen_on": MONDAY - WEEK},
        B={"postcode": "03079", "seen_on": None},
        C={"town_key": "salem", "seen_on": MONDAY},
        D={"town_key": "dover"},
        E={"town_key": "salem", "liaison": BEA},
    )
    near = store.stops.neighbors(ANN, {"salem"}, {"03079"}, MONDAY - WEEK)
    assert [one.practice_id for one in near] == ["B", "A"]
    assert store.stops.neighbors(ANN, set(), set(), MONDAY) == []


def test_good_news_and_names_are_hers(store: Store) -> None:
    stored(store, A={"good_news": "Back."}, B={}, E={"good_news": "Back.", "liaison": BEA})
    assert store.stops.good_news(ANN, 6) == [("A", "Practice A", "Back.")]
    assert store.stops.names_of(ANN) == {"A": "Practice A", "B": "Practice B"}
    assert store.stops.count_of(ANN) == 2


def test_a_search_takes_its_signs_as_they_are(store: Store) -> None:
    stored(store, A={"name": "50% Clinic"}, B={"town_key": "salem"})
    matches = [stop.practice_id for stop in store.stops.search(ANN, "0%", 0, 9)]
    assert matches == ["A"]
    assert [stop.practice_id for stop in store.stops.search(ANN, "SALEM", 0, 9)] == ["B"]
    assert [stop.practice_id for stop in store.stops.search(ANN, "", 1, 9)] == ["B"]
