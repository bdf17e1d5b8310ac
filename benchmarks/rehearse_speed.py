"""What a rehearsal of 52 weeks costs, in seconds and in decided weeks.

python -m benchmarks.rehearse_speed [PRACTICES]

A decided week is what `quietdrop run` decides for one date from the same referrals once they are
read: the counts as events, the evidence, the plan, and the parts that leave. Nothing is carried
over to it, and no digest is written. Every fourth replayed week is decided so, too, before it is
replayed, and its seconds are taken off the rehearsal's: so both meet the same machine. All are
seconds of the processor; beside the ratio stand both, since a slower week would make it smaller.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from benchmarks.detection.planted_network import steady
from benchmarks.detection.simulate import LAST_DAY
from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.domain.intake import Intake
from quietdrop.domain.words import as_categories
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.backtest import rehearse
from quietdrop.jobs.replay import Replay, as_known, mondays

WEEKS, EVERY = 52, 4
SETTINGS = Settings(source=SourceSettings(referrals="-"))


class Beside:
    """Decides some of the weeks from nothing while all of them are replayed."""

    def __init__(self, intake: Intake, dates: tuple[date, ...]) -> None:
        self._intake, self._dates = intake, dates
        self.seconds: list[float] = []  # of each week that was decided from nothing

    def tell(self, _words: str, done: int = 0, _total: int = 0, /) -> None:
        """Progress of the rehearsal, called as each week begins."""
        if done % EVERY == 1:
            self.seconds.append(decided_week(self._intake, self._dates[done - 1]))


def decided_week(intake: Intake, as_of: date) -> float:
    """Seconds of the processor for one date's decision."""
    read = as_known(intake, as_of)
    read = replace(read, counts=read.counts.reset_index(drop=True))  # as a file would have it
    began = time.process_time()
    read = replace(read, counts=as_categories(read.counts))
    evaluate(SETTINGS, read, prepare(read.counts), History(), as_of)
    return time.process_time() - began


def main() -> None:
    """Practices with providers, lines, locations and a directory, three years of referrals."""
    practices = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    intake = steady(1, practices).intake()
    dates = tuple(mondays(LAST_DAY - timedelta(weeks=WEEKS - 1), LAST_DAY))
    decided_week(intake, dates[0])  # imports what is imported late
    beside = Beside(intake, dates)
    began = time.process_time()
    rehearsal = rehearse(SETTINGS, Replay(intake, dates), beside.tell, with_table=False)
    seconds = time.process_time() - began - sum(beside.seconds)
    week, low, high = median(beside.seconds), min(beside.seconds), max(beside.seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{len(rehearsal.weeks)} weeks x {practices} practices: {seconds:.1f} s of the processor; "
        f"a decided week {week:.2f} s ({low:.2f} to {high:.2f}); "
        f"the rehearsal {seconds / week:.1f} decided weeks; peak {peak:.2f} GB"
    )


if __name__ == "__main__":
    main()
