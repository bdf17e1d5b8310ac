"""A practice's tier: the directory's, else by its share of a year's referrals."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.detection.tiers import of_tier, tiers
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.directory import Practice

NONE = np.array([], dtype=np.int64)


def cadence(*sent: int, weeks: int = 52) -> WeeklyCounts:
    """A practice each, P0 the first, that sent so much in the last week."""
    counts = np.zeros((len(sent), weeks))
    counts[:, -1] = sent
    ids = tuple(f"P{number}" for number in range(len(sent)))
    first = np.zeros(len(sent), dtype=np.int64)
    return WeeklyCounts(
        ids, date(2026, 7, 6), counts, np.ones_like(counts), first, NONE, NONE, NONE
    )


def test_half_is_sent_by_a_and_four_fifths_by_a_and_b() -> None:
    assert tiers(cadence(50, 30, 20), {}) == {"P0": "A", "P1": "B", "P2": "C"}


@pytest.mark.parametrize(("first", "tier"), [(49, "A"), (50, "B")])
def test_who_begins_within_the_first_half_is_an_a(first: int, tier: str) -> None:
    sent = tiers(cadence(first, *([1] * (100 - first))), {})
    assert sent["P1"] == tier


def test_the_largest_is_an_a_however_large() -> None:
    assert tiers(cadence(99, 1), {}) == {"P0": "A", "P1": "C"}


def test_who_sent_nothing_for_a_year_has_no_tier() -> None:
    silent = cadence(1, 1, weeks=53)
    silent.counts[1] = 0
    silent.counts[1, 0] = 40
    assert tiers(silent, {}) == {"P0": "A"}


def test_the_directory_wins() -> None:
    listed = {"P1": Practice("P1", "Lakeside", tier="Gold"), "P9": Practice("P9", "New", tier="B")}
    assert tiers(cadence(9, 1), listed) == {"P0": "A", "P1": "Gold", "P9": "B"}


def test_no_practice_has_no_tier() -> None:
    assert tiers(cadence(), {}) == {}


@given(st.lists(st.integers(0, 50), max_size=20))
def test_who_sends_more_is_never_of_a_lower_tier(sent: list[int]) -> None:
    of = tiers(cadence(*sent), {})
    by_volume = sorted(range(len(sent)), key=lambda row: (-sent[row], f"P{row}"))
    letters = [of[f"P{row}"] for row in by_volume if sent[row]]
    assert letters == sorted(letters)
    assert len(letters) == sum(number > 0 for number in sent)


def test_a_setting_by_tier_is_found_however_it_is_spelled() -> None:
    assert of_tier({"A": 6, "Gold ": 4}, "gold") == 4
    assert of_tier({"A": 6}, "B") is None
