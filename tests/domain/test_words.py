"""Columns of text as numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from quietdrop.domain.words import as_categories, coded

SENT = pd.DataFrame({"practice_id": ["B", "A", "B", "C"], "referrals": [1, 2, 3, 4]})


@pytest.mark.parametrize("frame", [SENT, as_categories(SENT)])
def test_each_row_has_its_text_s_place_among_the_sorted_texts(frame: pd.DataFrame) -> None:
    codes, texts = coded(frame["practice_id"])
    assert codes.tolist() == [1, 0, 1, 2]
    assert texts == ["A", "B", "C"]


def test_only_columns_of_text_become_categories() -> None:
    frame = as_categories(SENT)
    assert frame["practice_id"].dtype == "category"
    assert frame["referrals"].dtype == SENT["referrals"].dtype
    assert frame["practice_id"].tolist() == SENT["practice_id"].tolist()


def test_of_some_rows_the_texts_of_all_stay() -> None:
    codes, texts = coded(as_categories(SENT)["practice_id"][1:2])
    assert (codes.tolist(), texts) == ([0], ["A", "B", "C"])


def test_categories_in_another_order_are_sorted() -> None:
    column = SENT["practice_id"].astype(pd.CategoricalDtype(["C", "B", "A"]))
    assert coded(column)[1] == ["A", "B", "C"]
    assert coded(column)[0].tolist() == [1, 0, 1, 2]
