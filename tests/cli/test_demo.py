"""The demo as a stranger meets it: no key, no server, and every command works on it."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.builders.commands import call

from quietdrop.cli import in_demo
from quietdrop.config import load
from quietdrop.domain.errors import ConfigError


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of two Mondays, made without any key in the environment."""
    folder = tmp_path_factory.mktemp("work") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("QUIETDROP_LINK_KEY", raising=False)
        assert call(patch, "demo", folder, "--until", "2026-07-06", "--weeks", "2") == 0
    return folder


@pytest.fixture(autouse=True)
def without_a_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("QUIETDROP_LINK_KEY", raising=False)
    monkeypatch.setattr(in_demo, "_inboxes", {})
    yield
    for inbox in in_demo._inboxes.values():
        inbox.stop()


def test_every_link_of_the_index_leads_to_a_file(demo: Path) -> None:
    index = (demo / "index.html").read_text()
    hrefs = [unquote(each) for each in re.findall(r'href="([^"]+)"', index)]
    leads = [each for each in hrefs if not each.startswith("http://127.0.0.1:")]
    assert len(hrefs) == len(leads) + 2  # to the pages, and to the inbox beside them
    assert {each.partition("/")[0] for each in leads} == {"inbox", "quarter"}
    assert len([each for each in leads if each.endswith(".html")]) >= 2 * 5 + 1
    for each in leads:
        assert (demo / each).exists(), each


def test_its_digests_lead_to_its_pages(demo: Path) -> None:
    settings = load(demo / "quietdrop.toml", {})
    pages = settings.web.base_url
    [digest, *_] = sorted((demo / "inbox").glob("*-ann@*.txt"))
    assert f"{pages}/l/" in digest.read_text()


def test_the_key_stands_in_no_config(demo: Path) -> None:
    assert (demo / "demo.key").read_text() not in (demo / "quietdrop.toml").read_text()


def test_its_own_key_counts_whatever_the_environment_has(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(demo / "quietdrop.toml", {})
    before = in_demo.links(settings)
    monkeypatch.setenv("QUIETDROP_LINK_KEY", "another key of thirty-two letters")
    after = in_demo.links(settings)
    assert before is not None
    assert after is not None
    assert before.reference("reader", "ann") == after.reference("reader", "ann")


@pytest.mark.parametrize(
    "words", [("check",), ("send",), ("run", "--as-of", "2026-07-06", "--send")]
)
def test_commands_that_mail_need_no_server(
    demo: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    code = call(monkeypatch, "--config", demo / "quietdrop.toml", *words)
    assert code == (1 if words == ("check",) else 0)  # the feed of July is stale by now


def test_a_port_of_somebody_else_is_named(demo: Path) -> None:
    text = (demo / "quietdrop.toml").read_text()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        other = demo / "other.toml"
        other.write_text(re.sub(r"(?m)^port = \d+", f"port = {port}", text))
        with pytest.raises(ConfigError, match=rf"\[mail\] port = {port}: another program"):
            in_demo.begin_inbox(load(other, os.environ))


def test_a_second_demo_in_the_same_folder_is_refused(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "demo", demo) == 2
    assert "already holds a demo" in capsys.readouterr().err
