"""Packed streams are the same streams in fewer bytes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.network_blocks import AS_OF, referrals

from quietdrop.detection.packed_counts import packed
from quietdrop.detection.weekly_counts import (
    HISTORY_WEEKS,
    binned,
    events,
    seen_streams,
    weekly,
    weeks_since,
)
from quietdrop.domain.days import EPOCH

END = (AS_OF - EPOCH).days


@settings(max_examples=20, deadline=None)
@given(practices=st.integers(1, 12), weeks=st.integers(1, 250), back=st.integers(-20, 400))
def test_packed_streams_have_the_same_weeks(practices: int, weeks: int, back: int) -> None:
    counts = referrals(practices, weeks, weeks)
    as_of = AS_OF - timedelta(days=back)
    if counts.empty:
        return
    streams = seen_streams(events(counts), as_of)
    expected = weekly(events(counts), as_of)
    again = binned(packed(streams).unpacked(), weeks_since(streams.oldest, as_of))
    assert again.ids == expected.ids
    for name in ("counts", "live", "first_day", "event_stream", "event_day", "event_count"):
        np.testing.assert_array_equal(getattr(again, name), getattr(expected, name), name)


@pytest.mark.parametrize(
    ("number", "size"), [(255, 1), (256, 2), (65_535, 2), (65_536, 4), (2**32 - 1, 4), (2**32, 8)]
)
def test_numbers_take_as_few_bytes_as_the_largest_one(number: int, size: int) -> None:
    counts = pd.DataFrame({"practice_id": "P", "day": [END - 9, END - 2], "referrals": [1, number]})
    small = packed(seen_streams(events(counts), AS_OF))
    assert small.number.itemsize == size
    assert small.unpacked().number.tolist() == [number]


@pytest.mark.parametrize(
    ("days", "is_kept"), [(7 * HISTORY_WEEKS, True), (7 * HISTORY_WEEKS + 1, False)]
)
def test_days_before_all_weeks_are_left_out_but_the_first_is_remembered(
    days: int, is_kept: bool
) -> None:
    day = [END - 3000, END - days, END - 1]
    counts = pd.DataFrame({"practice_id": "P", "day": day, "referrals": 1})
    small = packed(seen_streams(events(counts), AS_OF))
    assert len(small.number) == 1 + is_kept
    assert small.oldest == small.first_day[0] == END - 3000
