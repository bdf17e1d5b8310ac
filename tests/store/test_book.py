"""The store gives the book back as it was written, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quietdrop.domain.assessment import Status
from quietdrop.domain.book import BookChoices, BookQuery, BookRow, Sort
from quietdrop.store import Store

ROW = BookRow(
    "P1",
    "Lakeside",
    "ann@example.com",
    Status.DRIFTING,
    liaison_name="Ann",
    town="Brookfield",
    territory="North",
    health_system="Harbor",
    specialty="Podiatry",
    lines=("Spine", "Hand"),
    usual=3.0,
    recent=33,
    recent_usual=39.0,
    stake=2.4,
    odds=0.95,
    last_referral_on=date(2026, 6, 30),
    last_touch_on=date(2026, 3, 9),
    last_touch_kind="visit",
    weeks=(3, 0, 12),
    onset_index=1,
)
BARE = BookRow("p1", "lakeside", "", Status.NEW)


def kept(url: str, *rows: BookRow) -> Store:
    store = Store.open(url)
    with store.begin() as conn:
        store.book.save(conn, rows)
    return store


def test_rows_come_back_as_they_were(store_url: str) -> None:
    store = kept(store_url, ROW, BARE)
    shown = store.book.page(BookQuery())
    assert shown.rows == (replace(ROW, people=(), lines=()), BARE)
    assert (shown.total, shown.whole, shown.last) == (2, 2, 1)
    assert shown.choices == BookChoices(
        (("", ""), ("ann@example.com", "Ann")),
        ("North",),
        ("Hand", "Spine"),
        ("Harbor",),
        ("Podiatry",),
    )


def test_what_is_unknown_sorts_below_every_value_on_every_database(store_url: str) -> None:
    store = kept(store_url, ROW, BARE)
    for sort in (Sort.ODDS, Sort.REFERRAL, Sort.TOUCH, Sort.LIAISON):
        ids = [r.practice_id for r in store.book.rows(BookQuery(sort=sort, descending=False))]
        assert ids == ["p1", "P1"], sort


def test_the_next_run_replaces_it_all(store_url: str) -> None:
    store = kept(store_url, ROW)
    with store.begin() as conn:
        store.book.save(conn, [BARE])
    assert store.book.rows(BookQuery()) == [BARE]
    assert store.book.page(BookQuery(line="Spine")).total == 0


def test_names_that_share_their_first_letters_are_cut_without_harm(store_url: str) -> None:
    long = "n" * 300
    rows = [
        replace(BARE, practice_id=p, territory=long + p, specialty=long + p, lines=(long + p,))
        for p in ("1", "2")
    ]
    shown = kept(store_url, *rows).book.page(BookQuery(territory=long[:255]))
    assert shown.total == 2
    assert shown.choices.territories == (long[:255],)
    assert shown.choices.specialties == (long[:255],)
