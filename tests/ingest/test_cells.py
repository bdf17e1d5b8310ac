"""Columns with types of their own say what their cells say one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from quietdrop.ingest.cells import as_texts, day_of_serial
from quietdrop.lib.text import as_text

EPOCH = date(1899, 12, 30)


@pytest.mark.parametrize("epoch", [None, EPOCH])
@pytest.mark.parametrize(
    "cells",
    [
        pa.array(["a", "", None, "\u00a0b", "a"]),
        pa.array(["a", None, "b"], pa.large_string()),
        pa.array(["a", None, "b", "a"]).dictionary_encode(),
        pa.array([1, None, 46_000, 79_999, 80_000, 19_999, 20_000, -3]),
        pa.array([1, None, 46_000], pa.int32()).dictionary_encode(),
        pa.array([1.0, 2.5, None, float("nan"), 46_000.25, 1e20, -0.0]),
        pa.array([True, False, None]),
        pa.array([date(2026, 7, 6), None]),
        pa.array([datetime(2026, 7, 6, 8, 30), None]),
        pa.array([datetime(2026, 7, 6, 8, 30, tzinfo=UTC)], pa.timestamp("us", "UTC")),
        pa.array([Decimal("1.50"), None]),
        pa.array([["a"], None, []]),
        pa.array([{"a": 1}, None]),
        pa.array([], pa.string()),
        pa.array([None, None], pa.null()),
    ],
    ids=lambda cells: str(cells.type) if isinstance(cells, pa.Array) else None,
)
def test_a_column_says_what_its_cells_say(cells: Any, epoch: date | None) -> None:
    values = cells.to_pylist()
    if epoch is not None:
        values = [day_of_serial(value, epoch) for value in values]
    assert as_texts(cells, epoch).to_pylist() == [as_text(value) for value in values]
