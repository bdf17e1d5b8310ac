"""Learns `quietdrop.detection.pool_line.USUAL` on large mixed simulated networks.

Run it when the estimates of dispersion change:

    python -m benchmarks.detection.usual_lines

It takes what forty networks of 1,000 practices show after 9, 14 and 24 months and at the end of
their runs, with the true exposure, and draws one line through all of it. The networks are other
ones than those that a benchmark judges.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.simulate import LAST_DAY, WEEKS, Simulated, simulate
from quietdrop.detection.dispersion import (
    block_points,
    long_ratios,
    quarter_points,
    quarters,
    short_dispersion,
    short_ratios,
)
from quietdrop.detection.gap_regularity import DailyCounts, gap_regularity
from quietdrop.detection.pool_line import Points, learned_line
from quietdrop.domain.days import EPOCH

SEEDS = range(101, 141)  # the slope on the rate differs by 0.05 from network to network
PRACTICES = 1000
LAST_WEEKS = (39, 61, 104, WEEKS)  # 9, 14 and 24 months, and the whole


def points_of(network: Simulated, weeks: int) -> list[Points]:
    """What the blocks show in the first weeks, and what the quarters show once there are six."""
    counts = network.counts[:, :weeks]
    exposure = np.tile(network.exposure[:weeks], (len(counts), 1))
    exposure[np.arange(weeks) < network.start[:, None]] = 0.0
    first_day = (LAST_DAY - EPOCH).days - 7 * WEEKS
    seeds = np.arange(len(counts), dtype=np.int64)
    gaps = gap_regularity(DailyCounts(*network.days), exposure, first_day, seeds)
    ratios = short_ratios(counts, exposure)
    short = short_dispersion(ratios, gaps)
    long = long_ratios(quarters(counts, exposure), short.phi)
    blocks = block_points(ratios)
    return [blocks] if long is None else [blocks, quarter_points(short, long)]


def joined(several: Sequence[Points]) -> Points:
    """The points of several networks as those of one."""
    return Points(
        np.concatenate([of.features for of in several]),
        np.concatenate([of.ratio for of in several]),
        np.concatenate([of.noise for of in several]),
        np.concatenate([of.is_usable for of in several]),
    )


def main() -> None:
    """Prints the two lines."""
    networks = [simulate(seed, PRACTICES) for seed in SEEDS]
    every = [of for each in networks for weeks in LAST_WEEKS for of in points_of(each, weeks)]
    for features in (1, 3):
        line = learned_line(joined([of for of in every if of.features.shape[1] == features]))
        slopes = ", ".join(f"{slope:.2f}" for slope in line.slopes)
        print(f"{features}: Line(np.array([{slopes}]), {line.level:.2f}, {line.spread:.2f})")


if __name__ == "__main__":
    main()
