"""`quietdrop open`: the pages on this machine, in a process of its own, with nothing set up."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import pytest
from benchmarks.ports import free_port

from quietdrop.demo.folder import make_demo_folder
from quietdrop.demo.inbox import is_listening

SOURCE = str(Path(__file__).parents[2] / "src")


@dataclass
class Opened:
    """A running `quietdrop open`: its process, and the address that signs one browser in."""

    process: subprocess.Popen[str]
    address: str


@contextmanager
def opened(folder: Path, *words: str) -> Iterator[Opened]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("QUIETDROP_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "quietdrop", "open", "--no-browser", *words],
        cwd=folder,
        env=env | {"PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        match = re.search(r"http://\S+", first)
        assert match, first + process.stdout.read()
        yield Opened(process, match[0])
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


class Browser:
    """Opens pages, keeps the cookie, and presses the one button."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, url: str) -> str:
        with self._opener.open(url) as page:
            return str(page.read().decode())

    def code(self, url: str | urllib.request.Request) -> int:
        """What the server answers, an error or not."""
        try:
            with self._opener.open(url) as page:
                return int(page.status)
        except HTTPError as error:
            with error:
                return error.code

    def press_continue(self, url: str) -> str:
        fields = dict(re.findall(r'name="(form|next)" value="([^"]*)"', self.get(url)))
        data = urllib.parse.urlencode(fields).encode()
        with self._opener.open(url, data) as page:
            return str(page.read().decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A config that names nobody, no mail and no key."""
    (tmp_path / "quietdrop.toml").write_text(
        f'[source]\nreferrals = "r.csv"\n[web]\nbind = "127.0.0.1:{free_port()}"\n'
    )
    return tmp_path


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A demo's folder with one mail, before any run."""
    (tmp_path / "quietdrop.toml").write_text(
        f'[source]\nreferrals = "r.csv"\n[web]\nbind = "127.0.0.1:{free_port()}"\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {free_port()}\nsecurity = "none"\n'
        'from = "quietdrop@practice.example"\n'
    )
    make_demo_folder(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "0001-ann@x-example.eml").write_text("Subject: <b>Monday</b>\nTo: ann@x.example\n\n.")
    (inbox / "0001-ann@x-example.html").write_text("<style>p{}</style><p>Good morning.</p>")
    return tmp_path


def test_continue_signs_one_browser_in_once(folder: Path) -> None:
    with opened(folder) as pages:
        browser, other = Browser(), Browser()
        assert "Continue" in browser.get(pages.address)
        assert "Continue" in browser.get(pages.address)  # opening it uses nothing up
        assert "Sign out" in browser.press_continue(pages.address)
        assert other.code(pages.address) == 410


def test_another_host_name_is_refused(folder: Path) -> None:
    with opened(folder) as pages:
        request = urllib.request.Request(pages.address, headers={"Host": "evil.example"})
        assert Browser().code(request) == 403


def test_without_signing_in_there_is_nothing_to_see(folder: Path) -> None:
    with opened(folder) as pages:
        desk = pages.address.partition("/open/")[0] + "/desk"
        assert "Sign out" not in Browser().get(desk)


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "quietdrop", "open", "--no-browser", "--port", str(port)]
        env = os.environ | {"PYTHONPATH": SOURCE}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_after_a_kill_it_opens_again(demo: Path) -> None:
    with opened(demo) as pages:
        pages.process.send_signal(signal.SIGKILL)
        pages.process.wait(20)
    with opened(demo) as pages:
        assert "Continue" in Browser().get(pages.address)


def test_in_a_demo_the_inbox_takes_mail_and_shows_it(demo: Path) -> None:
    text = (demo / "quietdrop.toml").read_text()
    port = int(re.findall(r"(?m)^port = (\d+)", text)[0])
    banner = make_demo_folder(demo).banner
    with opened(demo) as pages:
        assert is_listening(port, banner)
        browser, inbox = Browser(), pages.address.partition("/open/")[0] + "/desk/inbox"
        assert "Good morning" not in browser.get(f"{inbox}/0001-ann@x-example")
        browser.press_continue(pages.address)
        listed = browser.get(inbox)
        assert "&lt;b&gt;Monday&lt;/b&gt;" in listed
        assert "Good morning." in browser.get(f"{inbox}/0001-ann@x-example")
        for name in ("..%2Fquietdrop", "0001-ann@x-example.eml", "0002-x"):
            assert browser.code(f"{inbox}/{name}") == 404
    assert not is_listening(port, banner)


def test_a_demos_first_link_works_with_the_next_open_and_no_later_one(demo: Path) -> None:
    token = make_demo_folder(demo).leave_token()
    with opened(demo) as pages:
        assert pages.address.endswith(f"/open/{token}")
    with opened(demo) as pages:
        assert not pages.address.endswith(f"/open/{token}")
    assert not (demo / "demo.token").exists()


def test_a_provider_whose_secret_is_elsewhere_does_not_keep_the_pages_shut(folder: Path) -> None:
    with (folder / "quietdrop.toml").open("a") as file:
        file.write('[oidc]\nissuer = "https://login.example"\nclient_id = "quietdrop"\n')
    with opened(folder) as pages:
        assert "Sign out" in Browser().press_continue(pages.address)
