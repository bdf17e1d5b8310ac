"""Time and peak memory of a year of weekly replays: `python -m benchmarks.rehearse_speed`."""

from __future__ import annotations

import resource
import sys
import time
from datetime import timedelta

from benchmarks.detection.planted_network import steady
from benchmarks.detection.simulate import LAST_DAY
from quietdrop.config import Settings, SourceSettings
from quietdrop.jobs.backtest import rehearse
from quietdrop.jobs.replay import Replay, mondays
from quietdrop.lib.progress import silent

WEEKS = 52


def main() -> None:
    """Practices with providers, lines, locations and a directory, three years of referrals."""
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    intake = steady(1, practices).intake()
    settings = Settings(source=SourceSettings(referrals="-"))
    first = LAST_DAY - timedelta(weeks=WEEKS - 1)
    began = time.perf_counter()
    what = Replay(intake, tuple(mondays(first, LAST_DAY)))
    rehearsal = rehearse(settings, what, silent, with_table=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    weeks = len(rehearsal.weeks)
    print(f"{weeks} weeks x {practices} practices: {seconds:.1f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()
