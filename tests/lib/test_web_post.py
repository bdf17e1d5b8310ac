"""A post goes to one address over verified TLS, once, and takes a bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from benchmarks.ports import free_port
from tests.builders.https_server import https_server

from quietdrop.lib.web_post import Reply, post, reach


@pytest.mark.parametrize("status", [199 + 1, 204, 299])
def test_a_good_answer_is_a_good_reply(status: int) -> None:
    with https_server(status) as server:
        reply = post(f"{server.url}/hook?a=1", b"{}", {"X-One": "1"}, server.context)
    assert reply == Reply(status)
    assert reply.is_good
    [posted] = server.posted
    assert (posted.path, posted.body, posted.headers["x-one"]) == ("/hook?a=1", b"{}", "1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with https_server(status) as server:
        reply = post(server.url, b"{}", {}, server.context)
    assert reply == Reply(status)
    assert not reply.is_good
    assert len(server.posted) == 1


@pytest.mark.parametrize("status", [300, 400, 404, 500, 503])
def test_of_a_refusal_only_the_status_is_passed_on(status: int) -> None:
    with https_server(status) as server:
        reply = post(server.url, b"{}", {}, server.context)
    assert reply == Reply(status)
    assert not reply.is_good


def test_a_certificate_that_nobody_trusts_is_refused_before_a_byte_is_posted() -> None:
    with https_server(200) as server:
        reply = post(server.url, b"{}", {})
    assert reply.code is None
    assert reply.why.startswith("its certificate cannot be verified")
    assert server.posted == []


def test_a_server_that_drips_is_left_in_time() -> None:
    with https_server(200) as server:
        server.drip = 0.2
        begun = time.monotonic()
        reply = post(server.url, b"{}", {}, server.context, seconds=1.0)
    assert reply == Reply(None, "it did not answer in time")
    assert time.monotonic() - begun < 10


def test_where_nobody_listens_the_reply_says_so_without_the_address() -> None:
    reply = post(f"https://127.0.0.1:{free_port()}/secret", b"{}", {})
    assert reply == Reply(None, "Connection refused")


@pytest.mark.parametrize("status", [200, 301, 404, 405, 503])
def test_whatever_a_host_answers_it_was_reached_and_never_learned_the_path(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https_server(status) as server:
        (tmp_path / "ca.pem").write_bytes(server.ca_pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert reach(f"{server.url}/secret?token=1") == Reply(status)
    assert [(one.path, one.body) for one in server.posted] == [("/", b"")]
