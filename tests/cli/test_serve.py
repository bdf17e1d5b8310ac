"""`quietdrop serve` as an operator runs it: real processes, real signals."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quietdrop.cli.bootstrap import deliver
from quietdrop.config import load
from quietdrop.domain.errors import StoreError
from quietdrop.store import Store

CONFIG = """[source]
referrals = "r.csv"
[mail]
host = "127.0.0.1"
port = 9
security = "none"
from = "quietdrop@example.com"
"""


class Served:
    """A running `serve`, its folder, its log and what it tells the service manager."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config, self.log = folder, folder / "q.toml", folder / "log"
        (folder / "r.csv").write_text("referred_on,practice_id\n2026-01-05,P1\n")
        self.config.write_text(CONFIG)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(folder / "notify"))
        self.told: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        environment = {
            **os.environ,
            "NOTIFY_SOCKET": str(folder / "notify"),
            "WATCHDOG_USEC": "1000000",
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "quietdrop", "--config", str(self.config), "serve"],
                env=environment, stderr=log,
            )  # fmt: skip
        assert self.waits(lambda: bool(self.told))

    def _listen(self) -> None:
        while True:  # until the test ends: a full queue would take nothing more
            self.told.append(self.manager.recv(200).decode())

    def says(self, words: str) -> bool:
        return self.waits(lambda: words in self.log.read_text())

    @staticmethod
    def waits(until: Callable[[], bool]) -> bool:
        end = time.monotonic() + 60
        while not until() and time.monotonic() < end:
            time.sleep(0.1)
        return until()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def test_sighup_reads_the_config_again_and_a_bad_one_leaves_the_old(served: Served) -> None:
    served.process.send_signal(signal.SIGHUP)
    assert served.says("the config was read again")
    served.config.write_text(CONFIG + "[drift]\nhazard = 7\n")
    served.process.send_signal(signal.SIGHUP)
    assert served.says("so the old one stays")
    served.config.write_text(CONFIG + '[store]\nurl = "sqlite:///other.db"\n')
    served.process.send_signal(signal.SIGHUP)
    assert served.says("[store] url counts when `quietdrop serve` is started again")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=15) == 0
    assert served.waits(lambda: served.told[-1] == "STOPPING=1")
    assert served.told[:2] == ["READY=1", "WATCHDOG=1"]
    assert not (served.folder / "other.db").exists()


def test_a_store_that_is_removed_is_an_error_and_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("referred_on,practice_id\n2026-01-05,P1\n")
    (tmp_path / "q.toml").write_text(CONFIG)
    of = load(tmp_path / "q.toml", os.environ)
    store = Store.open(of.store.url)
    (tmp_path / "quietdrop.db").unlink()
    with pytest.raises(StoreError, match="the store's file is gone"):
        deliver(of, store=store)
    assert not (tmp_path / "quietdrop.db").exists()
