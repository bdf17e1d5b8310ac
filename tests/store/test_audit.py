"""The audit says who did what; it forgets practices, not that something was done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from quietdrop.domain.audit import FORGOTTEN, AuditAction, AuditEntry
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
ANN = "ann@example.com"


def add(store: Store, *entries: AuditEntry) -> None:
    with store.begin() as conn:
        for entry in entries:
            store.audit.add(conn, entry)


def test_the_newest_comes_first_and_pages_follow_each_other(store_url: str) -> None:
    store = Store.open(store_url)
    lines = [
        AuditEntry(NOW + timedelta(hours=n), ANN, AuditAction.ANSWERED, f"P{n}", "retired")
        for n in range(5)
    ]
    add(store, *lines)
    assert store.audit.entries() == lines[::-1]
    assert store.audit.entries(limit=2) == [lines[4], lines[3]]
    assert store.audit.entries(limit=2, offset=2) == [lines[2], lines[1]]


def test_a_forgotten_practice_leaves_the_line_without_its_name(store_url: str) -> None:
    store = Store.open(store_url)
    lines = [AuditEntry(NOW, ANN, AuditAction.ANSWERED, p, "retired") for p in ("P1", "P2")]
    add(store, *lines)
    assert store.retention.forget("P1")["audit"] == 1
    assert [entry.about for entry in store.audit.entries()] == ["P2", FORGOTTEN]
    assert store.retention.forget("P1")["audit"] == 0


def test_lines_from_before_the_day_are_pruned(store_url: str) -> None:
    store = Store.open(store_url)
    midnight = datetime(2026, 7, 6, tzinfo=UTC)
    kept = AuditEntry(midnight, ANN, AuditAction.SIGNED_IN, detail="mail")
    gone = AuditEntry(midnight - timedelta(seconds=1), ANN, AuditAction.SIGNED_IN, detail="mail")
    add(store, kept, gone)
    with store.begin() as conn:
        store.retention.prune(conn, date(2026, 7, 6))
    assert store.audit.entries() == [kept]


def test_the_lines_of_spellings_that_become_one_go_over(store_url: str) -> None:
    store = Store.open(store_url)
    add(store, AuditEntry(NOW, ANN, AuditAction.ANSWERED, "P9", "retired"))
    with store.begin() as conn:
        store.spellings.join(conn, {"P9": "P1"}, date(2026, 7, 6))
    assert [entry.about for entry in store.audit.entries()] == ["P1"]
