"""A clinic's process: what it is told, what it says, and that it stops nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks.fleet.clinics import MONDAY, ROWS, STOPPED, write_clinic
from benchmarks.fleet.processes import clinics_of

from quietdrop.jobs.fleet.clinic_process import Lifeline, begin, run_clinic
from quietdrop.jobs.fleet.disk import disk_of
from quietdrop.jobs.fleet.order import Figure, Order, Outcome, State, Work, exit_code

DRY = ("--as-of", MONDAY.isoformat(), "--dry-run")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_clinic(tmp_path / "lake")


def test_an_order_goes_to_another_process_and_back() -> None:
    order = Order("lake", "/x/q.toml", Work.DUE, ("--send",), "0 6 * * MON", 90, 512, 3, "disk")
    assert Order.from_json(order.to_json()) == order


def test_a_dry_run_gives_its_figures(config: Path) -> None:
    outcome = run_clinic(Order("lake", str(config), Work.RUN, DRY))
    figures: dict[str, Figure] = {"as_of": "2026-07-06", "listed": STOPPED, "rows_read": ROWS}
    assert outcome == Outcome("lake", State.DONE, "", figures)


def test_a_stale_feed_is_held(config: Path) -> None:
    outcome = run_clinic(Order("lake", str(config), Work.RUN, ("--as-of", "2026-09-07", *DRY[2:])))
    assert outcome.state is State.HELD
    assert outcome.words.startswith("Held: ")


def test_a_clinic_out_of_memory_says_so(config: Path) -> None:
    order = Order("lake", str(config), Work.RUN, memory_mb=1024)
    greedy = (
        "import sys\nfrom quietdrop.cli import clinic\n"
        "from quietdrop.jobs.fleet.order import Work\n"
        "clinic._WORK[Work.RUN] = lambda order: bytearray(2 * 1024**3)\n"
        "clinic.main(sys.argv[1])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", greedy, order.to_json()],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        said = child.stderr.read()
    assert child.returncode == 1
    assert said == "quietdrop: it needs more than 1024 MB of memory ([fleet] memory_mb).\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGALRM, "It took longer than 60 minutes ([fleet] minutes)."),
        (signal.SIGSEGV, "It was ended by SIGSEGV."),
        (
            signal.SIGKILL,
            "It was ended from outside; on a machine with little memory the system does that.",
        ),
    ],
)
def test_a_process_that_ends_at_once_says_nothing_and_the_fleet_says_why(
    config: Path, number: signal.Signals, words: str
) -> None:
    fifo = config.parent / "referrals.csv"
    fifo.unlink()
    os.mkfifo(fifo)  # reading it would wait for ever
    assert interrupted(Order("lake", str(config), Work.RUN, DRY), number) == Outcome(
        "lake", State.FAILED, words
    )


def test_a_process_ends_when_its_lifeline_is_cut(config: Path) -> None:
    fifo = config.parent / "referrals.csv"
    fifo.unlink()
    os.mkfifo(fifo)
    outcomes: list[Outcome] = []
    with closing(Lifeline()) as line:
        order = Order("lake", str(config), Work.RUN, DRY)
        working = threading.Thread(target=lambda: outcomes.append(begin(order, line)))
        working.start()
        one_child()
        line.cut()
        working.join(60)
    assert [one.state for one in outcomes] == [State.FAILED]


def test_a_sqlite_store_is_worked_on_only_where_its_disk_is(config: Path) -> None:
    here = disk_of(config.parent / "quietdrop.db")
    assert here
    good = Order("lake", str(config), Work.RUN, DRY, disk=here)
    assert run_clinic(good).state is State.DONE
    for elsewhere in ("", "another machine|1|2"):
        order = Order("lake", str(config), Work.RUN, DRY, disk=elsewhere)
        assert run_clinic(order).words == (
            "[store] url is a SQLite file, and this worker does not share its disk: use "
            "PostgreSQL or MariaDB, or run this clinic on the own cores."
        )


def test_each_clinic_has_its_own_secrets_and_no_others(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = config.read_text()
    config.write_text(text + '[store]\nurl = "sqlite:///${STORE}.db"\n')
    order = Order("lake", str(config), Work.RUN, DRY)
    monkeypatch.setenv("QUIETDROP_CLINIC_HILL__STORE", "of-the-hill")
    assert "the environment variable STORE is not set" in run_clinic(order).words
    monkeypatch.setenv("QUIETDROP_CLINIC_LAKE__STORE", "of-the-lake")
    assert run_clinic(order).state is State.DONE


def test_one_failure_counts_more_than_any_hold() -> None:
    done, held, failed = (Outcome(state, state) for state in State)
    assert exit_code([]) == 0
    assert exit_code([done]) == 0
    assert exit_code([done, held]) == 3
    assert exit_code([held, failed, done]) == 1


def interrupted(order: Order, number: signal.Signals) -> Outcome:
    """What comes of a clinic whose process gets a signal."""
    outcomes: list[Outcome] = []
    working = threading.Thread(target=lambda: outcomes.append(run_clinic(order)))
    working.start()
    os.kill(one_child(), number)
    working.join(60)
    return outcomes[0]


def one_child() -> int:
    """The clinic's process, once it has set its bounds."""
    while True:
        for child in clinics_of(os.getpid(), ["lake"]):
            if _is_bounded(child):
                return child
        time.sleep(0.02)


def _is_bounded(child: int) -> bool:
    limits = Path(f"/proc/{child}/limits").read_text()
    return str(4096 * 1024**2) in limits
