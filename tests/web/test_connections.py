"""Slow and many connections do not silence the pages."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from benchmarks.ports import free_port
from flask import Flask
from tests.builders.connections import connected, status_of

from quietdrop.web import connections, serving
from quietdrop.web.connections import peer_of

WHOLE = b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n"
BEGUN = b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: "


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it by now."""
    connection.settimeout(0.05)
    try:
        return not connection.recv(4096)
    except TimeoutError:
        return False
    except OSError:
        return True


def closed_after(connection: socket.socket, letter: bytes = b"a") -> float:
    """For how long a connection stays open on which a letter comes now and then."""
    began = time.monotonic()
    while not is_closed(connection) and time.monotonic() - began < 12:
        try:
            connection.sendall(letter)
        except OSError:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def test_headers_have_a_total_time_however_busy_they_look(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 1.5)
    for begin in (b"", b"GET /", BEGUN):
        with connected(port) as slow:
            slow.sendall(begin)
            assert 1.4 < closed_after(slow) < 5


def test_a_form_has_a_total_time_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 1.5)
    with connected(port) as slow:
        slow.sendall(b"POST /m HTTP/1.1\r\nHost: desk\r\nContent-Length: 9000\r\n\r\n")
        assert 1.4 < closed_after(slow) < 5


def test_a_request_that_comes_in_pieces_within_its_time_is_answered(port: int) -> None:
    with connected(port) as piecewise:
        for place in range(0, len(WHOLE), 5):
            piecewise.sendall(WHOLE[place : place + 5])
            time.sleep(0.05)
        assert status_of(piecewise) == 200


def test_every_request_of_a_connection_has_its_own_time(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 1.5)
    with connected(port) as kept:
        for _ in range(3):  # together longer than one may take
            kept.sendall(WHOLE[:20])
            time.sleep(0.9)
            kept.sendall(WHOLE[20:])
            assert status_of(kept) == 200
        time.sleep(3)  # between two requests nobody is waited for
        kept.sendall(WHOLE)
        assert status_of(kept) == 200
        kept.sendall(BEGUN)
        assert 1.4 < closed_after(kept) < 5


def test_the_oldest_that_keeps_us_waiting_makes_room(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_OF_A_PEER", 5)
    slow = []
    for _ in range(8):
        slow.append(connected(port))
        slow[-1].sendall(BEGUN)
        time.sleep(0.05)
    with connected(port) as reader:
        reader.sendall(WHOLE)
        assert status_of(reader) == 200
        assert [is_closed(each) for each in slow] == [True] * 4 + [False] * 4
    for each in slow:
        each.close()


def test_120_slow_connections_do_not_silence_the_pages(port: int) -> None:
    slow = []
    for _ in range(120):
        slow.append(connected(port))
        slow[-1].sendall(BEGUN)
    for _ in range(5):
        began = time.monotonic()
        with connected(port) as reader:
            reader.sendall(WHOLE)
            assert status_of(reader) == 200
        assert time.monotonic() - began < 3
    assert sum(not is_closed(each) for each in slow) <= connections.MOST_OF_A_PEER
    for each in slow:
        each.close()


def test_a_peer_with_many_requests_at_work_loses_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a reverse proxy has, through which everybody comes."""
    monkeypatch.setattr(connections, "MOST_OF_A_PEER", 5)
    app, go_on = Flask("slow pages"), threading.Event()

    @app.get("/")
    def page() -> str:
        go_on.wait(10)
        return "here"

    number = free_port()
    with serving(app, f"127.0.0.1:{number}"):
        asked = []
        for _ in range(20):
            asked.append(connected(number))
            asked[-1].sendall(WHOLE)
            time.sleep(0.05)
        go_on.set()
        assert [status_of(each) for each in asked] == [200] * 20
        for each in asked:
            each.close()


def test_no_header_makes_another_peer(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OF_A_PEER", 3)
    slow = []
    for place in range(6):
        slow.append(connected(port))
        slow[-1].sendall(BEGUN + b"a\r\nX-Forwarded-For: 192.0.2.%d\r\nForwarded: for=a" % place)
        time.sleep(0.05)
    time.sleep(0.3)
    assert [is_closed(each) for each in slow] == [True] * 3 + [False] * 3
    for each in slow:
        each.close()


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        (("192.0.2.1", 5), "192.0.2.1"),
        (("::ffff:192.0.2.1", 5, 0, 0), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 5, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 5, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:3::1", 5, 0, 0), "2001:db8:1:3::/64"),
        (("fe80::1%eth0", 5, 0, 2), "fe80::/64"),
        ("/run/quietdrop.sock", "/run/quietdrop.sock"),
    ],
)
def test_a_peer_is_an_address_or_a_network_of_one_subscriber(address: object, peer: str) -> None:
    assert peer_of(address) == peer
