"""Processes forked from one that has imported everything: what goes in, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from quietdrop.lib.fork_server import ForkServer

MODULE = "tests.builders.forked"
ROOT = Path(__file__).parents[2]
CLIENT = f"""
import os, sys
from quietdrop.lib.fork_server import ForkServer
ForkServer("{MODULE}").run(sys.argv[1], "wait 600", dict(os.environ), 0)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with closing(ForkServer(MODULE)) as begun:
        yield begun


def run(
    server: ForkServer, argument: str, env: dict[str, str] | None = None, name: str = "lake"
) -> subprocess.CompletedProcess[str]:
    with Path(os.devnull).open() as nothing:
        return server.run(name, argument, env or {}, nothing.fileno())


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("do nothing", 0),
        ("exit 0", 0),
        ("exit 3", 3),
        ("refuse with words", 1),
        ("raise it", 1),
        (f"signal {signal.SIGKILL}", -signal.SIGKILL),
        (f"signal {signal.SIGTERM}", -signal.SIGTERM),
    ],
)
def test_a_child_ends_with_its_exit_code(server: ForkServer, argument: str, code: int) -> None:
    assert run(server, argument).returncode == code


def test_output_and_errors_come_apart_and_whole(server: ForkServer) -> None:
    said = run(server, "write 300000")
    assert said.stdout == "o" * 300_000 + "\n"
    assert said.stderr == "e" * 300_000 + "\n"


def test_a_child_has_its_own_environment_and_the_clients_folder(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(server, "say SECRET", {"SECRET": "of another"})
    monkeypatch.chdir(tmp_path)
    said = run(server, "say SECRET", {"PATH": "/bin"}).stdout
    assert said.startswith(f"None ['PATH'] {tmp_path} ")


def test_the_server_has_nothing_of_its_clients_environment_that_a_child_could_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUIETDROP_CLINIC_HILL__PASSWORD", "hidden")
    with closing(ForkServer(MODULE)) as server:
        run(server, "say PATH", {"PASSWORD": "hidden"})
        assert server._server is not None
        environment = Path(f"/proc/{server._server.pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"hidden" not in environment


def test_a_child_reads_its_input(server: ForkServer) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"of the client")
    os.close(writer)
    said = server.run("lake", "read", {}, reader)
    os.close(reader)
    assert said.stdout == "of the client\n"


def test_children_run_side_by_side(server: ForkServer) -> None:
    began = time.monotonic()
    threads = [threading.Thread(target=run, args=(server, "wait 1")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1.0 <= time.monotonic() - began < 4.0


def test_a_process_is_called_by_its_name(server: ForkServer) -> None:
    name = f"{os.getpid()} a clinic with a long name"
    begun = threading.Thread(target=run, args=(server, "wait 600", None, name))
    begun.start()
    os.kill(process_called(name[:15]), signal.SIGTERM)
    begun.join()


def test_a_server_that_is_killed_begins_again() -> None:
    with closing(ForkServer(MODULE)) as server:
        keeper = int(run(server, "say PATH").stdout.split()[-1])
        first = server._server
        assert first is not None
        assert keeper not in (os.getpid(), first.pid)
        first.kill()
        first.wait()
        assert run(server, "exit 3").returncode == 3
        assert server._server is not first


def test_closing_waits_for_no_child_at_work() -> None:
    name = f"at work {os.getpid()}"[:15]
    server = ForkServer(MODULE)
    begun = threading.Thread(target=run, args=(server, "wait 600", None, name))
    begun.start()
    child = process_called(name)
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 10.0
    assert is_running(child)
    os.kill(child, signal.SIGTERM)
    begun.join()


def test_where_no_server_can_begin_a_child_looks_killed() -> None:
    with closing(ForkServer("tests.builders.nothing_of_that_name")) as server:
        assert run(server, "exit 0").returncode == -signal.SIGKILL


def test_server_and_keeper_end_with_the_child_once_their_client_is_killed() -> None:
    name = f"of {os.getpid()}"
    words = [sys.executable, "-c", CLIENT, name]
    with subprocess.Popen(words, stdin=subprocess.PIPE, cwd=ROOT) as client:
        child = process_called(name)
        keeper = parent_of(child)
        server = parent_of(keeper)
        assert parent_of(server) == client.pid
        client.kill()
    os.kill(child, signal.SIGKILL)  # it waits; a clinic would have noticed that its input ends
    until = time.monotonic() + 20
    while any(is_running(each) for each in (keeper, server)):
        assert time.monotonic() < until
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def parent_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("PPid:"))


def process_called(name: str) -> int:
    while True:
        for each in Path("/proc").glob("[0-9]*/comm"):
            with suppress(OSError):
                if each.read_text() == f"{name}\n":
                    return int(each.parent.name)
        time.sleep(0.02)
