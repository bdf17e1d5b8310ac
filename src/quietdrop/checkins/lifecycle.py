"""What becomes of an open check-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from quietdrop.checkins.history import History
from quietdrop.checkins.touches import (
    checkin_after_all,
    complaint_is_resolved,
    that_count,
    was_seen,
)
from quietdrop.domain.checkin import CheckIn, Kind, State, Touch
from quietdrop.domain.decisions import DecisionKind
from quietdrop.domain.findings import Findings
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.domain.outcomes import CLOSED_BY_DIRECTORY
from quietdrop.lib.tails import poisson_at_most

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

NOT_A_PRACTICE = DecisionKind.NOT_A_PRACTICE.value  # outcome of its check-ins
RECOVERY_WEEKS = 8  # of the newest; fewer would call a good fortnight a return
RECOVERY_SHARE = 0.8  # of the frozen baseline, which chance alone often misses by a fifth
WORSE_BEYOND_CHANCE = 0.05  # Poisson tail, against what was told
CLEARLY_WORSE = 0.8  # of the least level told: less of a fall is not worth a second listing
STOPPED_SHARE = 0.1  # of the baseline: whoever is told to send no more than that has stopped
REMIND_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Situation:
    """What bears on open check-ins on one date: what was known by then, what explains a fall, and
    who is gone for good."""

    history: History = field(default_factory=History)
    findings: Findings = field(default_factory=Findings)
    closed: frozenset[str] = frozenset()

    def is_snoozed(self, practice_id: str, as_of: date) -> bool:
        """Whether the practice is hidden on that day."""
        snoozes = self.history.snoozes_of.get(practice_id, ())
        return any(s.from_on <= as_of < s.until for s in snoozes)


class Fate(StrEnum):
    """What becomes of an open check-in on a date; `Plan` has a list of each."""

    OPENED = "opened"  # nobody was told of it yet
    UNANSWERED = "unanswered"  # a complaint that was told, and nothing done
    ANSWERED = "answered"
    EXPLAINED = "explained"
    RECOVERED = "recovered"
    WORSE = "worse"
    REMINDED = "reminded"  # told a second time
    AGING = "aging"  # told twice, and nothing done
    WAITING = "waiting"  # something was done, and it is still open
    ASLEEP = "asleep"


def fate(assessed: Assessed, checkin: CheckIn, situation: Situation) -> tuple[Fate, CheckIn]:
    """What has become of an open check-in, and how it is to be kept."""
    practice_id, as_of = checkin.practice_id, assessed.as_of
    history, explained = situation.history, situation.findings.explained
    touches = history.touches_of.get(practice_id, [])
    now = checkin_after_all(checkin, touches)
    if now.state == State.CLOSED:
        return Fate.ANSWERED, now
    if practice_id in history.not_practices:
        return Fate.ANSWERED, _closed(now, as_of, NOT_A_PRACTICE)
    if practice_id in situation.closed:
        return Fate.ANSWERED, _closed(now, as_of, CLOSED_BY_DIRECTORY)
    if now.kind == Kind.COMPLAINT and now.notified_on is None:
        return Fate.OPENED, replace(now, notified_on=as_of)
    if now.kind == Kind.COMPLAINT:
        if complaint_is_resolved(now, touches, as_of):
            return Fate.ANSWERED, _closed(now, as_of, "resolved")
    elif practice_id in explained:
        return Fate.EXPLAINED, _closed(now, as_of, explained[practice_id])
    elif practice_id in history.joined and was_a_spelling(assessed, now):
        return Fate.EXPLAINED, _closed(now, as_of, SAME_PRACTICE)
    elif has_recovered(assessed, now):
        return Fate.RECOVERED, replace(now, state=State.RECOVERED, resolved_on=as_of)
    elif now.notified_on is None and not situation.is_snoozed(practice_id, as_of):
        return Fate.OPENED, replace(now, notified_on=as_of)
    elif _is_worse_by_now(assessed, now, situation.findings):
        return Fate.WORSE, _at_its_level(assessed, now)
    return _reminder(now, touches, situation, as_of)


def _is_worse_by_now(assessed: Assessed, checkin: CheckIn, findings: Findings) -> bool:
    """Whether it has got worse since it was told, even if the rows that were not counted came."""
    uncounted = findings.uncounted.get(checkin.practice_id, 0)
    return is_worse(assessed, checkin, checkin.notified_on or checkin.opened_on, uncounted)


def _reminder(
    checkin: CheckIn, touches: Iterable[Touch], situation: Situation, as_of: date
) -> tuple[Fate, CheckIn]:
    """One that nobody answers is reminded of once; after that it ages before the manager."""
    snoozes = situation.history.snoozes_of.get(checkin.practice_id, [])
    _, hiding = that_count(checkin, touches, snoozes)
    if any(s.from_on <= as_of < s.until for s in hiding):
        return Fate.ASLEEP, checkin
    if was_seen(checkin, touches, snoozes):
        return Fate.WAITING, checkin
    if checkin.kind == Kind.COMPLAINT:
        return Fate.UNANSWERED, checkin
    if checkin.reminded_on is not None:
        return Fate.AGING, checkin
    if as_of - (checkin.notified_on or checkin.opened_on) < REMIND_AFTER:
        return Fate.WAITING, checkin
    return Fate.REMINDED, replace(checkin, reminded_on=as_of)


def _closed(checkin: CheckIn, as_of: date, outcome: str) -> CheckIn:
    return replace(checkin, state=State.CLOSED, resolved_on=as_of, outcome=outcome)


def has_recovered(assessed: Assessed, checkin: CheckIn) -> bool:
    """The last 8 weeks reach 80 % of the frozen baseline × exposure."""
    if checkin.practice_id not in assessed.frame.index or not checkin.baseline_per_week:
        return False
    came, chances = assessed.newest(checkin.practice_id, RECOVERY_WEEKS)
    usual = checkin.baseline_per_week * chances
    since = (assessed.as_of - (checkin.onset or checkin.opened_on)).days
    return bool(since >= 7 * RECOVERY_WEEKS and came >= RECOVERY_SHARE * usual)


def was_a_spelling(assessed: Assessed, checkin: CheckIn) -> bool:
    """Whether the fall is gone once the practice's spellings are put together."""
    if checkin.practice_id not in assessed.frame.index or not checkin.baseline_per_week:
        return False
    weeks = (assessed.as_of - (checkin.onset or checkin.opened_on)).days // 7
    came, chances = assessed.newest(checkin.practice_id, weeks)
    return came >= RECOVERY_SHARE * checkin.baseline_per_week * chances


def is_worse(assessed: Assessed, checkin: CheckIn, since: date, uncounted: int = 0) -> bool:
    """Return whether a practice clearly fell further since `since`, even if the `uncounted` rows
    came too.

    That is where far fewer came than at the least level that was ever told, beyond chance. A
    practice that was told as stopped cannot get worse.
    """
    if checkin.practice_id not in assessed.frame.index or not checkin.baseline_per_week:
        return False
    weeks, share = (assessed.as_of - since).days // 7, told_share(assessed, checkin)
    if weeks < 1 or share <= STOPPED_SHARE:
        return False
    came, chances = assessed.newest(checkin.practice_id, weeks)
    expected = checkin.baseline_per_week * share * chances
    wide = max(assessed.of(checkin.practice_id).dispersion, 1.0)
    read = came + uncounted
    beyond_chance = poisson_at_most(read / wide, expected / wide) < WORSE_BEYOND_CHANCE
    return bool(beyond_chance and read <= CLEARLY_WORSE * expected)


def told_share(assessed: Assessed, checkin: CheckIn) -> float:
    """Return the least share of its frozen baseline that a practice was ever told to send.

    After a recovery that is the recovered level. A whole share is no drop: stores of before hold
    some, from weeks in which the drop had left the window. It is counted anew, from the onset to
    the day of telling.
    """
    if checkin.state == State.RECOVERED:
        return RECOVERY_SHARE
    share = checkin.remaining_share or 0.0
    if share < 1.0 or not checkin.baseline_per_week:
        return share
    as_of, last = assessed.as_of, checkin.notified_on or checkin.opened_on
    first = checkin.onset or checkin.opened_on
    ends = [assessed.newest(checkin.practice_id, (as_of - day).days // 7) for day in (first, last)]
    came, chances = ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]
    return float(min(share, came / (checkin.baseline_per_week * chances))) if chances > 0 else share


def _at_its_level(assessed: Assessed, checkin: CheckIn) -> CheckIn:
    """The check-in told anew today, with the least level told: that of the weeks since it was told,
    where it is lower, against the frozen baseline. (The running estimate knows only the window: a
    drop that has left it looks like none.)"""
    as_of, usual = assessed.as_of, checkin.baseline_per_week or 0.0
    weeks = (as_of - (checkin.notified_on or checkin.opened_on)).days // 7
    came, chances = assessed.newest(checkin.practice_id, weeks)
    # Without a baseline or chances nothing is worse, so that neither is 0 here.
    least = float(min(came / (usual * chances), told_share(assessed, checkin)))
    return replace(
        checkin, notified_on=as_of, remaining_share=least, lost_per_week=usual * (1.0 - least)
    )


def since_onset(assessed: Assessed, checkin: CheckIn) -> tuple[int, float]:
    """What came from an open check-in's onset until now, and what its frozen baseline promised."""
    is_assessed = checkin.practice_id in assessed.frame.index
    if checkin.onset is None or not is_assessed:
        return 0, 0.0
    weeks = (assessed.as_of - checkin.onset).days // 7
    came, chances = assessed.newest(checkin.practice_id, weeks)
    return int(came), (checkin.baseline_per_week or 0.0) * chances
