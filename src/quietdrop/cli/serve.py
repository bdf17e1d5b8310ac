"""serve: the scheduler, the sender and the pages in one process."""

from __future__ import annotations

import logging
import os
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from quietdrop.cli import scheduler
from quietdrop.cli.app import now, settings, tell
from quietdrop.cli.bootstrap import deliver, mailer, weekly_job
from quietdrop.cli.in_demo import links as links_of
from quietdrop.config import Settings
from quietdrop.config.settings import StoreSettings
from quietdrop.domain.errors import ConfigError, QuietdropError
from quietdrop.jobs.accept_rekeyed import accept_rekeyed
from quietdrop.lib import logs
from quietdrop.lib.mail_address import domain_of
from quietdrop.lib.pulse import Pulse
from quietdrop.lib.service_manager import service_manager
from quietdrop.messages import render
from quietdrop.messages.mime import to_mime
from quietdrop.store import Store
from quietdrop.web import Desk, create_app, serving

MOST_WAITING = 1000  # who ask to sign in
PAUSE = 0.05  # seconds, in which the page that asked is sent

_log = logging.getLogger(__name__)


class Later:
    """Does one piece of work after the other, each when the page that asked for it has gone."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], None]] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._work, name="later", daemon=True).start()

    def do(self, work: Callable[[], None]) -> None:
        """Takes a piece of work. What comes while too much waits is left undone."""
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            _log.warning("too many ask to sign in at once: a request is left out")

    def _work(self) -> None:
        while True:
            work = self._waiting.get()
            time.sleep(PAUSE)
            _guarded("a mail to sign in", work)


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
        """Reads the file again and says what came of it, each time."""
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
    store = Store.open(latest().store.url)
    pulse = Pulse(time.monotonic)

    def moved(words: str, done: int = 0, total: int = 0, /) -> None:
        pulse.step()
        tell(words, done, total)

    def last_done(by: date) -> date | None:
        last = store.last_finished(by)
        return last.as_of if last else None

    def weekly(day: date) -> None:
        report = weekly_job(latest(), day, live=True, force=False, store=store, tell=moved)
        pulse.step()
        deliver(latest(), report, store=store, tell=moved)

    def owed() -> None:
        deliver(latest(), store=store, tell=moved)

    with pages(latest, store):
        scheduler.serve(
            latest,
            job=weekly,
            send=owed,
            last_done=last_done,
            in_force_since=lambda plan, at: store.first_seen(f"schedule {plan}", at),
            beat=lambda at: store.beat("serve", at),
            clock=now,
            reload=latest.reload,
            pulse=pulse,
            manager=service_manager(os.environ, os.getpid()),
        )


@contextmanager
def pages(latest: Callable[[], Settings], store: Store) -> Iterator[None]:
    """While entered the pages are served, where an address and a key are set. `latest` gives the
    settings as they are now. ConfigError where the key or `[web] bind` is of no use."""
    of = latest()
    links = links_of(of)
    if links is None:
        _log.info("no pages: [web] base_url or the link key is not set")
        yield
        return

    def release(as_of: date) -> None:
        def let_go() -> None:
            report = weekly_job(latest(), as_of, live=True, force=True, store=store)
            deliver(latest(), report, store=store)

        _in_background("letting held digests go", let_go)

    def rejoin(as_of: date, manager: str) -> None:
        def join_and_run() -> None:
            accept_rekeyed(latest(), store, as_of, manager, now())
            report = weekly_job(latest(), as_of, live=True, force=False, store=store)
            deliver(latest(), report, store=store)

        _in_background("joining new ids with the old ones", join_and_run)

    def post(recipient: str, rendered: render.Rendered) -> None:
        _in_background("a mail", lambda: _post(latest(), recipient, rendered))

    desk = Desk(
        settings=latest,
        store=store,
        links=links,
        clock=now,
        release=release,
        post=post,
        nonce=lambda: secrets.token_urlsafe(6),
        accept_rekeyed=rejoin,
        later=Later().do,
    )
    with serving(create_app(desk), of.web.bind):
        _log.info("pages at %s, listening on %s", of.web.base_url, of.web.bind)
        yield


def _post(of: Settings, recipient: str, rendered: render.Rendered) -> None:
    """One attempt: who waits for it asks again."""
    server = mailer(of)
    assert of.mail is not None
    mime = to_mime(
        rendered,
        sender=of.mail.from_,
        recipient=recipient,
        reply_to=of.mail.reply_to,
        message_id=f"<{secrets.token_hex(16)}@{domain_of(of.mail.from_)}>",
        date_header=now(),
    )
    outcome = server.send(recipient, mime)
    if outcome.kind != "accepted":
        _log.error("a link was not sent: %s", outcome.detail)


def _in_background(name: str, work: Callable[[], None]) -> None:
    threading.Thread(target=_guarded, args=(name, work), name=name).start()


def _guarded(name: str, work: Callable[[], None]) -> None:
    try:
        work()
    except QuietdropError as error:
        _log.error("%s failed: %s", name, error)
    except Exception:
        _log.exception("%s failed", name)
