"""Rehearsals in processes of their own: killed for real, with what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from quietdrop.config import load
from quietdrop.domain.audit import Actor
from quietdrop.domain.trial import Trial, TrialState
from quietdrop.lib.process_identity import parse_identity
from quietdrop.reporting.comparison_report import from_json
from quietdrop.reporting.tuned import from_json as tuned_from_json
from quietdrop.store import Store
from quietdrop.web.trial_child import MOST_MEMORY, MOST_TIME
from quietdrop.web.trial_process import BROKE, ENDED, TrialProcesses

TRIED = {"drift.alert_probability": "0.7"}
LONG = 240.0  # seconds; on a loaded machine reading alone takes some
SERVER = """
import sys, time
from pathlib import Path
from quietdrop.store import Store
from quietdrop.web.trial_process import TrialProcesses
TrialProcesses(Store.open(sys.argv[1])).start(Path(sys.argv[2]), int(sys.argv[3]))
time.sleep(600)
"""


@pytest.fixture
def store(config: Path) -> Store:
    return Store.open(load(config, {}).store.url)


def keep_practices(config: Path, number: int) -> None:
    """Leave out the referrals of all practices but the first."""
    path = config.parent / "data" / "referrals.csv"
    referrals = pd.read_csv(path, dtype=str)
    first = referrals["practice_id"].drop_duplicates().head(number)
    referrals[referrals["practice_id"].isin(first)].to_csv(path, index=False)


def begun(store: Store, changes: dict[str, str] = TRIED) -> int:
    number = store.trials.begin("mo@example.com", changes, datetime.now(UTC))
    assert number is not None
    return number


def now(store: Store, number: int) -> Trial:
    trial = store.trials.get(number, datetime.now(UTC))
    assert trial is not None
    return trial


def wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not so():
        assert time.monotonic() < end
        time.sleep(0.1)


def worker_of(store: Store, number: int) -> int:
    """The process that does the rehearsal, once it has named itself."""

    def worker() -> str:
        with store.read() as conn:
            text = "SELECT worker FROM trial WHERE id = " + str(number)
            return str(conn.exec_driver_sql(text).scalar_one())

    wait_until(lambda: bool(worker()))
    identity = parse_identity(worker())
    assert identity is not None
    return identity.pid


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_a_rehearsal_ends_with_its_result(config: Path, store: Store) -> None:
    keep_practices(config, 10)
    number = begun(store)
    TrialProcesses(store).start(config, number)
    wait_until(lambda: now(store, number).state is not TrialState.running)
    trial = now(store, number)
    assert (trial.state, trial.detail, trial.weeks) == (TrialState.done, "", 52)
    assert trial.report is not None
    report = from_json(trial.report)
    assert [change.key for change in report.changes] == list(TRIED)
    assert len(report.comparison.loads) == 52


@pytest.mark.long
def test_a_proposal_ends_with_its_result(config: Path, store: Store) -> None:
    keep_practices(config, 5)  # many settings are tried, each on all practices
    number = store.trials.begin("mo@example.com", {}, datetime.now(UTC), budget=2.0)
    assert number is not None
    TrialProcesses(store).start(config, number)
    wait_until(lambda: now(store, number).state is not TrialState.running)
    trial = now(store, number)
    assert (trial.state, trial.detail, trial.weeks) == (TrialState.done, "", 104)
    assert trial.report is not None
    assert tuned_from_json(trial.report).budget == 2.0


def test_cancelling_kills_it_at_once(config: Path, store: Store) -> None:
    number, processes = begun(store), TrialProcesses(store)
    processes.start(config, number)
    pid = worker_of(store, number)
    processes.cancel(number, Actor("mo@example.com", datetime.now(UTC)))
    wait_until(lambda: not is_running(pid))
    time.sleep(0.5)  # what waits for the process must not say more
    trial = now(store, number)
    assert (trial.state, trial.detail) == (TrialState.cancelled, "cancelled by mo@example.com")
    processes.cancel(number, Actor("mo@example.com", datetime.now(UTC)))
    said = [(entry.action, entry.detail) for entry in store.audit.entries()]
    assert said == [("stopped", f"rehearsal {number}"), ("tried", "drift.alert_probability = 0.7")]


def test_one_that_is_killed_from_outside_has_failed(config: Path, store: Store) -> None:
    number = begun(store)
    TrialProcesses(store).start(config, number)
    os.kill(worker_of(store, number), signal.SIGKILL)
    wait_until(lambda: now(store, number).state is TrialState.failed)
    assert now(store, number).detail == ENDED


def test_one_whose_server_is_killed_ends_and_a_restart_marks_it(config: Path, store: Store) -> None:
    number = begun(store)
    words = [sys.executable, "-c", SERVER, load(config, {}).store.url, str(config), str(number)]
    server = subprocess.Popen(words)
    try:
        pid = worker_of(store, number)
    finally:
        server.kill()
        server.wait()
    wait_until(lambda: not is_running(pid))
    assert now(store, number).state is TrialState.cancelled  # so it reads, and then it is marked
    assert store.trials.cancel_lost(datetime.now(UTC)) == 1
    assert now(store, number).state is TrialState.cancelled
    assert begun(store) > number


def test_one_that_another_server_cancelled_stops_at_its_next_week(
    config: Path, store: Store
) -> None:
    number = begun(store)
    TrialProcesses(store).start(config, number)
    pid = worker_of(store, number)
    TrialProcesses(store).cancel(number, Actor("other@example.com", datetime.now(UTC)))
    wait_until(lambda: not is_running(pid))
    assert now(store, number).detail == "cancelled by other@example.com"


def test_what_cannot_be_read_is_said(config: Path, store: Store) -> None:
    number = begun(store)
    for path in config.parent.rglob("referrals.csv"):
        path.unlink()
    TrialProcesses(store).start(config, number)
    wait_until(lambda: now(store, number).state is TrialState.failed)
    detail = now(store, number).detail
    assert detail not in (ENDED, BROKE)
    assert "referrals.csv" in detail


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("limit(300 * 1024**2, timedelta(minutes=1))\nbytearray(600 * 1024**2)", "MemoryError"),
        ("import time\nlimit(2**31, timedelta(seconds=1))\ntime.sleep(20)", ""),
    ],
)
def test_memory_and_time_are_bounded(code: str, said: str) -> None:
    text = f"from datetime import timedelta\nfrom quietdrop.web.trial_child import limit\n{code}"
    ended = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=False
    )
    assert ended.returncode == (1 if said else -signal.SIGALRM)
    assert said in ended.stderr


def test_the_bounds_are_half_an_hour_and_two_gigabytes() -> None:
    assert (timedelta(minutes=30), 2 * 1024**3) == (MOST_TIME, MOST_MEMORY)
