"""Whether the feed looks broken. Sixty alarms at once are one alarm."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake
from quietdrop.domain.weekly import Losses
from quietdrop.domain.words import coded
from quietdrop.lib.periods import Period
from quietdrop.lib.reader import decimal, full_day

if TYPE_CHECKING:
    import pandas as pd

    from quietdrop.detection.aggregates import Stream

FELL_PROBABILITY = 0.95  # as it is said: the evidence for it came to 0.99
FELL_SHARE = 0.6  # of what was expected; a season that is not yet learned stays above it
WEEK_SHARE = 0.35  # of one week's; a week of snow halves everybody's, and is no fault
FRESH_WEEKS = 8
FEED_KINDS = ("network", "location")
SOURCE_WEEKS = 26
SOURCE_SILENCE = 8.0  # referrals that a file would have sent since; P(none) < 0.04 %
NO_PRACTICE = "no practice"  # the reason of a row whose practice is blank
WHERE_BLANK = (
    "Where a blank stands for the practice above it, set [source] fill_down; where nobody referred "
    "the patient, set [feed]"
)
VANISHED_SHARE = 0.2  # of what the source had; one practice that is taken out stays below it
# Days after the newest period for which a fall of everybody can be told from the next period.
REACH: dict[Period | None, int] = {"week": 1, "month": 7}
LEAST_PAUSE = 3  # days; a weekend is no silence


def stale(
    newest: date | None,
    as_of: date,
    due: date,
    *,
    max_age_days: int | None = None,
    period: Period | None = None,
) -> list[str]:
    """Why the newest data is too old: more was due by `due`, by the feed's own rhythm or by
    `max_age_days` where that is set. Empty where it is not too old."""
    if newest is None:
        return [f"No referral is known before {full_day(as_of)}."]
    if as_of <= due:
        return []
    what = "newest referral is of" if period is None else f"newest {period} ends on"
    if max_age_days is None:
        rule = f"by the feed's own rhythm more was due by {full_day(due)}"
    else:
        after = "" if period is None else f" after the next {period}"
        rule = f"[feed] max_age_days allows {max_age_days}{after}"
    age = f"{(as_of - newest).days} days before {full_day(as_of)}"
    return [f"The {what} {full_day(newest)}, {age}; {rule}."]


def reaches(newest: date | None, as_of: date, period: Period | None) -> bool:
    """Whether the data reach to the as-of date, so that what lacks of late is no period to come.

    A week's counts stand on its first day: on another day than the one after its last, the newest
    seven days have none.
    """
    if newest is None or period not in REACH:
        return True
    return (as_of - newest).days <= REACH[period]


def too_many_rejects(intake: Intake, max_reject_share: float) -> list[str]:
    """Why too few rows could be used; empty where it is not so."""
    if intake.reject_share <= max_reject_share:
        return []
    said = (
        f"{decimal(intake.rejected_rows)} of {decimal(intake.rows_read)} rows could not be used "
        f"({intake.rejected()}); [feed] max_reject_share allows {max_reject_share:.0%}."
    )
    blank = intake.reject_reasons().get(NO_PRACTICE, 0)
    is_blank = intake.rejected_rows - blank <= max_reject_share * intake.rows_read
    return [f"{said} {WHERE_BLANK} {_allowing(intake.reject_share)}." if is_blank else said]


def _allowing(share: float) -> str:
    """The line of the config that allows a share of rejected rows, and a tenth of all rows more."""
    return f"max_reject_share = {min(math.ceil(10 * share + 1) / 10, 1):.1f}"


def fallen(streams: Iterable[Stream], as_of: date, acknowledged: date | None) -> list[str]:
    """Which of the network and our locations fell as a whole, of late and beyond chance: in the
    newest week by two thirds, or in both of the newest two by 40 %.

    A fall that began before `acknowledged` (the last run that was forced) was answered then.
    """
    faults = []
    for stream in streams:
        recent = as_of - stream.onset <= timedelta(weeks=FRESH_WEEKS)
        answered = acknowledged is not None and stream.onset < acknowledged
        deep = stream.observed < FELL_SHARE * stream.expected and (
            stream.came[1] < WEEK_SHARE or max(stream.came) < FELL_SHARE
        )
        if (
            stream.kind in FEED_KINDS
            and stream.probability >= FELL_PROBABILITY
            and recent
            and deep
            and not answered
        ):
            whole = "The whole network" if stream.kind == "network" else f"Location {stream.key}"
            faults.append(
                f"{whole} sent {decimal(stream.observed)} referrals since "
                f"{full_day(stream.onset)}, where {decimal(stream.expected)} were expected; the "
                "feed may be broken."
            )
    return faults


def vanished(losses: Losses, as_of: date) -> list[str]:
    """Why so much that the source had is gone that it may be broken; empty where it is not so."""
    if not losses.had or losses.referrals < VANISHED_SHARE * losses.had:
        return []
    seen = max(loss.seen_on for loss in losses.by_practice.values())
    when = "earlier today" if seen == as_of else f"on {full_day(seen)}"
    return [
        f"{decimal(losses.referrals)} of {decimal(losses.had)} referrals that the source had "
        f"{when} are no longer in it, of {decimal(len(losses.by_practice))} practices; the "
        "feed may be broken."
    ]


def silent_sources(by_source: pd.DataFrame, as_of: date, acknowledged: date | None) -> list[str]:
    """Which file, that went on for half a year and more, ends long before the others do."""
    if by_source.empty or by_source["source"].nunique() < 2:
        return []
    end = (as_of - EPOCH).days
    faults = []
    sources = _files_until(by_source, end)
    for source, (days, referrals) in sources.items():
        oldest, newest = int(days[0]), int(days[-1])
        if newest - oldest < 7 * SOURCE_WEEKS or not _goes_on(sources, source):
            continue
        recent = referrals[days > newest - 7 * SOURCE_WEEKS].sum()
        missed = recent / (7 * SOURCE_WEEKS) * (end - 1 - newest)
        last = EPOCH + timedelta(days=newest)
        answered = acknowledged is not None and last < acknowledged
        fresh = end - newest <= 7 * FRESH_WEEKS
        if missed >= SOURCE_SILENCE and fresh and not answered:
            faults.append(
                f"The file {source} ends on {full_day(last)}, while others go on; about "
                f"{decimal(np.floor(missed))} of its referrals seem to be missing."
            )
    return faults


def _files_until(by_source: pd.DataFrame, end: int) -> dict[str, tuple[IntArray, IntArray]]:
    """The days of each file before day `end`, in order, and its referrals of each."""
    place, names = coded(by_source["source"])
    day, referrals = (by_source[name].to_numpy(dtype=np.int64) for name in ("day", "referrals"))
    order = np.lexsort((day, place))
    order = order[day[order] < end]
    bounds = np.searchsorted(place[order], np.arange(len(names) + 1)).tolist()
    return {
        name: (day[order[low:high]], referrals[order[low:high]])
        for name, (low, high) in zip(names, itertools.pairwise(bounds), strict=True)
        if low < high
    }


def _goes_on(sources: Mapping[str, tuple[IntArray, IntArray]], source: str) -> bool:
    """Another file ran beside this one, and goes on for longer than this one ever paused in that
    half year; a file that merely follows it does not count.

    Exports by month or year end one after the other, and that is no fault.
    """
    days = sources[source][0]
    begin = int(days[-1]) - 7 * SOURCE_WEEKS
    pause = int(np.diff(days)[days[1:] >= begin].max())
    until = int(days[-1]) + max(pause, LEAST_PAUSE)
    others = (other for name, (other, _) in sources.items() if name != source)
    return any(other[0] <= begin and other[-1] > until for other in others)
