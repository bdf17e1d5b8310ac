"""What is told -> finished messages, each with a Message-ID that is the same however often made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from quietdrop.config import Settings
from quietdrop.domain.digest import Complaint, Digest, Summary
from quietdrop.domain.mail import Mail, MailKind, Undelivered
from quietdrop.lib.mail_address import domain_of
from quietdrop.messages import render
from quietdrop.messages.mime import Envelope, to_mime


def digest(
    settings: Settings, content: Digest, reason: str, now: datetime, links: render.Linker | None
) -> Mail:
    """A liaison's weekly message; `reason` is why she is written to."""
    rendered = render.render_digest(content, links)
    return _sealed(
        settings, _Address(content.recipient, content.as_of, MailKind.DIGEST, reason), rendered, now
    )


def summary(
    settings: Settings, content: Summary, now: datetime, links: render.Linker | None
) -> Mail:
    """A manager's weekly page."""
    rendered = render.render_summary(content, links)
    address = _Address(content.recipient, content.as_of, MailKind.SUMMARY, "weekly summary")
    return _sealed(settings, address, rendered, now)


def held(
    settings: Settings, as_of: date, faults: list[str], now: datetime, links: render.Linker | None
) -> list[Mail]:
    """Tells each manager that the digests wait, and why."""
    return [
        _sealed(
            settings,
            _Address(manager, as_of, MailKind.HELD, "feed looks broken"),
            render.render_held(manager, as_of, faults, links),
            now,
        )
        for manager in settings.digest.managers
    ]


@dataclass(frozen=True)
class ComplaintMail:
    """One mail of a complaint, to its liaison or a manager. `number` counts the reader's mails of
    that day, since several practices may complain on it."""

    complaint: Complaint
    recipient: str
    number: int


def complaint(
    settings: Settings, of: ComplaintMail, now: datetime, links: render.Linker | None
) -> Mail:
    """Tells a liaison, or a manager, of a complaint on its day."""
    checkin = of.complaint.checkin
    day, is_hers = checkin.notified_on or checkin.opened_on, of.recipient == checkin.liaison
    leads = links if is_hers else None
    rendered = render.render_complaint(of.complaint, day, leads, for_manager=not is_hers)
    kind = MailKind.COMPLAINT if of.number == 1 else f"complaint {of.number}"
    return _sealed(settings, _Address(of.recipient, day, kind, "complaint"), rendered, now)


def notices(
    settings: Settings, undelivered: Iterable[Undelivered], day: date, now: datetime
) -> list[Mail]:
    """Tells each manager what was not delivered, or late."""
    rendered = render.render_notice(list(undelivered), day)
    return [
        _sealed(
            settings, _Address(manager, day, MailKind.NOTICE, "mail not delivered"), rendered, now
        )
        for manager in settings.digest.managers
    ]


@dataclass(frozen=True)
class _Address:
    """To whom, of which date, what and why is mailed: the first three make the Message-ID."""

    recipient: str
    as_of: date
    kind: str
    reason: str


def _sealed(settings: Settings, on: _Address, rendered: render.Rendered, now: datetime) -> Mail:
    sender = settings.mail.from_ if settings.mail else "quietdrop@localhost"
    name = hashlib.sha256(f"{on.recipient}|{on.as_of}|{on.kind}".encode()).hexdigest()[:32]
    message_id = f"<{name}@{domain_of(sender)}>"
    mime = to_mime(
        rendered,
        Envelope(
            sender=sender,
            recipient=on.recipient,
            reply_to=settings.mail.reply_to if settings.mail else None,
            message_id=message_id,
            date=now,
        ),
    )
    return Mail(on.recipient, on.as_of, on.kind, on.reason, rendered.subject, message_id, mime)
