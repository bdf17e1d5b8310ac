"""Sends everything owed, and notifies managers of what failed or was late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from quietdrop.config import Settings
from quietdrop.delivery.mailer import Mailer
from quietdrop.delivery.sender import SendReport, send_owed
from quietdrop.domain.mail import Undelivered
from quietdrop.lib.progress import Progress, silent
from quietdrop.messages.mail import notices
from quietdrop.store import Store


def deliver(
    settings: Settings,
    store: Store,
    mailer: Mailer,
    now: Callable[[], datetime],
    tell: Progress = silent,
) -> SendReport:
    """Sends what is due, then tells the managers what did not arrive or was late."""
    report = send_owed(store, mailer, now, tell)
    if owe_notices(settings, store, now()):
        report += send_owed(store, mailer, now, tell)
    return report


def owe_notices(settings: Settings, store: Store, now: datetime) -> int:
    """Owes each manager a notice if there is something to report. Returns how many.

    What happens after that waits for the next day's notice.
    """
    unreported = store.outbox.to_report()
    if not unreported:
        return 0
    zone = ZoneInfo(settings.schedule.timezone)
    undelivered = [
        Undelivered(
            recipient=row.recipient,
            period=row.period,
            kind=row.kind,
            state=row.state,
            error=row.error,
            sent_on=row.sent_at.astimezone(zone).date() if row.sent_at else None,
        )
        for row in unreported
    ]
    mails = notices(settings, undelivered, now.astimezone(zone).date(), now)
    with store.begin() as conn:
        owed = sum(store.outbox.owe(conn, unreported[-1].run_id, mail, now) for mail in mails)
        if owed:
            store.outbox.mark_reported(conn, [row.id for row in unreported])
    return owed
