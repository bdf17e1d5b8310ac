"""The dispersion of single streams, against its parts written out as sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from quietdrop.detection.dispersion import dispersion, level_dispersion
from quietdrop.detection.gap_regularity import DailyCounts, Gaps, gap_regularity

NEWEST = [0.0] * 6  # weeks that are left out
NO_GAPS = (1.0 / 12.0, 0)


def phi_of(
    counts: Sequence[float],
    exposure: Sequence[float] | None = None,
    gaps: tuple[float, int] = NO_GAPS,
) -> float:
    """φ of one stream, which the usual line of large pools describes; `gaps` are their variance and
    the number of pairs."""
    chances = np.ones((1, len(counts))) if exposure is None else np.array([exposure])
    regularity = Gaps(np.array([gaps[0]]), np.array([gaps[1]]))
    return float(dispersion(np.array([counts]), chances, regularity)[0])


def sums(y: Sequence[float], s: Sequence[float]) -> tuple[float, float, int]:
    """Squared deviations from the level of twelve blocks to each side, what Poisson expects of
    them, and the number of blocks of which something is expected."""
    squares, expected, number = 0.0, 0.0, 0
    for block, (came, seen) in enumerate(zip(y, s, strict=True)):
        near = [k for k in range(max(block - 12, 0), min(block + 13, len(y))) if k != block]
        chances = sum(s[k] for k in near)
        if seen > 0 and chances > 0:
            level = sum(y[k] for k in near) / chances
            squares += (came - level * seen) ** 2
            expected += level * seen * (1.0 + seen / chances)
            number += level > 0
    return squares, expected, number


def in_pairs(weeks: Sequence[float]) -> list[float]:
    """Two weeks a block, the oldest left over."""
    odd = len(weeks) % 2
    return [sum(weeks[k : k + 2]) for k in range(odd, len(weeks), 2)]


def usual(rate: float) -> float:
    """The variance over the mean of blocks that large pools have at this rate."""
    return 0.93 + 0.10 * rate


def by_hand(y: Sequence[float], s: Sequence[float], tells: bool = True) -> float:
    """φ of a stream of few weeks that none of its gaps tell of: the ratio of its one- and two-week
    blocks, if there are enough, shrunk to the usual one."""
    of_one, of_two = sums(y, s), sums(in_pairs(y), in_pairs(s))
    cells = of_one[2] + of_two[2]
    ratio = sum(squares / expected * number for squares, expected, number in (of_one, of_two))
    ratio /= cells
    rate = sum(y) / (sum(s) + len(NEWEST))
    noise = (2.0 + 1.0 / max(rate, 0.02)) / (cells / 2.0)
    belief = 0.16 / (0.16 + noise * usual(rate) ** 2) if tells else 0.0
    phi = (belief * ratio + (1.0 - belief) * usual(rate)) ** (1.0 - 0.55 / (1.0 + rate / 3.0))
    return float(phi**1.2 if phi < 1.0 else phi)


@pytest.mark.parametrize(
    ("counts", "exposure", "gaps", "phi"),
    [
        ([0.0] * 4, [0.0] * 4, (0.05, 240), 0.61132),
        ([0.0, 0.0, 0.0, 3.0], [0.0, 0.0, 0.0, 0.5], (0.05, 240), 1.24793),
        ([0.0] * 4, [1.0] * 4, (0.001, 9_999), 0.38514),
        ([0.0] * 4, [1.0] * 4, NO_GAPS, 0.96157),
    ],
    ids=["no week", "half a week", "clockwork", "no gap"],
)
def test_of_a_few_weeks_only_the_gaps_and_the_rate_tell(
    counts: list[float], exposure: list[float], gaps: tuple[float, int], phi: float
) -> None:
    """Blocks of 0.93 at no rate and 1.53 at six a week, as is usual; gaps of 1 over 1.986, weighed
    0.55 at no rate and a third of it at six a week; never under a quarter."""
    assert phi_of(counts, exposure, gaps) == pytest.approx(phi, abs=2e-5)


def test_eight_blocks_say_nothing_of_a_stream_and_nine_do() -> None:
    """Five weeks are five blocks and three of two weeks, six weeks are six and three."""
    for weeks, tells in ((5, False), (6, True)):
        y = [0.0] * (20 - weeks) + [6.0, 0.0, 5.0, 0.0, 7.0, 1.0][:weeks]
        s = [0.0] * (20 - weeks) + [1.0] * weeks
        phi = phi_of([*y, *NEWEST], [*s, *NEWEST[1:], 6.0])
        assert phi == pytest.approx(by_hand(y, s, tells))
        assert (phi > 1.15) is tells


@pytest.mark.parametrize(("weeks", "tells"), [(7, False), (8, True)])
def test_less_than_four_blocks_of_two_weeks_do_not_count(weeks: int, tells: bool) -> None:
    y = [6.0, 0.0, 5.0, 0.0, 7.0, 1.0, 0.0, 8.0][:weeks]
    phi = phi_of([*y, *NEWEST])
    assert phi == pytest.approx(by_hand(y, [1.0] * weeks, tells))
    assert (phi > 1.2) is tells


def test_a_stream_of_one_referral_is_measured_by_less_than_one_that_was_expected() -> None:
    y, s = [1.0] + [0.0] * 39, [1.0] * 40
    assert 0.0 < sums(y, s)[1] < 1.0
    assert phi_of([*y, *NEWEST]) == pytest.approx(by_hand(y, s))
    squares, expected, _ = sums(y, s)
    alone = level_dispersion(np.array([[*y, *NEWEST]]), np.ones((1, 46)))
    assert alone.tolist() == pytest.approx([squares / expected])
    assert alone[0] > 1.2


def test_who_came_in_a_week_without_chances_is_no_deviation() -> None:
    y, s = [3.0, 9.0, 0.0, 7.0, 8.0, 1.0, 6.0, 0.0], [1.0, 1.2, 1.0, 0.0, 0.9, 1.0, 1.0, 0.7]
    squares, expected, _ = sums(y, s)
    ratio = level_dispersion(np.array([[*y, *NEWEST]]), np.array([[*s, *NEWEST]]))
    assert ratio.tolist() == [pytest.approx(squares / expected)]
    assert ratio[0] > 1.2


@pytest.mark.parametrize("streams", [0, 2])
def test_without_a_referral_gaps_are_those_of_chance(streams: int) -> None:
    nobody = DailyCounts(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    gaps = gap_regularity(nobody, np.ones((streams, 10)), 0, np.arange(streams))
    assert gaps.mean.tolist() == [1 / 12] * streams
    assert gaps.pairs.tolist() == [0] * streams


def test_a_pair_of_gaps_is_enough_to_tell_of_them() -> None:
    """A week and two weeks apart: a third of both; another stream keeps the day nearly empty."""
    daily = DailyCounts(np.array([0, 0, 0, 1]), np.array([0, 7, 21, 3]), np.array([1, 1, 1, 6_000]))
    gaps = gap_regularity(daily, np.ones((2, 10)), 0, np.arange(2))
    assert gaps.pairs[0] == 1
    assert gaps.mean[0] == pytest.approx((1 / 3 - 1 / 2) ** 2, abs=2e-4)
