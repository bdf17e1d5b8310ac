"""A network in blocks is judged as it is whole: to the bit in one block, nearly so in several."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.network_blocks import (
    SETTINGS,
    cut,
    dominated,
    frame_of,
    in_blocks,
    judged_in_blocks,
    referrals,
    whole,
)

from quietdrop.detection import chunks
from quietdrop.detection.assess import assess
from quietdrop.detection.block import Block
from quietdrop.detection.blocks import Answer, LocalBlocks, Step, Theirs
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.judge import Network, judge

HOLIDAYS = frozenset({date(2025, 12, 25), date(2026, 1, 1), date(2026, 5, 25)})
FIGURES = 1e-12  # how far a float may be from that of one block, of its own size


def around(weeks: int) -> Circumstances:
    """Holidays, rows that are late, and a closure of everybody in one week."""
    arrived, opened = np.ones(weeks), np.ones((1, weeks))
    arrived[-3:] = [0.9, 0.8, 0.5][-weeks:]
    opened[0, -4:-3] = 0.4
    return Circumstances(HOLIDAYS, arrived, opened)


def assert_alike(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The same words and dates, and floats within 1e-12."""
    assert list(one.index) == list(other.index)
    for name in one:
        left, right = one[name].to_numpy(), other[name].to_numpy()
        if one[name].dtype.kind == "f":
            np.testing.assert_allclose(left, right, rtol=FIGURES, atol=FIGURES, err_msg=str(name))
        else:
            assert list(left) == list(right), name


@settings(max_examples=12, deadline=None)
@given(
    weeks=st.sampled_from([4, 30, 70, 95, 130]),
    practices=st.integers(2, 90),
    seed=st.integers(0, 10_000),
    number=st.integers(2, 7),
)
def test_a_network_in_blocks_is_judged_as_it_is_in_one(
    weeks: int, practices: int, seed: int, number: int
) -> None:
    counts = referrals(practices, weeks, seed)
    of = whole(counts)
    at_once = assess(of, SETTINGS, around(of.weeks)).frame
    one = judged_in_blocks([counts], of, around(of.weeks))
    pd.testing.assert_frame_equal(one, at_once, check_exact=True)
    several = cut(counts, min(number, len(of.ids)))
    assert_alike(judged_in_blocks(several, of, around(of.weeks)), at_once)


def test_where_a_large_practice_leaves_all_blocks_are_judged_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = dominated()
    of = whole(counts)
    at_once = assess(of, SETTINGS).frame
    one = judged_in_blocks([counts], of, Circumstances())
    pd.testing.assert_frame_equal(one, at_once, check_exact=True)
    assert_alike(judged_in_blocks(cut(counts, 4), of, Circumstances()), at_once)
    monkeypatch.setattr("quietdrop.detection.judge.MATTERS", 1.1)
    once = judged_in_blocks(cut(counts, 4), of, Circumstances())
    assert not np.array_equal(once["expected"], at_once["expected"])


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_threads_change_no_bit(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    counts = referrals(60, 95, 8)
    parts = cut(counts, 7)
    monkeypatch.setattr(chunks, "cores", lambda: 1)
    alone = judged_in_blocks(parts, whole(counts), Circumstances())
    monkeypatch.setattr(chunks, "cores", lambda: cores)
    together = judged_in_blocks(parts, whole(counts), Circumstances())
    pd.testing.assert_frame_equal(alone, together, check_exact=True)


def test_a_block_keeps_no_matrix_between_passes() -> None:
    counts = referrals(20, 95, 2)
    blocks = in_blocks(cut(counts, 2), whole(counts))
    kept: list[bool] = []

    class Watched(LocalBlocks):
        def each(
            self, step: Step[Answer], *of_all: object, theirs: Theirs | None = None
        ) -> list[Answer]:
            answers = super().each(step, *of_all, theirs=theirs)
            blocks_now = [one for one in self._blocks if isinstance(one, Block)]
            assert len(blocks_now) == 2
            kept.extend(one.rows is not None or one.weights is not None for one in blocks_now)
            return answers

    network = Network(whole(counts).span, frozenset(), SETTINGS.priors)
    judge(Watched(blocks), network, [frame_of] * 2)
    assert kept
    assert not any(kept)


def test_what_a_block_comes_to_is_given_in_the_order_of_the_blocks() -> None:
    counts = referrals(20, 95, 3)
    parts = cut(counts, 4)[::-1]
    frame = judged_in_blocks(parts, whole(counts), Circumstances())
    expected = [key for part in parts for key in sorted(set(part["practice_id"]))]
    assert list(frame.index) == expected
