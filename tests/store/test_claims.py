"""Who does what, and until when: each rule on both sides of its moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEASE = 10 * MINUTE


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On every database the same statements are tried by test_store and test_run_lock."""
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    assert store.claims.take("run", "a", NOW, LEASE)
    return store


@pytest.mark.parametrize(
    ("after", "taken"), [(0 * SECOND, False), (LEASE - SECOND, False), (LEASE, True)]
)
def test_a_lease_that_has_ended_is_taken_over(store: Store, after: timedelta, taken: bool) -> None:
    assert store.claims.is_taken("run", NOW + after) is not taken
    assert store.claims.take("run", "b", NOW + after, LEASE) is taken
    assert store.claims.holder("run") == ("b" if taken else "a")


@pytest.mark.parametrize(("back", "taken"), [(LEASE, False), (LEASE + SECOND, True)])
def test_a_lease_of_more_than_twice_its_length_is_by_a_wrong_clock(
    store: Store, back: timedelta, taken: bool
) -> None:
    assert store.claims.take("run", "b", NOW - back, LEASE) is taken


def test_another_name_is_another_claim(store: Store) -> None:
    assert store.claims.take("other", "b", NOW, LEASE)
    assert store.claims.holder("none") is None
    assert not store.claims.is_taken("none", NOW)
    assert (store.claims.holder("run"), store.claims.holder("other")) == ("a", "b")


def test_only_its_owner_hands_it_over_renews_it_or_gives_it_back(store: Store) -> None:
    later = NOW + 2 * LEASE
    assert not store.claims.hand_over("run", "x", "b")
    assert not store.claims.renew("run", "x", later)
    with store.begin() as conn:
        assert not store.claims.give_back(conn, "run", "x")
    assert store.claims.holder("run") == "a"
    assert store.claims.renew("run", "a", later)
    assert store.claims.is_taken("run", later - SECOND)
    assert not store.claims.is_taken("run", later)
    assert store.claims.hand_over("run", "a", "b")
    assert store.claims.holder("run") == "b"
    with store.begin() as conn:
        assert store.claims.give_back(conn, "run", "b")
    assert store.claims.holder("run") is None


def test_of_two_names_only_the_one_that_is_meant_changes(store: Store) -> None:
    assert store.claims.take("other", "a", NOW, LEASE)
    assert store.claims.hand_over("run", "a", "b")
    assert store.claims.renew("run", "b", NOW + 9 * LEASE)
    assert store.claims.holder("other") == "a"
    assert not store.claims.is_taken("other", NOW + LEASE)
    with store.begin() as conn:
        assert store.claims.give_back(conn, "run", "b")
    assert store.claims.holder("other") == "a"
