"""The dead man's switch: a good run asks for the address; what it answers harms no run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from quietdrop.cli import main
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network

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
