"""A page that hangs is answered for in time, and its hang does not take the server along."""

from __future__ import annotations

import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from flask import Flask, request
from werkzeug.test import Client

from quietdrop.web import server
from quietdrop.web.time_limit import MOST_AT_ONCE, TimeLimit


def hanging(until: threading.Event) -> Flask:
    app = Flask(__name__)

    @app.get("/hang")
    def hang() -> str:
        until.wait(60)
        return "late"

    @app.post("/echo")
    def echo() -> tuple[str, int, dict[str, str]]:
        return request.form["word"], 201, {"X-Ours": "kept"}

    return app


def test_a_page_that_hangs_is_a_503_and_the_others_go_on() -> None:
    until = threading.Event()
    limited = TimeLimit(hanging(until), seconds=0.5)
    client = limited_client(limited)
    begun = time.monotonic()
    status, body = client("/hang")
    assert (status, time.monotonic() - begun < 5) == (503, True)
    assert b"may still be recorded" in body
    for _ in range(MOST_AT_ONCE - 1):
        assert client("/hang")[0] == 503
    begun = time.monotonic()
    assert client("/hang")[0] == 503  # no place is free: at once
    assert time.monotonic() - begun < 0.4
    until.set()
    time.sleep(0.3)
    assert client("/hang") == (200, b"late")


def limited_client(app: TimeLimit) -> Callable[[str], tuple[int, bytes]]:
    def get(path: str) -> tuple[int, bytes]:
        answer = Client(app).get(path)
        return answer.status_code, answer.get_data()

    return get


def test_the_server_itself_limits_its_pages_and_passes_the_rest_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    until = threading.Event()
    monkeypatch.setattr(TimeLimit.__init__, "__defaults__", (0.5,))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    with server.serving(hanging(until), bind):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://{bind}/hang", timeout=20)
        assert refused.value.code == 503
        refused.value.close()
        with urllib.request.urlopen(f"http://{bind}/echo", data=b"word=hello", timeout=20) as page:
            assert (page.status, page.read(), page.headers["X-Ours"]) == (201, b"hello", "kept")
        until.set()
