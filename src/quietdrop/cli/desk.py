"""Work that the pages start: mail, releasing held digests, and joining ids."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from datetime import date

from quietdrop.cli.app import now
from quietdrop.cli.bootstrap import RunRequest, deliver, mailer, weekly_job
from quietdrop.config import Settings
from quietdrop.domain.errors import QuietdropError
from quietdrop.jobs.accept_rekeyed import accept_rekeyed
from quietdrop.lib.mail_address import domain_of
from quietdrop.messages import render
from quietdrop.messages.links import Links
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.store import Store
from quietdrop.web import Desk

MOST_WAITING = 1000  # who ask to sign in
PAUSE = 0.05  # seconds, in which the page that asked is sent

_log = logging.getLogger(__name__)


class Later:
    """Does one piece of work after another, each after the page that requested it has been sent."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], None]] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._work, name="later", daemon=True).start()

    def do(self, work: Callable[[], None]) -> None:
        """Queues a piece of work. If too much is waiting, it is dropped."""
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            _log.warning("too many ask to sign in at once: a request is left out")

    def _work(self) -> None:
        while True:
            work = self._waiting.get()
            time.sleep(PAUSE)
            _guarded("a mail to sign in", work)


def desk_of(latest: Callable[[], Settings], store: Store, links: Links) -> Desk:
    """The pages over a store. `latest` gives the settings as they are now."""

    def release(as_of: date) -> None:
        def let_go() -> None:
            report = weekly_job(latest(), RunRequest(as_of, force=True), store=store)
            deliver(latest(), report, store=store)

        _in_background("letting held digests go", let_go)

    def rejoin(as_of: date, manager: str) -> None:
        def join_and_run() -> None:
            accept_rekeyed(latest(), store, as_of, manager, now())
            report = weekly_job(latest(), RunRequest(as_of), store=store)
            deliver(latest(), report, store=store)

        _in_background("joining new ids with the old ones", join_and_run)

    def post(recipient: str, rendered: render.Rendered) -> None:
        _in_background("a mail", lambda: _post(latest(), recipient, rendered))

    return Desk(
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


def _post(of: Settings, recipient: str, rendered: render.Rendered) -> None:
    """One attempt: whoever waits for it asks again."""
    server = mailer(of)
    assert of.mail is not None
    mime = to_mime(
        rendered,
        Envelope(
            sender=of.mail.from_,
            recipient=recipient,
            reply_to=of.mail.reply_to,
            message_id=f"<{secrets.token_hex(16)}@{domain_of(of.mail.from_)}>",
            date=now(),
        ),
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
