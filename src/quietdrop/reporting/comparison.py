"""Two settings over the same past dates, side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.reporting.aftermath import Aftermath, Became, aftermath, can_be_judged
from quietdrop.reporting.lasting_losses import Truth, beside_listings, no_losses
from quietdrop.reporting.listing_record import DateLoad, ListingRecord

SAME_DROP = timedelta(weeks=26)  # check-ins of a practice so close together are about one drop


@dataclass(frozen=True)
class SettingFigures:
    """What one setting comes to over the dates.

    Args:
        a_liaison_and_week: Check-ins in one liaison's digest, on average.
        opened: Check-ins opened.
        back_by_themselves: Of `judged` ones (opened 13 weeks ago or more, or back by now), those
            whose practice was back at 80 % within 13 weeks with no touch.
        judged: See above.
        losses: Lasting losses that hindsight sees, of which so many were `losses_listed`.
        lost_before_listing: Referrals lost in the losses' first 26 weeks, before a listing or
            without one.
        weeks_to_listing: From the onset to the listing, half of the losses sooner.
        weeks_ahead: Of the listing before the monthly report that shows the loss; half more.
    """

    a_liaison_and_week: float
    opened: int
    back_by_themselves: int
    judged: int
    losses: int
    losses_listed: int
    lost_before_listing: float
    weeks_to_listing: float | None
    weeks_ahead: float | None


@dataclass(frozen=True)
class OnlyOne:
    """A check-in that only one of the settings opens, and what became of its practice."""

    practice_id: str
    listed_on: date
    aftermath: Aftermath


@dataclass(frozen=True)
class Moved:
    """A check-in that the proposed setting opens on another date; `lost_between` are the
    referrals that did not come from the earlier date to the later."""

    practice_id: str
    today_on: date
    proposed_on: date
    lost_between: float


@dataclass(frozen=True)
class Comparison:
    """`left_out` are listed today only, `added` under the proposed settings only. `same` counts
    the check-ins that both open on one date. `loads` are by date, today's and the proposed."""

    practices: int
    today: SettingFigures
    proposed: SettingFigures
    loads: tuple[tuple[DateLoad, DateLoad], ...]
    left_out: tuple[OnlyOne, ...]
    added: tuple[OnlyOne, ...]
    later: tuple[Moved, ...]
    earlier: tuple[Moved, ...]
    same: int

    @property
    def changes_nothing(self) -> bool:
        """Whether both settings list the same practices on the same dates."""
        return not (self.left_out or self.added or self.later or self.earlier)


@dataclass(frozen=True)
class Past:
    """What both settings are measured by: what is known today of the dates (None: nothing), what
    was done by practice, and the morning up to which it is known."""

    truth: Truth | None
    touches: Mapping[str, Sequence[Touch]]
    until: date


def compare(today: ListingRecord, proposed: ListingRecord, past: Past) -> Comparison:
    """Puts two records of the same dates side by side."""
    pairs, left_out, added = _paired(today.checkins, proposed.checkins)
    later = [_moved(past, *pair) for pair in pairs if pair[0].opened_on < pair[1].opened_on]
    earlier = [_moved(past, *pair) for pair in pairs if pair[0].opened_on > pair[1].opened_on]
    loads = tuple(zip(today.loads, proposed.loads, strict=True))
    return Comparison(
        max((load.practices for load in today.loads), default=0),
        figures(today, past),
        figures(proposed, past),
        loads,
        tuple(_only_one(past, checkin) for checkin in left_out),
        tuple(_only_one(past, checkin) for checkin in added),
        tuple(sorted(later, key=_most_lost_first)),
        tuple(sorted(earlier, key=_most_lost_first)),
        len(pairs) - len(later) - len(earlier),
    )


def figures(record: ListingRecord, past: Past) -> SettingFigures:
    """What one record comes to."""
    became = [(c, _aftermath(past, c).became) for c in record.checkins if c.kind != Kind.COMPLAINT]
    losses = beside_listings(past.truth, record.listed_on)[0] if past.truth else no_losses()
    listed = losses.dropna(subset=["listed_on"])
    return SettingFigures(
        record.listed_a_liaison_and_week,
        len(record.checkins),
        sum(state is Became.back_by_itself for _, state in became),
        sum(can_be_judged(checkin, state, past.until) for checkin, state in became),
        len(losses),
        len(listed),
        float(losses["lost"].sum()) - float(losses["caught"].sum()),
        _median(listed["weeks"]),
        _median(listed["monthly_lead_weeks"]),
    )


def _paired(
    today: Iterable[CheckIn], proposed: Iterable[CheckIn]
) -> tuple[list[tuple[CheckIn, CheckIn]], list[CheckIn], list[CheckIn]]:
    """The check-ins that are about one drop of one practice, and those of one setting only; by
    date and practice."""
    waiting: dict[str, list[CheckIn]] = {}
    for checkin in sorted(proposed, key=_by_date):
        waiting.setdefault(checkin.practice_id, []).append(checkin)
    pairs, alone = [], []
    for checkin in sorted(today, key=_by_date):
        theirs = waiting.get(checkin.practice_id, [])
        near = [c for c in theirs if abs(c.opened_on - checkin.opened_on) <= SAME_DROP]
        if near:
            pairs.append((checkin, near[0]))
            theirs.remove(near[0])
        else:
            alone.append(checkin)
    return pairs, alone, sorted((c for left in waiting.values() for c in left), key=_by_date)


def _by_date(checkin: CheckIn) -> tuple[date, str]:
    return checkin.opened_on, checkin.practice_id


def _moved(past: Past, today: CheckIn, proposed: CheckIn) -> Moved:
    first, last = sorted((today, proposed), key=_by_date)
    usual, lost = first.baseline_per_week, 0.0
    if past.truth is not None and usual and first.practice_id in past.truth.assessed.frame.index:
        lost = past.truth.missing(first.practice_id, usual, first.opened_on, last.opened_on)
    return Moved(first.practice_id, today.opened_on, proposed.opened_on, lost)


def _most_lost_first(moved: Moved) -> tuple[float, date, str]:
    return -moved.lost_between, moved.today_on, moved.practice_id


def _only_one(past: Past, checkin: CheckIn) -> OnlyOne:
    return OnlyOne(checkin.practice_id, checkin.opened_on, _aftermath(past, checkin))


def _aftermath(past: Past, checkin: CheckIn) -> Aftermath:
    return aftermath(checkin, past.touches.get(checkin.practice_id, ()), past.until)


def _median(values: pd.Series) -> float | None:
    present = values.dropna()
    return float(present.median()) if len(present) else None
