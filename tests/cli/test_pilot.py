"""run --send-to: everything to one address, and nothing recorded."""

from __future__ import annotations

import json
import sqlite3
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from tests.builders.commands import call
from tests.builders.mail_server import Server, listening

from quietdrop.demo.files import write_network
from quietdrop.demo.network import Network

BOSS = "boss@clinic.example"
RUN = ("run", "--as-of", "2026-07-06")


def _config(network: Network, folder: Path, port: int, digest: str = "") -> Path:
    config = write_network(network, folder / "network", smtp_port=port)
    text = config.read_text(encoding="utf-8").replace("[digest]", f"[digest]\n{digest}")
    config.write_text(text, encoding="utf-8")
    return config


def test_every_mail_goes_to_the_one_address_and_nothing_is_recorded(
    network: Network,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = Server()
    with listening(server) as port:
        config = _config(network, tmp_path, port)
        assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["sent_to"], said["sent"]) == ("pilot", BOSS, len(server.kept))
    assert len(server.kept) == 5
    for kept, reader in zip(server.kept, said["mail_of"], strict=True):
        mail = message_from_bytes(kept, policy=default)
        assert mail["To"] == BOSS
        assert mail["Subject"].strip().startswith(f"[{reader}] ")
        body = mail.get_body(("plain",))
        assert body is not None
        first = body.get_content().splitlines()[0]
        assert first.startswith("A pilot: this mail would go to ")
        assert reader in first
    assert not (config.parent / "quietdrop.db").exists()
    assert not (config.parent / "quietdrop-rejects.csv").exists()


def test_a_run_after_a_pilot_tells_the_liaisons_as_if_there_had_been_none(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    with listening(server) as port:
        config = _config(network, tmp_path, port)
        live = ("--config", config, *RUN, "--send")
        assert call(monkeypatch, *live) == 0
        real = [message_from_bytes(each, policy=default)["To"] for each in server.kept]
        (config.parent / "quietdrop.db").unlink()
        assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS) == 0
        server.kept.clear()
        assert call(monkeypatch, *live) == 0
        again = [message_from_bytes(each, policy=default)["To"] for each in server.kept]
    assert sorted(again) == sorted(real)


def test_a_pilot_beside_a_store_leaves_it_as_it_was(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(Server()) as port:
        config = _config(network, tmp_path, port)
        assert call(monkeypatch, "--config", config, *RUN, "--send") == 0
        before = _dump(config.parent / "quietdrop.db")
        assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS) == 0
        assert _dump(config.parent / "quietdrop.db") == before


def _dump(store: Path) -> list[str]:
    with sqlite3.connect(store) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "boss",
        "a@clinic.example,b@clinic.example",
        "Boss <boss@clinic.example>",
        "boss@clinic.example\r\nBcc: x@evil.example",
        "boss@clinic.example\x00",
        "boss@",
    ],
)
def test_what_is_not_one_address_is_refused(
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    assert call(monkeypatch, "--config", config, *RUN, "--send-to", address) == 2
    assert "is not one e-mail address" in capsys.readouterr().err


def test_it_goes_only_to_an_allowed_domain(
    network: Network,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = _config(network, tmp_path, 9, 'allowed_domains = ["other.example"]')
    assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS) == 2
    assert f"--send-to {BOSS}: its domain is not among [digest] allowed_domains" in (
        capsys.readouterr().err
    )


def test_it_does_not_go_with_options_that_record(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for other in ("--send", "--dry-run"):
        assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS, other) == 2
        assert "--send-to goes without" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_told_once_and_fails(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--config", config, *RUN, "--send-to", BOSS) == 1
    err = capsys.readouterr().err
    assert err.count("Mail not sent by 127.0.0.1:9: ") == 1
    assert "a pilot does not try again" in err


def test_no_real_mail_leaves_for_a_domain_that_is_not_allowed(
    network: Network,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = Server()
    with listening(server) as port:
        config = _config(network, tmp_path, port, 'allowed_domains = ["other.example"]')
        assert call(monkeypatch, "--config", config, *RUN, "--send") == 1
    assert server.kept == []
    assert "its domain is not among [digest] allowed_domains" in capsys.readouterr().err
