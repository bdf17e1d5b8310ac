"""The pages on a port, beside the scheduler."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server

from quietdrop.errors import ConfigError
from quietdrop.web.app import LARGEST_FORM

THREADS = 4
LARGEST_HEADER = 16 * 1024
PATIENCE = 30  # seconds for a slow reader


@contextmanager
def serving(app: Flask, bind: str) -> Iterator[None]:
    """While entered, the pages are served at `bind`, a host and a port. ConfigError where they
    cannot be."""
    try:
        server = create_server(
            app,
            listen=bind,
            threads=THREADS,
            ident="quietdrop",
            max_request_body_size=LARGEST_FORM,
            max_request_header_size=LARGEST_HEADER,
            channel_timeout=PATIENCE,
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"[web] bind = {bind!r}: cannot listen there: {error}") from None
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join()
