"""The process that runs one rehearsal or proposal for the pages.

It is begun as `python -m quietdrop.web.trial_child CONFIG NUMBER`. It ends with the process that
began it, takes at most half an hour and 2 GB, and stops when what it does is cancelled.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from quietdrop.config import Settings, load
from quietdrop.domain.errors import QuietdropError
from quietdrop.domain.trial import TrialState
from quietdrop.jobs.history import remember
from quietdrop.jobs.past import last_run_day, read_past, two_years, year_up_to
from quietdrop.jobs.trial import tried
from quietdrop.jobs.tune import tune
from quietdrop.lib.process_identity import own_identity
from quietdrop.lib.progress import silent
from quietdrop.reporting.comparison_report import to_json
from quietdrop.reporting.tuned import to_json as tuned_to_json
from quietdrop.store import Store

MOST_TIME = timedelta(minutes=30)  # of one trial; TOO_LONG names it
MOST_MEMORY = 2 * 1024**3  # bytes
TOO_LARGE = "it would have taken more than 2 GB"
NO_LONGER_WANTED = 3  # exit code


def main(config: str, number: int) -> None:
    """Runs the rehearsal with that number and stores its result."""
    limit(MOST_MEMORY, MOST_TIME)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    path = Path(config)
    today = load(path, os.environ)
    store = Store.open(today.store.url, create=False)
    if not store.trials.name_worker(number, str(own_identity())):
        sys.exit(NO_LONGER_WANTED)
    try:
        report = _done(path, today, store, number)
    except MemoryError:
        store.trials.end(number, TrialState.failed, TOO_LARGE)
    except QuietdropError as error:
        store.trials.end(number, TrialState.failed, str(error))
    else:
        store.trials.end(number, TrialState.done, report=report)


def limit(memory: int, time: timedelta) -> None:
    """Bounds this process: what it allocates in bytes, and how long it runs."""
    with suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(time.total_seconds()))


def _done(path: Path, today: Settings, store: Store, number: int) -> str:
    """The comparison or the proposal as JSON."""
    now = datetime.now(UTC)
    trial = store.trials.get(number, now)
    if trial is None:
        os._exit(NO_LONGER_WANTED)
    day = now.astimezone(ZoneInfo(today.schedule.timezone)).date()
    last = last_run_day(today, now)
    past = read_past(today, remember(store, today, day), year_up_to(last), day, silent)

    def tell(words: str, done: int = 0, total: int = 0, /) -> None:
        del words
        if total and not store.trials.move(number, done - 1, total):
            os._exit(NO_LONGER_WANTED)

    if trial.budget is None:
        proposed = load(path, os.environ, trial.changes)
        return to_json(tried(today, proposed, past.replay, past.touches, tell))
    what = replace(past.replay, dates=two_years(past.replay.intake, last))
    return tuned_to_json(tune(today, trial.budget, what, past.touches, tell)[0])


def _end_with_the_server() -> None:
    """The pages hold the other end of our input: it closes when they end, however they do."""
    sys.stdin.buffer.read()
    os._exit(NO_LONGER_WANTED)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
