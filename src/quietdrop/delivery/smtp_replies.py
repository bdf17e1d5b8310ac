"""What a mail server's reply means for a message: accepted, refused for now or for good, unknown.

The server's own words may quote anything, such as a person's name. They are used to judge the reply
and are never passed on; the outcome has the code and our own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the server may or may not have kept the message


@dataclass(frozen=True)
class Outcome:
    """One attempt's fate. `permanent` means that another attempt would be refused as well."""

    kind: Fate
    code: int | None = None
    detail: str = ""
    permanent: bool = False


class Stage(StrEnum):
    """How far an SMTP session has come. The value says what a refusal there refuses."""

    CONNECTION = "the connection"
    LOGIN = "the login"
    SENDER = "our sender address"
    RECIPIENT = "the recipient"
    DATA = "to take the message"  # the DATA command: no byte of the message has left yet
    BODY = "the message"  # from the message's first byte on


ACCEPTED = 250
GO_AHEAD = 354  # RFC 5321, 4.3.2: the only reply to DATA that asks for the message

# Codes that are about our commands, our login or the whole server, at whatever stage they come:
# RFC 5321 4.2.2 (500, 502 to 504), RFC 7504 (521), RFC 4954 (530, 534, 535, 538).
_SERVER_WIDE = frozenset({500, 502, 503, 504, 521, 530, 534, 535, 538})
# RFC 3463: x.7.z policy, x.3.z the system (x.3.4: the message is too big), x.1.7/8 the sender.
_POLICY = re.compile(r"5\.(7\.\d+|3\.(?!4\b)\d+|1\.[78])\b")
# Servers that check the client or the sender only at RCPT and give no RFC 3463 code.
_ABOUT_US = re.compile(r"\b(relay\w*|sender|client host|helo|ehlo|authentica\w+)\b", re.I)


def judge_reply(stage: Stage, code: int, text: bytes | str) -> Outcome:
    """The outcome of a reply that did not lead on to the next stage.

    Only a refusal of the recipient or of the message itself is for good. A refusal of the
    connection, the login or the sender meets every message alike, and somebody will fix it.

    Args:
        stage: What the reply answers.
        code: The reply's code; -1 where it had none.
        text: The server's words.
    """
    if stage is Stage.BODY and code == ACCEPTED:
        return Outcome(Fate.ACCEPTED)
    if 400 <= code <= 599:
        final = stage in (Stage.RECIPIENT, Stage.BODY) and _is_final(code, text)
        return Outcome(Fate.REFUSED, code, f"the mail server refused {stage}", permanent=final)
    stated = code if 100 <= code <= 999 else None
    if stage is Stage.BODY:
        return Outcome(
            Fate.UNKNOWN, stated, "the mail server's answer to the message makes no sense"
        )
    return Outcome(Fate.REFUSED, stated, "the mail server's answer makes no sense")


def judge_loss(stage: Stage, reason: str) -> Outcome:
    """The outcome where no reply came at all: the connection failed, broke or took too long.

    Args:
        stage: What was waited for.
        reason: Why, in words of ours.
    """
    if stage is Stage.BODY:
        return Outcome(Fate.UNKNOWN, None, f"{reason} before the mail server answered")
    return Outcome(Fate.REFUSED, None, reason)


def _is_final(code: int, text: bytes | str) -> bool:
    """Whether a 5xx at the recipient or the message is about her or it, and not about us."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if code < 500 or code in _SERVER_WIDE or _POLICY.match(words.lstrip()):
        return False
    return re.match(r"\s*5\.\d+\.\d+\b", words) is not None or not _ABOUT_US.search(words)
