"""fleet serve: the page that shows operators how each clinic stands."""

from __future__ import annotations

import getpass
import logging
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import typer

from quietdrop.cli.app import now
from quietdrop.cli.bootstrap import provider
from quietdrop.cli.desk import desk_of
from quietdrop.config import Settings
from quietdrop.config.fleet import Fleet, load_fleet
from quietdrop.demo.folder import TOKEN_BYTES
from quietdrop.domain.errors import ConfigError, QuietdropError
from quietdrop.jobs.fleet.looks import Looks
from quietdrop.jobs.fleet.order import Outcome
from quietdrop.lib import logs
from quietdrop.lib.loopback import is_loopback
from quietdrop.messages.links import KEY_VARIABLE, Links, links_from
from quietdrop.store import Store
from quietdrop.web import Desk, LocalSignIn, open_url, serving
from quietdrop.web.fleet import fleet_app
from quietdrop.web.navigation import Role

_log = logging.getLogger(__name__)
Statuses = Callable[[Fleet], Iterator[Outcome]]


class LatestFleet:
    """The fleet as its file has it now; the last good one while the file is broken. The store and
    the address of the page stay as they were at the start."""

    def __init__(self, file: Path, fleet: Fleet) -> None:
        self._file, self.fleet = file, fleet
        self._first = fleet.page

    def page(self) -> Settings:
        """The settings of the page, such as who the operators are."""
        return self.fleet.page.model_copy(update={"store": self._first.store})

    def reload(self) -> None:
        """Reads the file again."""
        try:
            self.fleet = load_fleet(self._file, os.environ)
        except ConfigError as error:
            _log.error("the fleet file cannot be used, so the old one stays: %s", error)


def serve_page(file: Path, fleet: Fleet, statuses: Statuses) -> None:
    """Serves the page, and looks at all clinics again and again, until stopped. ConfigError where
    nobody could sign in, or the address is of no use."""
    if not logging.getLogger("quietdrop").handlers:
        logs.begin("text")
    latest, looks, stopped = LatestFleet(file, fleet), Looks(), threading.Event()
    looks.expect(clinic.name for clinic in fleet.clinics)
    desk, address = _desk(latest)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serving(fleet_app(desk, looks.all), fleet.page.web.bind):
        typer.echo(f"fleet: {address}")
        looking = threading.Thread(
            target=keep_looking, args=(latest, looks, statuses, stopped), name="looks"
        )
        looking.start()
        stopped.wait()
        looking.join()


def keep_looking(
    latest: LatestFleet, looks: Looks, statuses: Statuses, stopped: threading.Event
) -> None:
    """Looks at every clinic, waits, and begins again with the fleet file as it is then."""
    while not stopped.is_set():
        latest.reload()
        looks.expect(clinic.name for clinic in latest.fleet.clinics)
        try:
            for outcome in statuses(latest.fleet):
                looks.note(outcome, now())
                if stopped.is_set():
                    return
        except QuietdropError as error:
            _log.error("the clinics cannot be looked at: %s", error)
        except Exception:
            _log.exception("the clinics cannot be looked at")
        stopped.wait(latest.fleet.settings.look_minutes * 60)


def _desk(latest: LatestFleet) -> tuple[Desk, str]:
    """What the page needs, and where it begins: with `[web] base_url` operators sign in by a mailed
    link or OpenID Connect; without it, whoever sits at this machine does once."""
    of = latest.page()
    store = Store.open(of.store.url)
    if of.web.base_url is None:
        return _local(latest, store)
    links = links_from(of.web.base_url, os.environ)
    if links is None:
        raise ConfigError(f"{of.path}: [web] base_url needs {KEY_VARIABLE} in the environment.")
    if not of.web.operators:
        raise ConfigError(f"{of.path}: [web] operators is empty: nobody could sign in.")
    if of.mail is None and of.oidc.issuer is None:
        raise ConfigError(
            f"{of.path}: operators sign in by a mailed link or OpenID Connect: give [mail] or "
            "[oidc], or leave [web] base_url out and use the page on this machine."
        )
    desk = replace(desk_of(latest.page, store, links), oidc=provider(of, links.base_url))
    return desk, desk.desk_url()


def _local(latest: LatestFleet, store: Store) -> tuple[Desk, str]:
    of = latest.page()
    base_url = f"http://{of.web.bind}"
    if not is_loopback(base_url):
        raise ConfigError(
            f"{of.path}: [web] bind = {of.web.bind!r} needs [web] base_url and operators; without "
            "them the page is for this machine only."
        )
    links = Links(base_url, secrets.token_hex())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    port = of.web.bind.rpartition(":")[2]
    hosts = {of.web.bind, f"localhost:{port}"}
    local = LocalSignIn(getpass.getuser(), token, hosts, Role.OPERATOR)
    desk = replace(desk_of(latest.page, store, links), local=local)
    return desk, f"{open_url(base_url, token)} signs one browser in, once. Ctrl-C stops the page."
