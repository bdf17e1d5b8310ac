"""The weekly job and the sender, set up from settings and environment."""

from __future__ import annotations

import logging
import os
from dataclasses import asdict, replace
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from quietdrop.cli.app import now, tell
from quietdrop.cli.app import today as today_in
from quietdrop.cli.in_demo import begin_inbox, links
from quietdrop.config import Settings
from quietdrop.domain.errors import ConfigError
from quietdrop.lib.logs import event
from quietdrop.lib.progress import Progress
from quietdrop.lib.reader import write_for

if TYPE_CHECKING:
    from quietdrop.delivery.mailer import YagmailMailer
    from quietdrop.delivery.sender import SendReport
    from quietdrop.delivery.webhook import Receiver
    from quietdrop.jobs import weekly as job
    from quietdrop.store import Store
    from quietdrop.web.oidc_provider import Provider

OIDC_VARIABLE = "QUIETDROP_OIDC_SECRET"

_log = logging.getLogger(__name__)


def mailer(of: Settings) -> YagmailMailer:
    """The configured mail server, which a demo brings along. ConfigError where there is none."""
    from quietdrop.delivery.mailer import MailServer, YagmailMailer, password_from

    if of.mail is None:
        raise ConfigError(
            f"{of.path}: [mail] is missing: give host and from, or use --dry-run or `preview`."
        )
    begin_inbox(of)
    server = MailServer(
        of.mail.host,
        of.mail.port,
        of.mail.security,
        of.mail.from_,
        of.mail.user,
        password_from(of.mail.user, os.environ),
    )
    return YagmailMailer(server, allowed_domains=of.digest.allowed_domains)


def receiver(of: Settings) -> Receiver | None:
    """The system that receives events; None if none is configured. ConfigError if the signing key
    is missing or too short."""
    if of.webhook.url is None:
        return None
    from quietdrop.delivery.webhook import KEY_VARIABLE, SHORTEST_KEY, Receiver

    key = os.environ.get(KEY_VARIABLE, "")
    if len(key) < SHORTEST_KEY and (key or of.webhook.format == "json"):
        raise ConfigError(
            f"{of.path}: [webhook] url needs {KEY_VARIABLE} in the environment, of at least "
            f"{SHORTEST_KEY} characters; the receiver checks events by it."
        )
    return Receiver(of.webhook.url, of.webhook.format, key)


def provider(of: Settings, base_url: str) -> Provider | None:
    """Who signs staff in for the pages at `base_url`; None where nobody is named. ConfigError
    without our secret there, or without the extra."""
    if of.oidc.issuer is None or of.oidc.client_id is None:
        return None
    from quietdrop.web.oidc_provider import Provider

    secret = os.environ.get(OIDC_VARIABLE, "")
    if not secret:
        raise ConfigError(f"{of.path}: [oidc] needs {OIDC_VARIABLE} in the environment.")
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise ConfigError(f"{of.path}: [oidc] needs pip install 'quietdrop[oidc]'.")
    return Provider(of.oidc.issuer, of.oidc.client_id, secret, f"{base_url}/oidc/back")


class RunRequest(NamedTuple):
    """A run that is asked for: of which date, whether it may send, and even held digests."""

    as_of: date
    live: bool = True
    force: bool = False


def weekly_job(
    of: Settings, asked: RunRequest, *, store: Store | None = None, tell: Progress = tell
) -> job.Report:
    """One run; what is owed waits in the outbox. Without `store` the config's is opened."""
    from quietdrop.jobs import weekly as job
    from quietdrop.store import Store

    write_for(of.calendar.country)
    store = store or Store.open(of.store.url)
    as_of, live, force = asked
    today, begun = today_in(of), now()
    event(_log, "run begins", as_of=as_of, live=live)
    report = job.run(
        of, store, job.Occasion(as_of, begun, today, live=live, force=force, links=links(of)), tell
    )
    seconds = round((now() - begun).total_seconds(), 1)
    event(
        _log,
        "run ends",
        run=report.run_id,
        as_of=as_of,
        state=report.state,
        owed=report.owed,
        held=len(report.held),
        seconds=seconds,
    )
    return report


def deliver(
    of: Settings,
    run: job.Report | None = None,
    *,
    store: Store | None = None,
    tell: Progress = tell,
) -> SendReport:
    """Sends what is owed and due, notifies managers of what failed or was late, and sends events to
    another system if one is configured.

    The monitor at `[health] ping_url` is pinged after a good live `run`, and when managers cannot
    be mailed: nobody else would notice.
    """
    from quietdrop.delivery import deliver as delivery
    from quietdrop.delivery.complaints import owe_complaints
    from quietdrop.delivery.sender import SendReport
    from quietdrop.jobs.health import unreached_managers
    from quietdrop.jobs.weekly import ReportState
    from quietdrop.messages.links import mail_links
    from quietdrop.store import Store

    write_for(of.calendar.country)
    store = store or Store.open(of.store.url)
    before = bool(unreached_managers(store.outbox.messages(), now()))
    server = mailer(of)
    owe_complaints(of, store, now(), mail_links(links(of), now(), of.web.link_days))
    report = delivery.deliver(of, store, server, now, tell)
    after = unreached_managers(store.outbox.messages(), now())
    if report != SendReport():
        event(_log, "mail", **(asdict(report) | {"why": "; ".join(report.why)}))
    if after and (run or report != SendReport()):
        _log.error("%d managers cannot be mailed", len(after))
        _ping(of, went_well=False)
    elif not after and (before or (run is not None and run.state is not ReportState.HELD)):
        _ping(of, went_well=True)
    return replace(report, managers_reached=not after, others_reached=_tell_others(of, store))


def _tell_others(of: Settings, store: Store) -> bool:
    """Sends the events that are due. Returns whether all of them were taken."""
    to = receiver(of)
    if to is None:
        return True
    from quietdrop.delivery.webhook import EventReport, send_events

    report = send_events(store, to, now)
    if report != EventReport():
        event(_log, "events", **(asdict(report) | {"why": "; ".join(report.why)}))
    for why in report.why:
        _log.error("[webhook] url: events did not leave: %s", why)
    return not (report.failed or report.retry)


def _ping(of: Settings, *, went_well: bool) -> None:
    """Pings the monitor with how a run went."""
    from quietdrop.lib.ping import failure_url, ping

    url = of.health.ping_url
    if url and (why := ping(url if went_well else failure_url(url))):
        _log.warning("the ping after the run did not get through: %s", why)
