"""serve: the scheduler, the sender and the pages in one process."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from quietdrop.cli import scheduler
from quietdrop.cli.app import now, settings, tell
from quietdrop.cli.bootstrap import RunRequest, deliver, mailer, provider, receiver, weekly_job
from quietdrop.cli.desk import desk_of
from quietdrop.cli.in_demo import links as links_of
from quietdrop.config import Settings
from quietdrop.config.settings import StoreSettings
from quietdrop.domain.errors import ConfigError
from quietdrop.lib import logs
from quietdrop.lib.pulse import Pulse
from quietdrop.lib.service_manager import service_manager
from quietdrop.store import Store
from quietdrop.web import create_app, serving

_log = logging.getLogger(__name__)


class Latest:
    """The settings as the config file has them now; the last good ones while it is broken.

    The store and the address of the pages are in use, so they stay as they were at the start.
    """

    def __init__(self) -> None:
        self._first = self._good = settings()
        self._fault = ""

    def __call__(self) -> Settings:
        try:
            self._good, self._fault = settings(), ""
        except ConfigError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                _log.error("the config cannot be used, so the old one stays: %s", error)
        return self._good.model_copy(update={"store": self._store()})

    def reload(self) -> None:
        """Reads the file again and logs the result."""
        self._fault = ""
        self()
        if self._fault:
            return
        _log.info("the config was read again")
        for name, then, here in (
            ("[store] url", self._first.store.url, self._good.store.url),
            ("[web] bind", self._first.web.bind, self._good.web.bind),
            ("[web] base_url", self._first.web.base_url, self._good.web.base_url),
        ):
            if then != here:
                _log.warning("%s counts when `quietdrop serve` is started again", name)

    def _store(self) -> StoreSettings:
        return self._good.store.model_copy(update={"url": self._first.store.url})


def serve() -> None:
    """Run the weekly job on its schedule, send what is owed, serve the pages, until stopped."""
    if not logging.getLogger("quietdrop").handlers:
        logs.begin("text")
    latest = Latest()
    mailer(latest())
    receiver(latest())
    store = Store.open(latest().store.url)
    pulse = Pulse(time.monotonic)

    def moved(words: str, done: int = 0, total: int = 0, /) -> None:
        pulse.step()
        tell(words, done, total)

    def last_done(by: date) -> date | None:
        last = store.runs.last_finished(by)
        return last.as_of if last else None

    def weekly(day: date) -> None:
        report = weekly_job(latest(), RunRequest(day), store=store, tell=moved)
        pulse.step()
        deliver(latest(), report, store=store, tell=moved)

    def owed() -> None:
        deliver(latest(), store=store, tell=moved)

    with pages(latest, store):
        work = scheduler.Work(
            job=weekly,
            send=owed,
            last_done=last_done,
            in_force_since=lambda plan, at: store.heartbeats.first_seen(f"schedule {plan}", at),
            beat=lambda at: store.heartbeats.beat("serve", at),
            clock=now,
            reload=latest.reload,
        )
        manager = service_manager(os.environ, os.getpid())
        scheduler.serve(latest, work, pulse=pulse, manager=manager)


@contextmanager
def pages(latest: Callable[[], Settings], store: Store) -> Iterator[None]:
    """While entered the pages are served, where an address and a key are set. `latest` gives the
    settings as they are now. ConfigError where the key, `[web] bind` or `[oidc]` is of no use."""
    of = latest()
    links = links_of(of)
    if links is None:
        _log.info("no pages: [web] base_url or the link key is not set")
        yield
        return

    desk = replace(desk_of(latest, store, links), oidc=provider(of, links.base_url))
    with serving(create_app(desk), of.web.bind):
        _log.info("pages at %s, listening on %s", of.web.base_url, of.web.bind)
        yield
