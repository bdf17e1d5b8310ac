"""The past that is replayed: which dates, and what is read for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from quietdrop import ingest
from quietdrop.checkins.history import History
from quietdrop.config import Settings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.jobs.replay import Replay, mondays
from quietdrop.lib.cron import last_slot
from quietdrop.lib.progress import Progress

PAST_WEEKS = 52
MOST_WEEKS = 104  # two years: a year to choose on, a year to report on
BEFORE_WEEKS = 26  # of referrals before the first date, so that there are rhythms to judge by
LOOK_BACK = timedelta(weeks=6)  # for the last time at which the schedule was due


@dataclass(frozen=True)
class Read:
    """What is replayed, and what the store knows to have been done."""

    replay: Replay
    touches: tuple[Touch, ...]


def last_run_day(of: Settings, now: datetime) -> date:
    """The day on which the schedule was last due; today where it was not of late."""
    plan = of.schedule
    slot = last_slot(plan.cron, plan.timezone, now, now - LOOK_BACK)
    return (slot or now.astimezone(ZoneInfo(plan.timezone))).date()


def year_up_to(last: date) -> tuple[date, date]:
    """The first and the last of 52 weekly dates."""
    return last - timedelta(weeks=PAST_WEEKS - 1), last


def two_years(intake: Intake, last: date) -> tuple[date, ...]:
    """Two years of weekly dates up to the last, or as many as have half a year before them."""
    first = last - timedelta(weeks=MOST_WEEKS - 1)
    if not intake.counts.empty:
        begin = EPOCH + timedelta(days=int(intake.counts["day"].min()), weeks=BEFORE_WEEKS)
        short = max(0, -((first - begin).days // 7)) if begin > first else 0
        first += timedelta(weeks=short)
    return tuple(mondays(first, last))


def read_past(
    of: Settings, history: History, span: tuple[date, date], today: date, tell: Progress
) -> Read:
    """Reads the sources for the first date of `span` and every 7th day up to the last.

    Args:
        of: Where the sources are.
        history: What the store remembers today.
        span: The first and the last date.
        today: The day after which a date lies in the future.
        tell: Is told of every step.
    """
    intake = ingest.as_spelled(of.source, today, today, history.register, tell)
    return Read(Replay(intake, tuple(mondays(*span)), history.register), history.touches)
