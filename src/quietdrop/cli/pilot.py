"""run --send-to: everything to one address, nothing recorded."""

from __future__ import annotations

import secrets

from quietdrop.cli.app import now
from quietdrop.cli.bootstrap import mailer
from quietdrop.config import Settings
from quietdrop.delivery.policy import NOT_ALLOWED, may_be_mailed, why_not_sent
from quietdrop.domain.errors import UsageError
from quietdrop.lib.mail_address import domain_of, is_address, wire_address
from quietdrop.lib.progress import Progress
from quietdrop.lib.text import single_line
from quietdrop.messages.compose import Briefing
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.messages.pilot import pilot_mails


def check_address(of: Settings, address: str) -> None:
    """Refuse what is not one address that may be mailed.

    Raises:
        UsageError: It is none, several, or outside of [digest] allowed_domains.
    """
    shown = single_line(address)
    try:
        is_one = is_address(address) and bool(wire_address(address))
    except ValueError:
        is_one = False
    if not is_one:
        raise UsageError(f'--send-to "{shown}" is not one e-mail address.')
    if not may_be_mailed(address, of.digest.allowed_domains):
        raise UsageError(f"--send-to {shown}: {NOT_ALLOWED}.")


def send_all_to(
    of: Settings, briefing: Briefing, address: str, faults: list[str], tell: Progress
) -> dict[str, list[str]]:
    """Mail a run's digests and summaries to one address, each once.

    Args:
        of: The settings.
        briefing: What a run of the date would tell.
        address: As `check_address` lets it pass.
        faults: Why the digests are held; then what the managers would be told goes out.
        tell: Hears of each mail.

    Returns:
        By whose mail it would be: why each of theirs was not sent, "" where it was.
    """
    server = mailer(of)
    assert of.mail is not None
    sender = of.mail.from_
    became: dict[str, list[str]] = {}
    mails = list(pilot_mails(briefing, of.digest.managers, faults))
    for number, mail in enumerate(mails, 1):
        reader = single_line(mail.reader)
        tell(f"Sending the mail of {reader}", number, len(mails))
        mime = to_mime(
            mail.rendered,
            Envelope(
                sender=sender,
                recipient=address,
                reply_to=of.mail.reply_to,
                message_id=f"<{secrets.token_hex(16)}@{domain_of(sender)}>",
                date=now(),
            ),
        )
        outcome = server.send(address, mime)
        why = "" if outcome.kind == "accepted" else why_not_sent(outcome)
        became.setdefault(reader, []).append(why)
    return became
