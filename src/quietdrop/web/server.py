"""The pages on a port, beside the scheduler."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from quietdrop.domain.errors import ConfigError
from quietdrop.lib.foreign import in_our_words
from quietdrop.web.bare_app import LARGEST_FORM
from quietdrop.web.connections import MOST_OF_ALL, TimedServer
from quietdrop.web.time_limit import TimeLimit

THREADS = 4  # requests answered at a time, as waitress does unless told otherwise
LARGEST_HEADER = 16 * 1024  # bytes; an OpenID code alone may have 4,096 characters
PATIENCE = 30  # seconds for a connection on which nothing moves
LOOKED_AT_EVERY = 1  # seconds between two looks at which connections are overdue


class _WithoutPaths(logging.Filter):
    """Keeps a request's path, which is a link, out of waitress's log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes a record that would name the path."""
        if " while serving " in str(record.msg):
            record.msg, record.args = f"{record.msg.partition(' while ')[0]} while serving", ()
        return True


logging.getLogger("waitress").addFilter(_WithoutPaths())


@contextmanager
def serving(app: Flask, bind: str) -> Iterator[None]:
    """While entered, the pages are served at `bind`, a host and a port. ConfigError where they
    cannot be."""
    channels: dict[int, Any] = {}
    adjustments = Adjustments(
        threads=THREADS,
        ident="quietdrop",
        max_request_body_size=LARGEST_FORM,
        max_request_header_size=LARGEST_HEADER,
        channel_timeout=PATIENCE,
        cleanup_interval=LOOKED_AT_EVERY,
        connection_limit=2 * MOST_OF_ALL,  # our own limit comes first
        asyncore_use_poll=True,
    )
    listening = _listen(bind)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(THREADS)
    server = TimedServer(
        TimeLimit(app),
        channels,
        True,
        listening,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        bind_socket=False,
    )
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        stopped = threading.Event()

        def close() -> None:
            stopped.wait()
            wasyncore.close_all(channels, ignore_all=True)

        # It is closed by its own thread: another one would close sockets that it polls. It
        # may be awake already and must not close the pipe before it gets the message.
        try:
            server.trigger.pull_trigger(close)
        finally:
            stopped.set()
        thread.join()


def _listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        raise ConfigError(
            f"[web] bind = {bind!r}: cannot listen there: {in_our_words(error)}"
        ) from None
