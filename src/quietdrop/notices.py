"""Managers hear of mail that was not delivered, or late: each message once, a notice a day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from quietdrop import letters
from quietdrop.config import Settings
from quietdrop.model import Undelivered
from quietdrop.store import Store


def owe_notices(settings: Settings, store: Store, now: datetime) -> int:
    """Owes a notice to each manager where there is something to tell. Out: how many notices.

    What happens after the day's notice waits for the next day's.
    """
    untold = store.to_report()
    if not untold:
        return 0
    zone = ZoneInfo(settings.schedule.timezone)
    told = [
        Undelivered(
            recipient=row.recipient,
            period=row.period,
            kind=row.kind,
            state=row.state,
            error=row.error,
            sent_on=row.sent_at.astimezone(zone).date() if row.sent_at else None,
        )
        for row in untold
    ]
    mails = letters.notices(settings, told, now.astimezone(zone).date(), now)
    with store.begin() as conn:
        owed = sum(store.owe(conn, untold[-1].run_id, mail, now) for mail in mails)
        if owed:
            store.reported(conn, [row.id for row in untold])
    return owed
