"""A limit on a page's total time, whatever it waits for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from quietdrop.lib.deadline import Overdue, within

_log = logging.getLogger(__name__)
SECONDS = 30.0  # seconds until a page is given up
MOST_AT_ONCE = 16  # requests under way, including abandoned ones that still hang
SORRY = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>One moment</title>
<p>We could not answer in time. What you sent may still be recorded: please look again in a few
minutes, through the link in your digest.</p></html>"""
_HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]


class TimeLimit:
    """A WSGI application around another one; it answers instead when the inner one takes too
    long."""

    def __init__(self, app: WSGIApplication, seconds: float = SECONDS) -> None:
        self._app, self._seconds = app, seconds
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._places.acquire(blocking=False):
            return self._sorry(start_response)

        def answer() -> tuple[tuple[Any, ...], bytes]:
            try:
                return _collected(self._app, environ)
            finally:
                self._places.release()

        try:
            started, body = within(self._seconds, answer, "page")
        except Overdue:
            _log.error("a page took longer than %g seconds and was given up", self._seconds)
            return self._sorry(start_response)
        start_response(*started)
        return [body]

    def _sorry(self, start_response: StartResponse) -> Iterable[bytes]:
        start_response("503 Service Unavailable", [*_HEADERS, ("Retry-After", "60")])
        return [SORRY]


def _collected(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[tuple[Any, ...], bytes]:
    """The application's whole response: its start and its body."""
    started: list[tuple[Any, ...]] = []
    parts: list[bytes] = []

    def start_response(*words: Any) -> Any:
        started[:] = [words]
        return parts.append

    body = app(environ, start_response)
    try:
        parts.extend(body)
    finally:
        if close := getattr(body, "close", None):
            close()
    return started[0], b"".join(parts)
