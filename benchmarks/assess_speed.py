"""Time and peak memory of assessing many practices, from practice-day counts to statuses.

python benchmarks/assess_speed.py [PRACTICES] [WEEKS]
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

import numpy as np

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import assess
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.days import EPOCH

AS_OF = date(2026, 7, 6)


def network(practices: int, weeks: int) -> WeeklyCounts:
    """Poisson referrers with log-normal rates (median 0.74 a week); one in twenty falls by 90 %."""
    rng = np.random.default_rng(1)
    rate = np.exp(rng.normal(-0.3, 0.9, practices))[:, None] * np.ones((practices, weeks))
    rate[: practices // 20, -12:] *= 0.1
    counts = rng.poisson(rate)
    stream, week = np.nonzero(counts)
    start = (AS_OF - EPOCH).days - 7 * weeks
    return WeeklyCounts(
        ids=tuple(f"P{i:06d}" for i in range(practices)),
        as_of=AS_OF,
        counts=counts.astype(float),
        live=np.ones((practices, weeks)),
        first_day=np.full(practices, start - 1),
        event_stream=stream.astype(np.int64),
        event_day=(start + 7 * week + rng.integers(0, 5, len(week))).astype(np.int64),
        event_count=counts[stream, week].astype(np.int64),
    )


def main() -> None:
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    weeks = int(sys.argv[2]) if len(sys.argv) > 2 else 130
    cadence = network(practices, weeks)
    began = time.perf_counter()
    frame = assess(cadence, DriftSettings()).frame
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{practices} practices x {weeks} weeks: {seconds:.1f} s, peak {peak:.2f} GB")
    print(frame["status"].value_counts().to_string())


if __name__ == "__main__":
    main()
