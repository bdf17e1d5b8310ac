"""Why a practice is not listed on a date: one reason each, decided with the plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from quietdrop.detection.thresholds import Level
from quietdrop.domain.checkin import CheckIn, Snooze, State

if TYPE_CHECKING:
    import pandas as pd


class WhyNot(StrEnum):
    """The reasons, in the order in which the first that applies is given."""

    not_read = "not read"  # no referral of it was read
    acquired = "acquired"
    closed = "closed"  # moved, retired, or closed by the directory
    recovered = "recovered"
    explained = "explained"  # its fall is likely no drift
    snoozed = "snoozed"
    uncounted = "rows not counted"  # rejected or vanished rows would explain its fall
    open_already = "open already"  # its check-in was told on an earlier date
    answered = "answered"
    held_out = "held out"
    over_budget = "over the budget"
    left_before = "left before quietdrop began"
    old_news = "old news"  # its drop began before the weeks that are looked at
    too_new = "too new"
    below_threshold = "below the threshold"


@dataclass(frozen=True)
class Unlisted:
    """One practice's reason, with what belongs to it.

    Args:
        why: The reason.
        day: The day that belongs to it: until which it is snoozed, on which it was opened,
            answered or reviewed.
        what: An outcome, or the kind of lookalike that explains it.
    """

    why: WhyNot
    day: date | None = None
    what: str = ""


@dataclass(frozen=True)
class Decisions:
    """What a plan has decided, practice by practice, as far as it bears on who is not listed.

    Args:
        listed: Who is.
        closed: Who is gone for good.
        acquired: Which of them were acquired.
        recovered: Who came back on this date.
        explained: What a fall is instead of a drift.
        snoozed: Until which day a practice is hidden.
        open_since: The opening of each check-in that stays open.
        answered: The check-ins that end on this date by what is known.
        last: Each practice's latest check-in of earlier dates.
        held_out: Whom chance leaves unlisted.
        over_budget: Who waits for the next week.
        review: Whom the manager reviews on this date.
        first_run: Whether that is the review of a new installation.
        first_day: The day on which the first check-in of all was recorded.
        uncounted: Whose fall rejected or vanished rows would explain.
    """

    listed: frozenset[str]
    closed: frozenset[str]
    acquired: frozenset[str]
    recovered: frozenset[str]
    explained: Mapping[str, str]
    snoozed: Mapping[str, date]
    open_since: Mapping[str, date]
    answered: Mapping[str, CheckIn]
    last: Mapping[str, CheckIn]
    held_out: frozenset[str]
    over_budget: frozenset[str]
    review: frozenset[str]
    first_run: bool
    first_day: date | None
    uncounted: frozenset[str] = frozenset()


def why_not(
    frame: pd.DataFrame, decisions: Decisions, alert: Level, as_of: date
) -> dict[str, Unlisted]:
    """Return the reason of each practice of `frame` (an assessment's) that is not listed."""
    names = ("drift_probability", "settled_probability", "edge")
    rows = zip(*(frame[name].tolist() for name in names), strict=True)
    return {
        key: _decided(key, decisions, as_of)
        or _by_counts(key, _Figures(*row), decisions, alert.of(key))
        for key, row in zip(map(str, frame.index), rows, strict=True)
        if key not in decisions.listed
    }


class _Figures(NamedTuple):
    """What the counts say of one practice, as far as it bears on who is not listed."""

    drift: float
    settled: float
    edge: bool


def _decided(key: str, of: Decisions, as_of: date) -> Unlisted | None:
    """The reason where something was decided about the practice."""
    if key in of.closed:
        return Unlisted(WhyNot.acquired if key in of.acquired else WhyNot.closed)
    if key in of.recovered:
        return Unlisted(WhyNot.recovered)
    if key in of.explained:
        return Unlisted(WhyNot.explained, what=of.explained[key])
    if key in of.snoozed:
        return Unlisted(WhyNot.snoozed, of.snoozed[key])
    if key in of.uncounted:
        return Unlisted(WhyNot.uncounted)
    if key in of.open_since:
        return Unlisted(WhyNot.open_already, of.open_since[key])
    if key in of.answered:
        return Unlisted(WhyNot.answered, of.answered[key].resolved_on, of.answered[key].outcome)
    if key in of.held_out:
        return Unlisted(WhyNot.held_out)
    if key in of.over_budget:
        return Unlisted(WhyNot.over_budget)
    if key in of.review:
        return Unlisted(WhyNot.left_before if of.first_run else WhyNot.old_news, as_of)
    return None


def _by_counts(key: str, row: _Figures, of: Decisions, alert: float) -> Unlisted:
    """The reason where the counts, and what was told before, speak for themselves."""
    drift, settled = row.drift, row.settled
    if isnan(drift):
        return Unlisted(WhyNot.too_new)
    before = of.last.get(key)
    if before is not None and before.state == State.REVIEW and drift + settled >= alert:
        first = of.first_day is not None and before.opened_on == of.first_day
        return Unlisted(WhyNot.left_before if first else WhyNot.old_news, before.opened_on)
    if drift < alert:
        return Unlisted(WhyNot.below_threshold)
    if row.edge or before is None:
        return Unlisted(WhyNot.old_news)
    if before.state == State.RECOVERED:
        return Unlisted(WhyNot.recovered, before.resolved_on)
    return Unlisted(WhyNot.answered, before.resolved_on, before.outcome)


def snoozed_until(snoozes: Iterable[Snooze], as_of: date) -> date | None:
    """Return the day on which the last of a practice's snoozes ends; None where none is on."""
    return max((s.until for s in snoozes if s.from_on <= as_of < s.until), default=None)


def acquired_ones(by_touch: frozenset[str], checkins: Iterable[CheckIn]) -> frozenset[str]:
    """Return the practices that are said to be acquired, by a touch or a check-in's outcome."""
    by_outcome = {c.practice_id for c in checkins if c.outcome == WhyNot.acquired}
    return by_touch | by_outcome
