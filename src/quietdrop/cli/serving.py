"""serve: the scheduler, the sender and the pages in one process."""

from __future__ import annotations

import logging
from datetime import date

from quietdrop import logs, schedule
from quietdrop.cli.frame import app, now, settings
from quietdrop.cli.jobs import deliver, mailer, weekly_job
from quietdrop.cli.pages import pages
from quietdrop.config import Settings
from quietdrop.errors import ConfigError
from quietdrop.store import Store

_log = logging.getLogger(__name__)


class Latest:
    """The settings as the config file has them now; the last good ones while it is broken."""

    def __init__(self) -> None:
        self._good = settings()
        self._fault = ""

    def __call__(self) -> Settings:
        try:
            self._good, self._fault = settings(), ""
        except ConfigError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                _log.error("the config cannot be used, so the old one stays: %s", error)
        return self._good


@app.command()
def serve() -> None:
    """Run the weekly job on its schedule, send what is owed, serve the pages, until stopped."""
    if not logging.getLogger("quietdrop").handlers:
        logs.begin("text")
    latest = Latest()
    mailer(latest())
    store = Store.open(latest().store.url)

    def last_done(by: date) -> date | None:
        last = store.last_finished(by)
        return last.as_of if last else None

    def weekly(day: date) -> None:
        weekly_job(latest(), day, live=True, force=False)
        deliver(latest())

    def owed() -> None:
        deliver(latest())

    with pages(latest):
        schedule.serve(
            latest,
            job=weekly,
            send=owed,
            last_done=last_done,
            in_force_since=lambda plan, at: store.first_seen(f"schedule {plan}", at),
            beat=lambda at: store.beat("serve", at),
            clock=now,
        )
