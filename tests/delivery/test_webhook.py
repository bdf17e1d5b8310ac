"""Events reach a real HTTPS server: signed, once where all is well, and none is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.builders.https_server import HttpsServer, https_server

from quietdrop.delivery.policy import EXPIRES_AFTER
from quietdrop.delivery.webhook import EXPIRED, EventReport, Receiver, send_events
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.event import EventState
from quietdrop.store import Store

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
DAY = date(2026, 7, 6)
KEY = "a key of thirty-two letters or so"
TOLD = CheckIn("P1", "Lakeside", "ann@example.com", Kind.DRIFT, DAY, notified_on=DAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.db")


def owe(store: Store, events: int = 1) -> None:
    checkins = [replace(TOLD, practice_id=f"P{number}") for number in range(events)]
    with store.begin() as conn:
        for checkin in checkins:
            store.checkins.save(conn, checkin)
        store.events.note_opened(conn, checkins, DAY, NOW, owed=True)


def send(store: Store, server: HttpsServer, now: datetime = NOW) -> EventReport:
    receiver = Receiver(f"{server.url}/hook", "json", KEY, server.context)
    return send_events(store, receiver, lambda: now)


def test_the_receiver_can_check_who_sent_what_and_when(store: Store) -> None:
    owe(store)
    with https_server(204) as server:
        assert send(store, server) == EventReport(sent=1)
    [posted] = server.posted
    [event] = store.events.between(DAY, DAY)
    number, at = posted.headers["webhook-id"], posted.headers["webhook-timestamp"]
    assert (number, at) == (event.event_id, str(int(NOW.timestamp())))
    signed = f"{number}.{at}.".encode() + posted.body
    mac = base64.b64encode(hmac.new(KEY.encode(), signed, hashlib.sha256).digest()).decode()
    assert posted.headers["webhook-signature"] == f"v1,{mac}"
    assert KEY.encode() not in posted.body


def test_a_chat_that_checks_nothing_is_sent_no_signature(store: Store) -> None:
    owe(store)
    with https_server(200) as server:
        send_events(store, Receiver(server.url, "slack", "", server.context), lambda: NOW)
    assert "webhook-signature" not in server.posted[0].headers


def test_a_fault_of_the_receiver_is_tried_again_after_a_pause(store: Store) -> None:
    owe(store)
    with https_server(500, 200) as server:
        why = "the receiver answered 500"
        assert send(store, server) == EventReport(retry=1, why=(why,))
        assert send(store, server, NOW + timedelta(minutes=14)) == EventReport()
        assert send(store, server, NOW + timedelta(minutes=15)) == EventReport(sent=1)
        assert send(store, server, NOW + timedelta(days=4)) == EventReport()
    first, second = server.posted
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_receiver_that_fails_is_asked_once_for_all_that_waits(store: Store) -> None:
    owe(store, 50)
    with https_server(503, 200) as server:
        assert send(store, server).retry == 1
        assert len(server.posted) == 1
        assert send(store, server, NOW + timedelta(minutes=15)).sent == 50
    assert len({posted.headers["webhook-id"] for posted in server.posted}) == 50


def test_an_event_that_is_refused_for_good_stops_no_other(store: Store) -> None:
    owe(store, 2)
    with https_server(422, 200) as server:
        why = "the receiver refused it for good (422)"
        assert send(store, server) == EventReport(sent=1, failed=1, why=(why,))
    assert [row.state for row in store.events.unsent(NOW)] == [EventState.FAILED]


def test_a_redirect_is_no_delivery(store: Store) -> None:
    owe(store)
    with https_server(307) as server:
        [why] = send(store, server).why
    assert why == "the receiver redirects, which is not followed (307)"
    assert [posted.path for posted in server.posted] == ["/hook"]


def test_what_the_receiver_says_is_kept_nowhere(store: Store, tmp_path: Path) -> None:
    owe(store)
    with https_server(500) as server:
        send(store, server)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"patient Doe" not in kept


@pytest.mark.parametrize(
    ("later", "failed"), [(EXPIRES_AFTER, 1), (EXPIRES_AFTER - timedelta(seconds=1), 0)]
)
def test_after_five_days_it_is_given_up(store: Store, later: timedelta, failed: int) -> None:
    owe(store)
    with https_server(500) as server:
        report = send(store, server, NOW + later)
    assert report.failed == failed
    assert (EXPIRED in report.why) == bool(failed)


SENDER = """
import sys
from datetime import UTC, datetime
from quietdrop.delivery.webhook import Receiver, send_events
from quietdrop.store import Store
import ssl
store, url, ca = Store.open(sys.argv[1]), sys.argv[2], sys.argv[3]
receiver = Receiver(url, "json", "", ssl.create_default_context(cafile=ca))
send_events(store, receiver, lambda: datetime(2026, 7, 6, 7, tzinfo=UTC))
"""


def test_a_sender_killed_midway_loses_nothing(store: Store, tmp_path: Path) -> None:
    owe(store, 3)
    with https_server(200) as server:
        authority = tmp_path / "ca.pem"
        authority.write_bytes(server.ca_pem)
        server.drip = 0.05
        place = f"sqlite:///{tmp_path}/store.db"
        command = [sys.executable, "-c", SENDER, place, server.url, str(authority)]
        sender = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": "src"})
        deadline = time.monotonic() + 60
        while not server.posted and time.monotonic() < deadline:
            time.sleep(0.01)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        server.drip = 0.0
        taken = len(server.posted)
        assert taken >= 1
        assert send(store, server, NOW + timedelta(minutes=9)).sent == 3 - taken
        assert send(store, server, NOW + timedelta(minutes=10)).sent == 1
    ids = [posted.headers["webhook-id"] for posted in server.posted]
    assert set(ids) == {event.event_id for event in store.events.between(DAY, DAY)}
    assert len(ids) == 4  # the one under way came twice, under one id
