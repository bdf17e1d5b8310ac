"""What one process of quietdrop does: the weekly run, then the sending, by a clock handed in.

It stands in a module of its own so that a fork server has all of it imported before each fork.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from quietdrop.config import Settings, load
from quietdrop.delivery.deliver import deliver
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.domain.errors import QuietdropError, RunBusy
from quietdrop.jobs import weekly as job
from quietdrop.messages import render
from quietdrop.store import Store

KNOWN_ERROR = 3  # told in a line, as the command line would; a traceback exits with 1
MAIL_TIMEOUT = 1.0
BUSY_PAUSE = 0.02

assert render  # its templates are part of what is imported before the fork


def warm_up() -> None:
    """Nothing: for this process everything has been imported."""


def attempt(config: Path, url: str, as_of: date, now: datetime, file_limit: int | None) -> None:
    """One `quietdrop run`. `file_limit`: no file may grow beyond so many bytes."""
    if file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    def work() -> None:
        settings, store = load(config, os.environ), Store.open(url)
        job.run(settings, store, job.Occasion(as_of, now, as_of, live=True))
        deliver(settings, store, mailer(settings), lambda: now)

    known(work)


def at_once(config: Path, url: str, as_of: date, now: datetime, start: Any) -> None:
    """One of several schedulers whose hour has come: each tries to run, each sends."""

    def work() -> None:
        settings, store = load(config, os.environ), Store.open(url)
        start.wait()
        try:
            job.run(settings, store, job.Occasion(as_of, now, as_of, live=True))
        except RunBusy:
            while store.runs.last_finished(as_of) is None:
                time.sleep(BUSY_PAUSE)
        deliver(settings, store, mailer(settings), lambda: now)

    known(work)


def mailer(settings: Settings) -> YagmailMailer:
    """The office's mail server, with little patience."""
    mail = settings.mail
    assert mail is not None
    return YagmailMailer(MailServer(mail.host, mail.port, "none", mail.from_), timeout=MAIL_TIMEOUT)


def known(work: Callable[[], None]) -> None:
    """As the command line does it: an error that has a name is one line."""
    try:
        work()
    except QuietdropError as error:
        print(f"quietdrop: {error}", file=sys.stderr)
        sys.exit(KNOWN_ERROR)
