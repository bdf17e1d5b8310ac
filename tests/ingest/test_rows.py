"""Rows as small numbers, however they come: one by one, in blocks, or as groups."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from quietdrop.ingest.blocks import Block
from quietdrop.ingest.rows import COLUMNS, KEY, WAITING, Rows, fields_of

PLACE = {name: number for number, name in enumerate(COLUMNS)}


def cells(**named: str) -> tuple[str, ...]:
    return tuple(named.get(name, "") for name in COLUMNS)


def columns(**named: list[str]) -> tuple[pa.Array | None, ...]:
    return tuple(pa.array(named[n]) if n in named else None for n in COLUMNS)


@pytest.fixture
def rows() -> Rows:
    """Two rows of a file, a block of three that begins on line 7, and two groups of a database."""
    all_rows = Rows(["a.csv", "b.csv"])
    all_rows.add(0, 2, cells(payer="Medicare"))
    all_rows.add(0, 5, cells(payer="Aetna"), rows=3, kept=2)
    all_rows.add_block(1, Block(7, columns(payer=["Aetna", "", "Cigna"]), 3))
    table = all_rows.begin("table")
    assert table == 2
    numbers = [np.array(each, np.int64) for each in ([4, 6], [4, 5])]
    all_rows.add_groups(table, columns(payer=["Medicare", "Cigna"]), *numbers)
    return all_rows


def test_each_row_has_its_source_its_line_and_what_it_stands_for(rows: Rows) -> None:
    assert rows.sources == ("a.csv", "b.csv", "table")
    assert rows.source.tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert rows.rows.tolist() == [1, 3, 1, 1, 1, 4, 6]
    assert rows.kept.tolist() == [1, 2, 1, 1, 1, 4, 5]
    assert [rows.place(number) for number in range(7)] == [
        ("a.csv", 2),
        ("a.csv", 5),
        ("b.csv", 7),
        ("b.csv", 8),
        ("b.csv", 9),
        ("table", None),
        ("table", None),
    ]


def test_each_distinct_text_is_kept_once(rows: Rows) -> None:
    words = ["Medicare", "Aetna", "Aetna", "", "Cigna", "Medicare", "Cigna"]
    assert [rows.word("payer", number) for number in range(7)] == words
    assert sorted(rows.words("payer")) == ["", "Aetna", "Cigna", "Medicare"]
    assert [rows.words("payer")[code] for code in rows.codes("payer")] == words
    assert rows.texts("payer").to_pylist() == rows.words("payer")
    assert rows.words("location") == [""]


def test_a_test_of_a_column_is_asked_of_each_row(rows: Rows) -> None:
    assert rows.are("payer", lambda word: word == "Aetna").tolist() == [
        *(False, True, True),
        *[False] * 4,
    ]


def test_a_row_without_a_line_has_none() -> None:
    one_by_one = Rows(["t"])
    one_by_one.add(0, None, cells())
    one_by_one.add(0, 1, cells())
    assert [one_by_one.place(number) for number in (0, 1)] == [("t", None), ("t", 1)]


def test_no_rows_are_nothing() -> None:
    none = Rows()
    assert none.rows.tolist() == []
    assert none.words("payer") == []
    assert none.are("payer", bool).tolist() == []


def test_rows_that_wait_are_put_away_before_anything_is_asked() -> None:
    many = Rows(["t"])
    for number in range(WAITING + 1):
        many.add(0, number + 2, cells(payer=f"payer {number % 3}"))
    assert len(many.codes("payer")) == WAITING + 1
    assert many.place(WAITING) == ("t", WAITING + 2)
    assert many.place(WAITING - 1) == ("t", WAITING + 1)
    assert int(many.rows.sum()) == WAITING + 1


def test_days_are_read_as_their_day_and_nothing_else_is() -> None:
    part = Rows(["t"], lambda text: text.replace("noon", ""))
    part.add(0, 2, cells(referred_on="1 May noon", payer="noon"))
    assert part.word("referred_on", 0) == "1 May "
    assert part.word("payer", 0) == "noon"


def test_cells_are_named_without_those_that_are_empty() -> None:
    texts = [""] * len(KEY)
    texts[PLACE["practice_name"]], texts[PLACE["status"]] = " Lake  Clinic ", " "
    assert fields_of(texts) == (("practice_name", "Lake Clinic"),)
