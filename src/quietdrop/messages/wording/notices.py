"""What a notice says of mail that did not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from quietdrop.domain.mail import MailKind, MessageState, Undelivered
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count, day

MESSAGES = {
    "digest": "The digest",
    "summary": "The summary",
    "held": "The note that the digests are held back",
    "complaint": "The note of a complaint",
}


def undelivered(mails: Iterable[Undelivered], today: date) -> list[str]:
    """What did not arrive, a line each; what only went out late, a line a week."""
    lines, late = [], dict[date, list[Undelivered]]()
    for message in mails:
        what = f"{MESSAGES[message.kind.partition(' ')[0]]} of {day(message.period, today)}"
        if message.state is MessageState.SENT:
            late.setdefault(message.period, []).append(message)
        elif message.state is MessageState.UNKNOWN:
            lines.append(
                f"{what} for {single_line(message.recipient, 254)} may not have arrived: the mail "
                "server did not say what became of it."
            )
        else:
            again = (
                " Its check-ins come again next time." if message.kind == MailKind.DIGEST else ""
            )
            lines.append(
                f"{what} for {single_line(message.recipient, 254)} was not delivered: "
                f"{single_line(message.error, 300) or 'no reason is recorded'}.{again}"
            )
    for period, messages in late.items():
        last = max(message.sent_on for message in messages if message.sent_on)
        these = count(len(messages), "message", "messages")
        lines.append(
            f"{these} of {day(period, today)} went out late, the last on {day(last, today)}: the "
            "mail server could not be reached or did not take them before."
        )
    return lines
