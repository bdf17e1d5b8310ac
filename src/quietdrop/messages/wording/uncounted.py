"""The words for rows that were not counted: rejected, vanished, repeated or left aside."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date

from quietdrop.domain.directory import Closure
from quietdrop.lib.reader import decimal
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count, day

MOST_NAMED = 3  # files in one sentence


def doubted(unread: int, vanished: int) -> str:
    """Why a fall is not told as a drop: rows that were not counted would explain it."""
    return f"{_uncounted(unread, vanished, 'their')}, so this may be no drop."


def watched_only(unread: int, vanished: int) -> str:
    """The same for a manager."""
    said = _uncounted(unread, vanished, "its")
    return f"{said}. They could explain its fall, so it is watched and not listed."


def _uncounted(unread: int, vanished: int, their: str) -> str:
    rejected = f"{decimal(unread)} of {their} rows could not be read"
    gone = f"{count(vanished, 'referral', 'referrals')} that we saw before "
    gone += "is no longer in the data" if vanished == 1 else "are no longer in the data"
    if unread and vanished:
        return f"{rejected}, and {gone}"
    return rejected if unread else gone[:1].upper() + gone[1:]


def gone(weeks: int) -> str:
    """An open check-in whose practice the source has no row of any more."""
    since = count(weeks, "week", "weeks") if weeks else "since this week"
    return f"{since}; the referral data no longer has this practice"


def lost(referrals: int, seen_on: date, as_of: date, *, whole: bool) -> str:
    """What one practice's rows that vanished come to, for a manager."""
    verb = "is" if referrals == 1 else "are"
    gone = (
        f"{count(referrals, 'referral', 'referrals')} that it had on {day(seen_on, as_of)} {verb}"
    )
    if whole:
        return f"the data no longer has this practice; {gone} gone."
    return f"{gone} no longer in the data."


def were_you_closed(closure: Closure, as_of: date) -> str:
    """A question: a location to which nobody sent for some days, and to which they send again."""
    days = f"{day(closure.closed_from, as_of)} to {day(closure.closed_to, as_of)}"
    where = single_line(closure.location, 80)
    word = shlex.quote(where)
    span = f"--from {closure.closed_from} --to {closure.closed_to} --location {word}"
    return (
        f"Were you closed in {where} from {days}? Nobody sent there, and then they all did again. "
        "Until you say, nobody is listed for those days alone. "
        f"If you were: `quietdrop closure add {span}`. If not: `quietdrop closure refuse {span}`."
    )


def overlapping(names: Sequence[str]) -> str:
    """Files that repeat each other's rows."""
    return (
        f"{len(names)} files repeat each other's rows ({_listed(names)}). "
        "What is repeated counts once."
    )


def not_read(name: str, why: str) -> str:
    """A file that was left aside."""
    return f"{single_line(name, 200)} is not read: {single_line(why, 300)}."


def more(number: int) -> str:
    """How many lines of a list are not shown."""
    return f"and {decimal(number)} more"


def _listed(names: Sequence[str]) -> str:
    shown = [single_line(name, 80) for name in names]
    if len(shown) <= MOST_NAMED:
        return ", ".join(shown)
    return f"{shown[0]} to {shown[-1]}"
