"""What earlier runs told and learned, as it was known on a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from quietdrop.checkins.touches import (
    gone,
    group_by_practice,
    in_order,
    reopened,
    snoozes_from,
    unresolved,
)
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, State, Touch
from quietdrop.domain.decisions import Register
from quietdrop.domain.hazard import HazardCard
from quietdrop.domain.headlines import NO_HEADLINES, Headlines
from quietdrop.domain.outcomes import OUTCOMES, named
from quietdrop.domain.promise import Promise
from quietdrop.domain.weekly import WeeklyCounts


@dataclass(frozen=True)
class History:
    """What was told and learned before this as-of date.

    `unlisted` are would-be check-ins that no digest told: over the budget, or held out by chance;
    `seen` is what earlier runs had of their last days (as-of date, day, referrals);
    `newest` the last day of which earlier runs knew anything;
    `acknowledged_on` the last run that was forced although the feed looked broken; `weekly` what
    the source had by practice and week; `digests` the date of each liaison's last whole digest,
    where that is less than a week ago; `register` who is who, with the decisions that count;
    `not_practices` ids of what is no practice; `joined` the practices that several of its
    spellings have just become; `settings` those that managers were last told under, as
    `config.remembered` has them, of the run of `settings_of`; `told_together` the groups that
    managers were told of as falling together, and when last; `told_slow` the practices that were
    told of as slowly going down, and when last; `headlines` the last half-year of the numbers that
    only a run can know; `hazard` and `alerts` what an earlier run learned of the
    hazard and of the thresholds.
    """

    checkins: tuple[CheckIn, ...] = ()
    unlisted: tuple[CheckIn, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    touches: tuple[Touch, ...] = ()
    promises: tuple[Promise, ...] = ()
    first_run: bool = True
    seen: tuple[tuple[date, date, int], ...] = ()
    acknowledged_on: date | None = None
    newest: date | None = None
    weekly: WeeklyCounts | None = None
    digests: Mapping[str, date] = field(default_factory=dict)
    register: Register = field(default_factory=Register)
    not_practices: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    settings: Mapping[str, str] = field(default_factory=dict)
    settings_of: date | None = None
    told_together: Mapping[tuple[str, str], date] = field(default_factory=dict)
    told_slow: Mapping[str, date] = field(default_factory=dict)
    headlines: Headlines = NO_HEADLINES
    hazard: HazardCard | None = None
    alerts: AlertCard | None = None

    @cached_property
    def touches_of(self) -> dict[str, list[Touch]]:
        """Each practice's touches in the order of their days."""
        return group_by_practice(in_order(self.touches))

    @cached_property
    def snoozes_of(self) -> dict[str, list[Snooze]]:
        """What hides each practice: what was hidden, and what touches say."""
        return group_by_practice((*self.snoozes, *snoozes_from(self.touches)))

    @cached_property
    def gone(self) -> dict[str, str]:
        """By practice that a liaison said is gone for good, the word for it."""
        return gone(self.touches)

    @cached_property
    def acquired(self) -> frozenset[str]:
        """The practices that a liaison said were acquired."""
        words = self.gone.items()
        return frozenset(key for key, word in words if named(word) == OUTCOMES["acquired"])

    @cached_property
    def reopened_on(self) -> dict[str, date]:
        """By practice that was said to be closed by mistake, when that was last said."""
        return reopened(self.touches)

    def complaints(self, as_of: date) -> frozenset[str]:
        """The practices with a complaint that nobody has resolved by then."""
        return frozenset(unresolved(self.touches, as_of))


def history_as_of(history: History, as_of: date) -> History:
    """What was known before `as_of`: check-ins of that day or later are not yet told."""
    kept = []
    for checkin in history.checkins:
        if checkin.opened_on >= as_of and checkin.kind != Kind.COMPLAINT:
            continue
        if checkin.opened_on > as_of:
            continue
        if (
            checkin.resolved_on
            and checkin.resolved_on >= as_of
            and checkin.state == State.RECOVERED
        ):
            checkin = replace(checkin, state=State.OPEN, resolved_on=None)
        elif checkin.resolved_on and checkin.resolved_on > as_of:
            checkin = replace(checkin, state=State.OPEN, resolved_on=None, outcome="")
        if checkin.kind == Kind.COMPLAINT and checkin.notified_on and checkin.notified_on >= as_of:
            checkin = replace(checkin, notified_on=None)
        if checkin.reminded_on and checkin.reminded_on >= as_of:
            checkin = replace(checkin, reminded_on=None)
        kept.append(checkin)
    snoozes = tuple(s for s in history.snoozes if s.from_on <= as_of)
    touches = tuple(t for t in history.touches if t.touched_on <= as_of)
    unlisted = tuple(c for c in history.unlisted if c.opened_on < as_of)
    promises = tuple(
        replace(p, kept_on=None) if p.kept_on and p.kept_on >= as_of else p
        for p in history.promises
        if p.made_on <= as_of
    )
    return replace(
        history,
        checkins=tuple(kept),
        unlisted=unlisted,
        snoozes=snoozes,
        touches=touches,
        promises=promises,
    )
