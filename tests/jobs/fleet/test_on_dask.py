"""A fleet on a real Dask cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MONDAY, write_clinic, write_fleet
from benchmarks.fleet.processes import clinics_of, cluster, start, wait_for_the_end
from benchmarks.ports import free_port
from tests.builders.commands import call
from tests.builders.fleet_scene import let_time_pass, undelivered

from quietdrop import __version__
from quietdrop.domain.errors import ClusterError, UsageError
from quietdrop.jobs.dask_cluster import check_cluster, connected, machine_of_worker
from quietdrop.jobs.fleet.disk import this_machine
from quietdrop.jobs.fleet.on_dask import on_dask, placed
from quietdrop.jobs.fleet.order import Order, State, Work

NAMES = ("lake", "hill")
MIDWAY = 4  # messages of one clinic that were taken before its worker is killed
RUN = ("--as-of", MONDAY.isoformat(), "--send", "--engine", "dask", "--scheduler")


def ended(*words: str | Path) -> tuple[int, str, str]:
    """How a command ends, and what it says. One that does not is killed with its test."""
    with start(*words) as begun:
        try:
            said, errors = begun.communicate(timeout=240)
        finally:
            begun.kill()
    return begun.returncode, said, errors


@pytest.mark.long
@pytest.mark.timeout(600)  # seven processes of a run each, beside whatever else is tested
def test_a_worker_that_is_killed_midway_loses_nothing_and_nothing_is_sent_twice(
    tmp_path: Path,
) -> None:
    with Post() as post, cluster(workers=2) as (address, workers):
        fleet = write_fleet(tmp_path, *NAMES, port=post.port)
        killed: list[int] = []
        seen: list[str] = []

        def rule(recipient: str, _before: int) -> str:
            if not recipient.endswith("@lake.example"):
                return "take"
            seen.append(recipient)
            if len(seen) != MIDWAY + 1:
                return "take"
            for worker in workers:
                if clinics_of(worker.pid, ["lake"]):
                    clinics = clinics_of(worker.pid, NAMES)
                    os.kill(worker.pid, signal.SIGKILL)
                    killed.append(worker.pid)
                    wait_for_the_end(clinics)
                    break  # the other has its clinic by now, and stays
            return "drop before"

        post.rule = rule
        first, said, errors = ended("fleet", "run", fleet, *RUN, address)
        assert len(killed) == 1
        assert first == 0, said + errors
        assert said == "clinics 2: done 2, held 0, failed 0\n"
        assert len(undelivered(tmp_path / "lake", post.copies)) == 1  # the dead sender's, for now

        let_time_pass(tmp_path / "lake")
        again, said, errors = ended("fleet", "run", fleet, *RUN, address)
        assert again == 0, said + errors
        for name in NAMES:
            assert undelivered(tmp_path / name, post.copies) == []


def test_a_fleet_whose_workers_are_all_gone_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietdrop.jobs.dask_cluster.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("quietdrop.jobs.dask_cluster.WITHOUT_WORKERS_SECONDS", 1.0)
    config = write_clinic(tmp_path / "lake")
    (tmp_path / "lake/referrals.csv").unlink()
    os.mkfifo(tmp_path / "lake/referrals.csv")  # reading it would wait for ever
    orders = [Order(name, str(config), Work.RUN, ("--dry-run",)) for name in NAMES]
    with cluster(workers=1) as (address, [worker]):
        threading.Thread(target=kill_at_work, args=(worker.pid,)).start()
        outcomes = list(on_dask(orders, address))
    assert sorted(one.name for one in outcomes) == sorted(NAMES)
    assert {one.state for one in outcomes} == {State.FAILED}
    assert all(one.words.startswith("The cluster lost it (") for one in outcomes)


def kill_at_work(worker: int) -> None:
    """Kills a worker once it has begun a clinic's process."""
    while not clinics_of(worker, NAMES):
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)


def test_a_scheduler_that_does_not_answer_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("quietdrop.jobs.dask_cluster.CONNECT_SECONDS", 1)
    fleet = write_fleet(tmp_path, "lake")
    address = f"tcp://127.0.0.1:{free_port()}"
    assert call(monkeypatch, "fleet", "run", fleet, *RUN, address) == 1
    assert "no Dask scheduler answers" in capsys.readouterr().err


@pytest.mark.parametrize(
    "greeting", [b"", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"]
)
def test_a_listener_that_is_no_scheduler_is_an_error(
    greeting: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quietdrop.jobs.dask_cluster.CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with listener.accept()[0] as visitor:
                visitor.sendall(greeting)
                is_over.wait()

        is_over = threading.Event()
        greeting_it = threading.Thread(target=greet)
        greeting_it.start()
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ClusterError, match="no Dask scheduler answers"), connected(address):
            pass
        is_over.set()
        greeting_it.join()


@pytest.mark.parametrize("address", ["tls://cluster.example:8786", "tcp://127.0.0.1:8786"])
def test_tls_or_this_machine_is_taken(address: str) -> None:
    check_cluster(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tcp://cluster.example:8786", "must speak TLS"),
        ("tcp://10.0.0.1:8786", "must speak TLS"),
        ("cluster.example:8786", "give an address"),
        ("tls://cluster.example", "give an address"),
        ("tls://cluster.example:x", "give an address"),
        ("http://127.0.0.1:8786", "give an address"),
        ("\x1b[2J", "give an address"),
    ],
)
def test_any_other_address_is_refused(address: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        check_cluster(address)
    assert str(refused.value).isprintable()


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quietdrop.jobs.dask_cluster.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"pip install 'quietdrop\[dask\]'"):
        check_cluster("tls://cluster.example:8786")


class Workers:
    """What a client of Dask's says of its workers."""

    def __init__(self, *said: tuple[str, str]) -> None:
        self._said = said

    def wait_for_workers(self, number: int, timeout: float) -> None:
        if len(self._said) < number and timeout:
            raise TimeoutError

    def run(self, ask: object) -> dict[int, tuple[str, str]]:
        assert ask is machine_of_worker
        if not self._said[0][0]:
            raise ModuleNotFoundError("of the worker's own words, nothing is passed on")
        return dict(enumerate(self._said))


def test_a_sqlite_store_keeps_its_disk_only_where_every_worker_is_on_this_machine() -> None:
    order = Order("lake", "q.toml", Work.RUN, disk="here")
    here, elsewhere = (__version__, this_machine()), (__version__, "another")
    assert placed(Workers(here, here), [order]) == [order]
    assert placed(Workers(here, elsewhere), [order]) == [replace(order, disk="")]


@pytest.mark.parametrize(
    ("workers", "why"),
    [
        (Workers(), "has no worker"),
        (Workers(("", "")), r"cannot work for quietdrop \(ModuleNotFoundError\): install"),
        (Workers((__version__, ""), ("0.0.9", "")), "has quietdrop 0.0.9; install"),
    ],
)
def test_workers_that_cannot_do_the_work_are_refused(workers: Workers, why: str) -> None:
    with pytest.raises(ClusterError, match=why):
        placed(workers, [])
