"""The pages on a port, beside the scheduler."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from quietdrop.errors import ConfigError
from quietdrop.web.app import LARGEST_FORM
from quietdrop.web.time_limit import TimeLimit

THREADS = 4
LARGEST_HEADER = 16 * 1024
PATIENCE = 30  # seconds for a slow reader


@contextmanager
def serving(app: Flask, bind: str) -> Iterator[None]:
    """While entered, the pages are served at `bind`, a host and a port. ConfigError where they
    cannot be."""
    channels: dict[int, Any] = {}
    server = create_server(
        TimeLimit(app),
        map=channels,
        sockets=[_listen(bind)],
        threads=THREADS,
        ident="quietdrop",
        max_request_body_size=LARGEST_FORM,
        max_request_header_size=LARGEST_HEADER,
        channel_timeout=PATIENCE,
    )
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        told = threading.Event()

        def close() -> None:
            told.wait()
            wasyncore.close_all(channels, ignore_all=True)

        # Closed by its own thread: another one would pull the sockets from under its poll. It
        # may be awake already, and must not close the pipe before it was told through it.
        try:
            server.trigger.pull_trigger(close)
        finally:
            told.set()
        thread.join()


def _listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        raise ConfigError(f"[web] bind = {bind!r}: cannot listen there: {error}") from None
