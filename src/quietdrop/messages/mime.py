"""A rendered message as bytes for the wire."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from quietdrop.lib import text
from quietdrop.lib.mail_address import needs_utf8
from quietdrop.messages.render import AUTOMATIC, Rendered, _domain_in_ascii


@dataclass(frozen=True)
class Envelope:
    """What a message's headers say beside its subject."""

    sender: str
    recipient: str
    message_id: str
    date: datetime
    reply_to: str | None = None


def to_mime(rendered: Rendered, envelope: Envelope) -> bytes:
    """The finished message, ready for the wire; the same input gives the same bytes."""
    addresses = {"From": envelope.sender, "To": envelope.recipient}
    if envelope.reply_to:
        addresses["Reply-To"] = envelope.reply_to
    wide = any(needs_utf8(address) for address in addresses.values())
    message = EmailMessage(policy=SMTPUTF8 if wide else SMTP)
    message["Subject"] = text.single_line(rendered.subject, 200)
    for header, address in addresses.items():
        message[header] = text.single_line(_domain_in_ascii(address), 320)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = text.single_line(envelope.message_id, 200)
    for header, value in AUTOMATIC.items():
        message[header] = value
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    page = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(page, EmailMessage)
    for cid, png in rendered.images:
        page.add_related(
            png, "image", "png", cid=f"<{cid}>", filename=f"{cid}.png", disposition="inline"
        )
    mark = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    for place, part in enumerate(p for p in message.walk() if p.is_multipart()):
        part.set_boundary(f"=_{mark}_{place}")
    return message.as_bytes()
