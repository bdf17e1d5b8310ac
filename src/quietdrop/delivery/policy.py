"""Whether and why a liaison is mailed, when a message is retried, when it is given up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from quietdrop.delivery.smtp_replies import Fate, Outcome
from quietdrop.domain.checkin import News
from quietdrop.domain.mail import MessageState, Settled
from quietdrop.lib.mail_address import domain_of

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=12)
EXPIRES_AFTER = timedelta(days=5)
LATE_AFTER = timedelta(hours=4)  # half a working day: the managers are notified


NOT_ALLOWED = "its domain is not among [digest] allowed_domains"


def may_be_mailed(address: str, allowed_domains: Iterable[str]) -> bool:
    """Return whether mail may go to an address: to any if no domain is named, else only to the
    named ones. A subdomain must be named itself."""
    domains = {domain_of(f"x@{domain}").casefold() for domain in allowed_domains}
    return not domains or domain_of(address).casefold() in domains


@dataclass(frozen=True)
class Decision:
    """Whether one liaison is mailed, and why or why not."""

    send: bool
    reason: str


BETWEEN = "since the digest"  # why a digest is not a whole one: she had that less than a week ago


def decide(news: News, *, sent: bool, held: bool = False, between: bool = False) -> Decision:
    """Why a liaison is mailed: the most important thing in her digest of this date.

    `sent`: she was mailed about this date before, `held`: the digests are held back, `between`: she
    had a whole digest within six days, so only what is new or worse is mailed. A week with nothing
    to report is mailed too: silence could also mean that something is broken.
    """
    if held:
        return Decision(False, "held back")
    if sent:
        return Decision(False, "told already")
    if between:
        return Decision(bool(news.opened or news.worse), BETWEEN)
    parts = {
        "first": news.opened,
        "worse": news.worse,
        "recovered": news.recovered,
        "reminder": news.still_open,
    }
    return Decision(True, next((why for why, n in parts.items() if n), "nothing to report"))


LOGIN_REFUSED = (530, 534, 535, 538)  # RFC 4954, 6


def why_not_sent(outcome: Outcome) -> str:
    """Why a message did not leave, in our words, with the server's code and none of its text."""
    code = outcome.code
    if outcome.kind is Fate.UNKNOWN:
        return "the connection was lost before the mail server said what became of it"
    if code is None:
        name = outcome.detail.partition(":")[0]
        return (
            f"the mail server could not be reached ({name})"
            if name.isidentifier()
            else (outcome.detail or "the mail server could not be reached")
        )
    if code in LOGIN_REFUSED:
        return f"the mail server refused the login ({code})"
    lasting = "for good" if outcome.permanent else "for now"
    return f"the mail server refused it {lasting} ({code})"


def next_try(attempts: int, now: datetime) -> datetime:
    """After the first attempt 15 minutes, then twice as long each time, at most 12 hours."""
    doublings: int = 2 ** min(attempts - 1, 10)
    return now + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def settle(
    outcome: Outcome, attempts: int, doubts: int, now: datetime, created_at: datetime
) -> Settled:
    """The next state of a message. One of unknown fate is sent once more at most."""
    reply = " ".join(part for part in (str(outcome.code or ""), outcome.detail) if part)
    if outcome.kind is Fate.ACCEPTED:
        return Settled(MessageState.SENT, None, "", to_report=now - created_at >= LATE_AFTER)
    if outcome.kind is Fate.UNKNOWN:
        again = next_try(attempts, now) if doubts == 0 else None
        return Settled(MessageState.UNKNOWN, again, reply, to_report=again is None)
    if outcome.permanent:
        return Settled(MessageState.FAILED, None, reply, to_report=True)
    return Settled(MessageState.PENDING, next_try(attempts, now), reply)
