"""What is told -> finished messages, each with a Message-ID that is the same however often made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from quietdrop.config import Settings
from quietdrop.domain.digest import Complaint, Digest, Summary
from quietdrop.domain.mail import Mail, Undelivered
from quietdrop.lib.mail_address import domain_of
from quietdrop.messages import render
from quietdrop.messages.mime import to_mime


def digest(
    settings: Settings, content: Digest, reason: str, now: datetime, links: render.Linker | None
) -> Mail:
    """A liaison's weekly message; `reason` is why she is written to."""
    rendered = render.render_digest(content, links)
    return _sealed(settings, content.recipient, content.as_of, "digest", reason, rendered, now)


def summary(
    settings: Settings, content: Summary, now: datetime, links: render.Linker | None
) -> Mail:
    """A manager's weekly page."""
    rendered = render.render_summary(content, links)
    return _sealed(
        settings, content.recipient, content.as_of, "summary", "weekly summary", rendered, now
    )


def held(
    settings: Settings, as_of: date, faults: list[str], now: datetime, links: render.Linker | None
) -> list[Mail]:
    """Tells each manager that the digests wait, and why."""
    return [
        _sealed(
            settings,
            manager,
            as_of,
            "held",
            "feed looks broken",
            render.render_held(manager, as_of, faults, links),
            now,
        )
        for manager in settings.digest.managers
    ]


def complaint(
    settings: Settings,
    told: Complaint,
    recipient: str,
    number: int,
    now: datetime,
    links: render.Linker | None,
) -> Mail:
    """Tells a liaison, or a manager, of a complaint on its day; `number` counts her mails of that
    day, since several practices may complain on it."""
    day, own = told.checkin.notified_on or told.checkin.opened_on, recipient == told.checkin.liaison
    made = render.render_complaint(told, day, links if own else None, for_manager=not own)
    kind = "complaint" if number == 1 else f"complaint {number}"
    return _sealed(settings, recipient, day, kind, "complaint", made, now)


def notices(
    settings: Settings, undelivered: Iterable[Undelivered], day: date, now: datetime
) -> list[Mail]:
    """Tells each manager what was not delivered, or late."""
    rendered = render.render_notice(list(undelivered), day)
    return [
        _sealed(settings, manager, day, "notice", "mail not delivered", rendered, now)
        for manager in settings.digest.managers
    ]


def _sealed(
    settings: Settings,
    recipient: str,
    as_of: date,
    kind: str,
    reason: str,
    rendered: render.Rendered,
    now: datetime,
) -> Mail:
    sender = settings.mail.from_ if settings.mail else "quietdrop@localhost"
    name = hashlib.sha256(f"{recipient}|{as_of}|{kind}".encode()).hexdigest()[:32]
    message_id = f"<{name}@{domain_of(sender)}>"
    mime = to_mime(
        rendered,
        sender=sender,
        recipient=recipient,
        reply_to=settings.mail.reply_to if settings.mail else None,
        message_id=message_id,
        date_header=now,
    )
    return Mail(recipient, as_of, kind, reason, rendered.subject, message_id, mime)
