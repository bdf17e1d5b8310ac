"""The pages as `quietdrop serve` serves them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import waitress.trigger
from benchmarks.ports import free_port
from tests.builders.office import KEY, Office

from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network
from quietdrop.domain.errors import ConfigError
from quietdrop.web import serving


def served(url: str, patience: float = 30) -> str:
    """What the page says, once it is there."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return str(page.read().decode())
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_serve_serves_the_pages_until_it_is_told_to_stop(network: Network, tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_port()}"
    url = f"http://{bind}"
    config = write_network(network, tmp_path / "network", smtp_port=9, web=bind)
    config.write_text(config.read_text() + '[schedule]\ncron = "0 7 29 2 *"\n')
    words = [sys.executable, "-m", "quietdrop", "--config", str(config), "serve"]
    with subprocess.Popen(words, env={**os.environ, "QUIETDROP_LINK_KEY": KEY}) as process:
        try:
            assert '"status":"ok"' in served(f"{url}/healthz")
            assert "Managers" in served(f"{url}/")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_reader_who_stays_does_not_keep_the_pages_from_stopping(office: Office) -> None:
    port = free_port()
    with socket.socket() as reader:
        with serving(office.app, f"127.0.0.1:{port}"):
            reader.connect(("127.0.0.1", port))
            reader.sendall(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
            assert reader.recv(4096).startswith(b"HTTP/1.1 200")
            stopped = time.monotonic()
        assert time.monotonic() - stopped < 10


def test_the_pages_stop_though_the_loop_wakes_while_it_is_being_told_to(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = waitress.trigger.trigger._physical_pull

    def pulled_by_a_page_too(trigger: waitress.trigger.trigger) -> None:
        pull(trigger)  # a page that has just been made wakes the loop, which reads what is to do
        time.sleep(0.2)
        pull(trigger)

    monkeypatch.setattr(waitress.trigger.trigger, "_physical_pull", pulled_by_a_page_too)
    with serving(office.app, f"127.0.0.1:{free_port()}"):
        pass


def test_a_port_that_is_taken_is_told(office: Office) -> None:
    bind = f"127.0.0.1:{free_port()}"
    with (
        serving(office.app, bind),
        pytest.raises(ConfigError, match="cannot listen there"),
        serving(office.app, bind),
    ):
        pass
