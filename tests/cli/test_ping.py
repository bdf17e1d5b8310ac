"""The dead man's switch: a good run asks for the address; what it answers harms no run."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.builders.scripted_mail_server import scripted

from quietdrop.cli import main
from quietdrop.config import load
from quietdrop.demo.directory import MANAGER
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.lib.ping import failure_url
from quietdrop.store import Store

AS_OF = ("--as-of", "2026-07-06")


@pytest.fixture
def switch() -> Iterator[tuple[str, list[str]]]:
    """An address that fails under /broken, and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(500 if self.path == "/broken" else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def run(network: Network, folder: Path, url: str, *words: str) -> int:
    with Inbox(folder / "inbox") as inbox:
        config = write_network(network, folder, smtp_port=inbox.port)
        config.write_text(config.read_text() + f'\n[health]\nping_url = "{url}"\n')
        sys.argv = ["quietdrop", "--config", str(config), "run", *AS_OF, *words]
        with pytest.raises(SystemExit) as ended:
            main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.mark.parametrize(
    ("path", "words", "asked"),
    [
        ("/good", ("--send",), ["/good"]),
        ("/broken", ("--send",), ["/broken"]),
        ("/good", (), []),
        ("/good", ("--dry-run",), []),
    ],
    ids=["a good run", "a broken switch", "a run that may not send", "a dry run"],
)
def test_only_a_run_that_could_send_asks(
    network: Network,
    tmp_path: Path,
    switch: tuple[str, list[str]],
    path: str,
    words: tuple[str, ...],
    asked: list[str],
) -> None:
    assert run(network, tmp_path, f"{switch[0]}{path}", *words) == 0
    assert switch[1] == asked


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("https://x.example/ping/1", "https://x.example/ping/1/fail"),
        ("https://x.example/ping/1/", "https://x.example/ping/1/fail"),
        ("https://x.example/ping/1?key=a", "https://x.example/ping/1/fail?key=a"),
        ("https://x.example", "https://x.example/fail"),
    ],
)
def test_a_failure_is_asked_for_beside_the_address(url: str, failure: str) -> None:
    assert failure_url(url) == failure


def test_where_no_manager_can_be_mailed_the_run_fails_the_ping_says_so_and_it_ends_again(
    network: Network,
    tmp_path: Path,
    switch: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def call(config: Path, *words: str) -> int:
        sys.argv = ["quietdrop", "--config", str(config), *words]
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code if isinstance(ended.value.code, int) else 0

    with scripted(banner="554 no service here") as (_, port):
        config = write_network(network, tmp_path, smtp_port=port)
        config.write_text(config.read_text() + f'\n[health]\nping_url = "{switch[0]}/good"\n')
        assert call(config, "run", *AS_OF, "--send") == 1
        assert switch[1] == ["/good/fail"]
        store = Store.open(load(config, os.environ).store.url)
        assert {m.state for m in store.outbox.messages()} == {"pending"}
        capsys.readouterr()
        assert call(config, "status") == 1
        assert f"!! Manager {MANAGER} cannot be mailed: 554" in capsys.readouterr().out
        assert call(config, "send") == 1  # nothing was due, and still nobody hears of it
        assert switch[1] == ["/good/fail"]
    with Inbox(tmp_path / "inbox") as inbox:
        mended = config.read_text().replace(f"port = {port}", f"port = {inbox.port}")
        config.write_text(mended)
        with sa.create_engine(load(config, os.environ).store.url).begin() as conn:
            conn.execute(sa.text("UPDATE message SET next_try = created_at"))
        assert call(config, "send") == 0
    assert switch[1] == ["/good/fail", "/good"]
