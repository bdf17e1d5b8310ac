"""What a block of streams tells the network in each pass, before any of them is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from quietdrop.detection.background_shifts import Sample, tells_of_wandering
from quietdrop.detection.block import Block, Kept, daily_counts, needed
from quietdrop.detection.chunks import by_chunk
from quietdrop.detection.dispersion import (
    LongRatios,
    ShortRatios,
    long_ratios,
    quarters,
    short_ratios,
)
from quietdrop.detection.exposure import NetworkIndex, those_who_stay
from quietdrop.detection.gap_regularity import (
    DailyCounts,
    Gaps,
    gaps_of,
    weekday_numbers,
)
from quietdrop.detection.season_shapes import Belonging, Shapes, belonging, members
from quietdrop.detection.seasons import leave_year_out_share, log_season_ratio, past_by_part
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.priors import Priors

YEAR = 52


@dataclass(frozen=True)
class Opening:
    """What a block's streams sent in each week, and on each day of a week but for the newest."""

    by_week: FloatArray
    by_weekday: FloatArray


@dataclass(frozen=True)
class AboutSeason:
    """What the weeks of a block's streams say of them about the season that their other years
    show; which of them likely have one, and on which days of a week those refer."""

    short: ShortRatios
    likely: BoolArray
    by_weekday: FloatArray


@dataclass(frozen=True)
class FirstLook:
    """What a block's streams say of themselves.

    `came` and `chances` are sums over all of them and all weeks; `tells` which of them say how
    often rates wander; `about_season` None where the history is too short for seasons.
    """

    came: float
    chances: float
    short: ShortRatios
    gaps: Gaps
    tells: BoolArray
    about_season: AboutSeason | None


@dataclass(frozen=True)
class SecondLook:
    """What a block's quarters say, what some of its streams were like, and the gaps of those that
    likely have a season, about that season."""

    long: LongRatios | None
    counts: FloatArray
    exposure: FloatArray
    gaps_about_season: Gaps | None

    def sample(self, dispersion: FloatArray) -> Sample:
        """The streams that were asked for, with their φ."""
        return Sample(self.counts, self.exposure, dispersion)


def opening(block: Block) -> tuple[Block, Opening]:
    """The first pass of an index."""
    cadence = block.cadence()
    pooled = those_who_stay(cadence.counts, block.stays())
    by_weekday = weekday_numbers(daily_counts(cadence), block.weeks, block.start_day)
    return replace(block, by_stream=pooled.sum(axis=1)), Opening(pooled.sum(axis=0), by_weekday)


def steady(block: Block, effect: FloatArray) -> tuple[Block, FloatArray]:
    """What the streams at their mean rates would have sent, given the week effects."""
    block = block.weighted()
    return block, needed(block.weights).steady(effect)


def first_look(
    block: Block, index: NetworkIndex, profile: FloatArray, priors: Priors
) -> tuple[Block, FirstLook]:
    """What the streams say of themselves, given the network's index and its days of a week."""
    block = replace(block, index=index).worked_out()
    rows = needed(block.rows)
    calm, exposure = rows.calm, rows.exposure.share
    given = (profile, _seeds(rows.cadence))
    gaps = gaps_of(daily_counts(rows.cadence), exposure, block.start_day, given)
    block = replace(block, kept=Kept(quarters(calm, exposure)))
    about_season = None
    if block.weeks >= YEAR + priors.window_weeks:
        block, about_season = _about_season(block, priors.window_weeks)
    look = FirstLook(
        came=float(calm.sum()),
        chances=float(exposure.sum()),
        short=short_ratios(calm, exposure),
        gaps=gaps,
        tells=tells_of_wandering(calm, exposure, priors),
        about_season=about_season,
    )
    return block, look


def second_look(
    block: Block, short_phi: FloatArray, chosen: IntArray, profile: FloatArray | None
) -> tuple[Block, SecondLook]:
    """What the quarters say of each stream, given its dispersion of weeks; the `chosen` streams;
    and the gaps about a season. `profile` is the days of a week of all that likely have one; None
    where there are no seasons."""
    block = block.worked_out()
    rows = needed(block.rows)
    long = long_ratios(block.kept.quarters, short_phi)
    gaps = None if profile is None else _gaps_about_season(block, profile)
    return block, SecondLook(long, rows.calm[chosen], rows.exposure.share[chosen], gaps)


def third_look(block: Block, short_phi: FloatArray) -> tuple[Block, LongRatios | None]:
    """What the quarters say of each stream about its season, given its dispersion of weeks."""
    return block, long_ratios(block.kept.around, short_phi)


def following(block: Block, dispersion: FloatArray) -> tuple[Block, int]:
    """The block with those of its streams that say something of the network's seasons, and how
    many they are. `dispersion` is each stream's φ about its season."""
    of = members(needed(block.kept.parts), dispersion)
    return replace(block, kept=Kept(members=of)), len(of.came)


def belongings(block: Block, shapes: Shapes) -> tuple[Block, Belonging]:
    """What the streams say of the network's seasons."""
    return block, belonging(needed(block.kept.members), shapes)


def _about_season(block: Block, window: int) -> tuple[Block, AboutSeason]:
    """What the weeks say about the season that each stream's other years show."""
    rows, kept = needed(block.rows), block.kept
    calm, exposure = rows.calm, rows.exposure.share
    around = by_chunk(leave_year_out_share, calm, exposure)
    likely = by_chunk(log_season_ratio, calm, exposure, around) > 0
    around *= exposure
    daily = daily_counts(rows.cadence)
    days = daily.only(likely[daily.stream])
    by_weekday = weekday_numbers(days, block.weeks, block.start_day)
    parts = past_by_part(calm, exposure, block.start_day, window)
    kept = replace(kept, around=quarters(calm, around), likely=likely, parts=parts)
    return replace(block, kept=kept), AboutSeason(short_ratios(calm, around), likely, by_weekday)


def _gaps_about_season(block: Block, profile: FloatArray) -> Gaps:
    """The gaps of those streams that likely have a season, about the one that their other years
    show."""
    rows, likely = needed(block.rows), needed(block.kept.likely)
    calm, exposure = rows.calm[likely], rows.exposure.share[likely]
    around = by_chunk(leave_year_out_share, calm, exposure)
    around *= exposure
    days = daily_counts(rows.cadence)
    days = days.only(likely[days.stream])
    place = likely.cumsum() - 1
    days = DailyCounts(place[days.stream], days.day, days.number)
    return gaps_of(days, around, block.start_day, (profile, _seeds(rows.cadence)[likely]))


def _seeds(cadence: WeeklyCounts) -> IntArray:
    """A hash of each stream's id."""
    ids = np.array(cadence.ids, dtype=object)
    return pd.util.hash_array(ids, categorize=False).astype(np.int64)
