"""What became of check-ins, from a run to a table, to the status and to another system."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from tests.builders.commands import call
from tests.builders.https_server import https_server

from quietdrop.cli import bootstrap
from quietdrop.cli.app import now
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.messages.event_body import event_body
from quietdrop.store import Store

RUN = ("run", "--as-of", "2026-07-06", "--send")
DAY = date(2026, 7, 6)


def set_up(network: Network, folder: Path, inbox: Inbox, more: str = "") -> Path:
    config = write_network(network, folder, smtp_port=inbox.port)
    config.write_text(f"{config.read_text()}\n{more}")
    return config


def test_a_run_sends_its_events_and_status_says_what_waits(
    network: Network,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Inbox(tmp_path / "inbox") as inbox, https_server(500, 200) as server:
        webhook = f'[webhook]\nurl = "{server.url}/secret"\nformat = "slack"\n'
        config = set_up(network, tmp_path / "network", inbox, webhook)
        authority = tmp_path / "ca.pem"
        authority.write_bytes(server.ca_pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert call(monkeypatch, "--config", config, *RUN) == 1
        store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
        events = store.events.between(DAY, DAY)
        opened = {checkin.practice_id for checkin in store.checkins.open()}
        assert {event.practice_id for event in events} == opened
        assert len(server.posted) == 1  # the others are spared a receiver that fails
        capsys.readouterr()
        assert call(monkeypatch, "--config", config, "status") != 0
        said = capsys.readouterr().out
    assert f"{len(events)} events wait for [webhook] url: the receiver answered 500" in said
    assert f"events to other systems: pending {len(events)}" in said
    assert "secret" not in said
    assert "patient Doe" not in said


def test_as_shipped_nothing_is_owed_to_anybody_and_the_table_is_there_all_the_same(
    network: Network,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Inbox(tmp_path / "inbox") as inbox:
        config = set_up(network, tmp_path / "network", inbox)
        assert call(monkeypatch, "--config", config, *RUN) == 0
    store = Store.open(f"sqlite:///{config.parent}/quietdrop.db")
    assert store.events.due(now()) == []
    words = ("events", "--from", "2026-07-06", "--to", "2026-07-06", "-o", tmp_path / "e.csv")
    assert call(monkeypatch, "--config", config, *words) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "e.csv").read_text("utf-8-sig"))))
    assert [row["practice_id"] for row in rows] == [
        event.practice_id for event in store.events.between(DAY, DAY)
    ]
    assert {(row["event"], row["happened_on"]) for row in rows} == {("opened", "2026-07-06")}
    bodies = [json.loads(event_body(one, "json")) for one in store.events.between(DAY, DAY)]
    assert [list(row) for row in rows] == [list(body) for body in bodies]  # the same fields
    assert [row["id"] for row in rows] == [body["id"] for body in bodies]
    capsys.readouterr()
    assert call(monkeypatch, "--config", config, "status", "--json") in (0, 1, 3)
    assert json.loads(capsys.readouterr().out)["events"] == {}


@pytest.mark.parametrize(
    ("form", "key", "code"),
    [
        ("json", "", 2),
        ("json", "x" * 31, 2),
        ("json", "x" * 32, None),
        ("slack", "", None),
        ("teams", "x" * 31, 2),
    ],
)
def test_a_key_that_is_missing_or_short_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch, form: str, key: str, code: int | None
) -> None:
    from quietdrop.config import load
    from quietdrop.domain.errors import ConfigError

    config.write_text(
        f'{config.read_text()}\n[webhook]\nurl = "https://hub.example/x"\nformat = "{form}"\n'
    )
    monkeypatch.setenv("QUIETDROP_WEBHOOK_KEY", key)
    of = load(config, {})
    if code is None:
        receiver = bootstrap.receiver(of)
        assert receiver is not None
        assert receiver.key == key
        return
    with pytest.raises(ConfigError, match="QUIETDROP_WEBHOOK_KEY") as refused:
        bootstrap.receiver(of)
    assert refused.value.exit_code == code


@pytest.mark.parametrize("url", ["http://hub.example/secret", "HTTP://hub.example/secret"])
def test_an_address_that_is_not_https_is_refused_without_its_secret(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    config.write_text(f'{config.read_text()}\n[webhook]\nurl = "{url}"\n')
    assert call(monkeypatch, "--config", config, "send") == 2
    said = capsys.readouterr().err
    assert "must begin with https://" in said
    assert "secret" not in said
