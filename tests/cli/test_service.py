"""`serve` as a service: it stops in time whatever hangs, and vouches only for work that moves."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from quietdrop.cli import scheduler
from quietdrop.config import Settings, SourceSettings
from quietdrop.lib.pulse import Pulse
from quietdrop.lib.service_manager import ServiceManager, service_manager

SETTINGS = Settings(source=SourceSettings(referrals="r.csv"))
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HANGING = """
import os, threading, time
from datetime import UTC, date, datetime, timedelta
from quietdrop.config import Settings, SourceSettings
from quietdrop.cli.scheduler import Work, serve
now = datetime(2026, 3, 4, 12, tzinfo=UTC)
settings = Settings(source=SourceSettings(referrals="r.csv"))
def hang(*_):
    os.write(1, b"hangs\\n")  # at once: three threads write
    time.sleep(1000)
threading.Thread(target=time.sleep, args=(1000,)).start()  # a page that will not end either
work = Work(job=hang, send=hang, last_done=lambda by: date(2026, 2, 23),
            in_force_since=lambda plan, at: now - timedelta(days=99), beat=hang, reload=hang,
            clock=lambda: now)
serve(lambda: settings, work)
"""


def test_a_stop_takes_ten_seconds_at_most_whatever_hangs() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for _ in range(3):
            assert child.stdout.readline() == "hangs\n"
        child.send_signal(signal.SIGHUP)
        assert child.stdout.readline() == "hangs\n"  # the reload does, too
        begun = time.monotonic()
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 1
        assert 8 < time.monotonic() - begun < 11


def served(
    send: Callable[[], None], pulse: Pulse, manager: ServiceManager, seconds: float
) -> list[datetime]:
    stop, beats = threading.Event(), list[datetime]()
    threading.Timer(seconds, stop.set).start()
    work = scheduler.Work(
        job=lambda _: None, send=send, last_done=lambda _: date(2026, 3, 2),
        in_force_since=lambda *_: NOW, beat=beats.append, clock=lambda: NOW,
    )  # fmt: skip
    scheduler.serve(lambda: SETTINGS, work, stop=stop, pulse=pulse, manager=manager)
    return beats


class Listener:
    """What a service manager is told."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)

    def states(self) -> list[str]:
        states = []
        while True:
            try:
                states.append(self.socket.recv(200).decode())
            except BlockingIOError:
                return states


@pytest.fixture
def listener(tmp_path: Path) -> Listener:
    return Listener(tmp_path / "notify")


def test_the_service_manager_hears_that_all_is_ready_alive_and_stopping(
    listener: Listener, tmp_path: Path
) -> None:
    manager = ServiceManager(str(tmp_path / "notify"), watchdog_seconds=0.8)
    served(lambda: None, Pulse(time.monotonic), manager, 1.5)
    states = listener.states()
    listener.socket.close()
    assert (states[0], states[-1]) == ("READY=1", "STOPPING=1")
    assert 2 <= states.count("WATCHDOG=1") <= 5


def test_neither_the_heartbeat_nor_the_watchdog_vouches_for_work_that_hangs(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SEND_STEP", 0.0)  # whatever takes any time has stalled
    hung, begun = threading.Event(), threading.Event()
    pulse = Pulse(time.monotonic)

    def hang() -> None:
        with pulse.work("reading", 0.0):
            begun.set()
            hung.wait(20)

    threading.Thread(target=hang).start()
    begun.wait(5)
    time.sleep(0.05)
    manager = ServiceManager(str(tmp_path / "notify"), watchdog_seconds=0.2)
    assert served(lambda: None, pulse, manager, 1.0) == []
    hung.set()
    states = listener.states()
    listener.socket.close()
    assert "WATCHDOG=1" not in states


def test_a_step_within_the_patience_keeps_the_pulse() -> None:
    clock = [0.0]
    pulse = Pulse(lambda: clock[0])
    with pulse.work("sending", 5):
        clock[0] = 5.0
        assert pulse.stalled() == []
        clock[0] = 5.1
        assert pulse.stalled() == ["sending"]
        pulse.step()
        assert pulse.stalled() == []
        clock[0] = 10.2
        assert pulse.stalled() == ["sending"]
    assert pulse.stalled() == []


@pytest.mark.parametrize(
    ("env", "address", "seconds"),
    [
        ({}, "", None),
        ({"NOTIFY_SOCKET": "relative"}, "", None),
        ({"NOTIFY_SOCKET": "/run/n"}, "/run/n", None),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "90000000"}, "/run/n", 90.0),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "5", "WATCHDOG_PID": "7"}, "@n", 5e-6),
        ({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "5", "WATCHDOG_PID": "8"}, "/n", None),
        ({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "x"}, "/n", None),
    ],
)
def test_the_service_manager_is_known_by_the_environment(
    env: dict[str, str], address: str, seconds: float | None
) -> None:
    assert service_manager(env, 7) == ServiceManager(address, seconds)


def test_a_service_manager_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    ServiceManager(str(tmp_path / "nowhere")).notify("READY=1")
    ServiceManager("@quietdrop-nobody-listens").notify("READY=1")
