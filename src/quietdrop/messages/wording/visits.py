"""Promises, and practices that were not seen for long, in words. Pure."""

from __future__ import annotations

from datetime import date

from quietdrop.domain.promise import Promise
from quietdrop.lib.reader import weekday_and_day
from quietdrop.messages.wording import figures

SOON = 6  # days: within a week the weekday says more than the day


def due(promise: Promise, today: date) -> str:
    """ "by July 3, 3 days late", "by Thursday, July 9", "by August 3"."""
    days = (promise.due_on - today).days
    if days == 0:
        return "by today"
    when = figures.day(promise.due_on, today)
    if 0 < days <= SOON:
        when = weekday_and_day(promise.due_on)
    late = promise.days_late(today)
    return f"by {when}, {figures.count(late, 'day', 'days')} late" if late else f"by {when}"


def unseen(seen_on: date | None, today: date) -> str:
    """ "not seen for 15 weeks"; "no visit on record" where there is none."""
    if seen_on is None:
        return "no visit on record"
    weeks = (today - seen_on).days // 7
    return f"not seen for {figures.count(weeks, 'week', 'weeks')}"
