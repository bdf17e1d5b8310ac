"""What the pages set going in `serve`: mail to sign in, and digests that were held."""

from __future__ import annotations

import os
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from benchmarks.ports import free_port
from tests.builders.office import KEY

from quietdrop.cli.app import now, today
from quietdrop.cli.bootstrap import RunRequest, deliver, weekly_job
from quietdrop.cli.serve import pages
from quietdrop.config import Settings, load
from quietdrop.demo.directory import MANAGER
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import make_network
from quietdrop.store import Store


@dataclass
class Live:
    """Pages as `serve` has them, over a feed that ended four weeks ago."""

    settings: Settings
    inbox: Inbox
    url: str

    def mails(self, begins: str) -> list[str]:
        """The text of every mail whose own first words are these."""
        texts = [path.read_text() for path in sorted(self.inbox.folder.glob("*.txt"))]
        return [text for text in texts if text.partition("\n\n")[0].startswith(begins)]

    def send(self, url: str, **fields: str) -> str:
        """Opens a page, fills its form in and sends it, as a browser that keeps cookies does."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(url) as page:
            form = re.findall(r'name="form" value="([^"]+)"', page.read().decode())[0]
        data = urllib.parse.urlencode({"form": form, **fields}).encode()
        with browser.open(url, data) as answered:
            return str(answered.read().decode())


def in_time(wanted: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not wanted() and time.monotonic() < end:
        time.sleep(0.1)
    return wanted()


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setenv("QUIETDROP_LINK_KEY", KEY)
    bind = f"127.0.0.1:{free_port()}"
    with Inbox(tmp_path / "inbox") as inbox:
        network = make_network(now().date() - timedelta(weeks=4))
        config = write_network(network, tmp_path / "network", smtp_port=inbox.port, web=bind)
        settings = load(config, os.environ)
        with pages(lambda: settings, Store.open(settings.store.url)):
            yield Live(settings, inbox, f"http://{bind}")


def test_a_manager_signs_in_by_a_link_in_her_mail(live: Live) -> None:
    live.send(f"{live.url}/m", email=MANAGER)
    assert in_time(lambda: bool(live.mails("Your link to quietdrop")))
    [mail] = live.mails("Your link to quietdrop")
    [link] = re.findall(rf"^{live.url}/m/\S+$", mail, re.MULTILINE)
    assert "<h1>Overview</h1>" in live.send(link)


def test_held_digests_go_out_by_the_link_in_the_managers_mail(live: Live) -> None:
    day = today(live.settings)
    assert weekly_job(live.settings, RunRequest(day)).state == "held"
    deliver(live.settings)
    [mail] = live.mails("quietdrop · week of")
    [link] = re.findall(rf"^{live.url}/h/\S+$", mail, re.MULTILINE)
    assert "On their way" in live.send(link)
    store = Store.open(live.settings.store.url)
    assert in_time(
        lambda: any(m.kind == "digest" and m.state == "sent" for m in store.outbox.messages(day))
    )
    assert store.runs.done(day) is not None
    assert in_time(lambda: not store.claims.is_taken("live run", now()))
