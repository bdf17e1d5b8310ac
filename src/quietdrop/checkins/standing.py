"""How open check-ins stand: seen, asleep, aging or unassigned. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quietdrop.checkins.lifecycle import REMIND_AFTER
from quietdrop.checkins.touches import (
    group_by_practice,
    in_order,
    is_unassigned,
    that_count,
    was_seen,
)
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, Touch


@dataclass(frozen=True)
class Standing:
    """An open check-in, and what has been done about it."""

    checkin: CheckIn
    seen: bool
    asleep_until: date | None
    needs_home: bool  # somebody said that it is not hers
    is_aging: bool  # told twice, a week has passed since, and nothing was done


def standings_of(
    asked: Iterable[CheckIn], touches: Iterable[Touch], snoozes: Iterable[Snooze], today: date
) -> list[Standing]:
    """How open check-ins stand on a day; complaints first, then the oldest. Of `touches` and
    `snoozes` only those of a check-in's own practice count."""
    theirs_of, hidden_of = group_by_practice(in_order(touches)), group_by_practice(snoozes)
    standings = []
    for checkin in asked:
        theirs = theirs_of.get(checkin.practice_id, [])
        hidden = hidden_of.get(checkin.practice_id, [])
        hiding = that_count(checkin, theirs, hidden)[1] if hidden else []
        ends = [s.until for s in hiding if s.from_on <= today < s.until]
        seen = bool(theirs or hidden) and was_seen(checkin, theirs, hidden)
        reminded = checkin.reminded_on
        standings.append(
            Standing(
                checkin=checkin,
                seen=seen,
                asleep_until=max(ends, default=None),
                needs_home=is_unassigned(checkin, theirs),
                is_aging=bool(reminded and today - reminded >= REMIND_AFTER and not (seen or ends)),
            )
        )
    return sorted(standings, key=lambda s: (s.checkin.kind != Kind.COMPLAINT, s.checkin.opened_on))
