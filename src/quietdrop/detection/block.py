"""Some of a network's streams, and what is kept of them from one pass to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from quietdrop.detection.dispersion import Quarters
from quietdrop.detection.exposure import (
    Circumstances,
    Exposure,
    IndexWeights,
    NetworkIndex,
    chance_rows,
    stream_exposure,
    those_who_stay,
)
from quietdrop.detection.gap_regularity import DailyCounts
from quietdrop.detection.leavers import staying
from quietdrop.detection.outlier_weeks import without_batches
from quietdrop.detection.packed_counts import PackedCounts
from quietdrop.detection.season_shapes import Members, YearParts
from quietdrop.detection.weekly_counts import WeeklyCounts, binned, live_share
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.days import EPOCH

Value = TypeVar("Value")


@dataclass(frozen=True)
class Rows:
    """What was worked out of a block's streams, streams × weeks each.

    `calm` are the counts without very large weeks, which `batches` marks.
    """

    cadence: WeeklyCounts
    exposure: Exposure
    calm: FloatArray
    batches: BoolArray


@dataclass(frozen=True)
class Kept:
    """What a block keeps for later passes, a few numbers a stream.

    `quarters` is what its quarters say, `around` the same about the season that its other years
    show, which only the `likely` ones may have; `parts` what came by part of the year, and
    `members` how the streams follow the network's seasons.
    """

    quarters: Quarters | None = None
    around: Quarters | None = None
    likely: BoolArray | None = None
    parts: YearParts | None = None
    members: Members | None = None


@dataclass(frozen=True)
class Block:
    """Some of a network's streams.

    Attributes:
        counts: What they sent.
        weeks: How many weeks are looked at.
        circumstances: What bears on everybody's chances.
        hazard_ratio: As `Basis` has it.
        left: The week from which each stream is leaving; None: nobody was judged yet.
        ordinary: The calendar, and each stream's rate, as the index of all streams has them; None
            where the index is still that.
        by_stream: What each stream sent that counts in the index.
        index: That of the network, once it is there.
        weights: How the streams count in the index; None: to be worked out again.
        rows: What was worked out; None: to be worked out again.
        kept: What later passes need.
    """

    counts: WeeklyCounts | PackedCounts
    weeks: int
    circumstances: Circumstances = field(default_factory=Circumstances)
    hazard_ratio: FloatArray | None = None
    left: IntArray | None = None
    ordinary: tuple[FloatArray, FloatArray] | None = None
    by_stream: FloatArray | None = None
    index: NetworkIndex | None = None
    weights: IndexWeights | None = None
    rows: Rows | None = None
    kept: Kept = field(default_factory=Kept)

    def slim(self) -> Block:
        """The block without what can be worked out again from packed counts."""
        if isinstance(self.counts, WeeklyCounts):
            return self
        return replace(self, weights=None, rows=None)

    def cadence(self) -> WeeklyCounts:
        """The streams' weekly counts."""
        if isinstance(self.counts, WeeklyCounts):
            return self.counts
        if self.rows is not None:
            return self.rows.cadence
        return binned(self.counts.unpacked(), self.weeks)

    @property
    def start_day(self) -> int:
        """The first day of the oldest week, in days since 1970-01-01."""
        return (self.counts.as_of - EPOCH).days - 7 * self.weeks

    def stays(self) -> FloatArray | None:
        """Streams × weeks, 0 where a stream is leaving; None: nobody is left out of the index."""
        return None if self.ordinary is None else staying(needed(self.left), self.weeks)

    def chance(self) -> FloatArray:
        """Streams × weeks: the share of each week that counted."""
        if isinstance(self.counts, WeeklyCounts):
            live = self.counts.live
        else:
            live = live_share(self.counts.first_day, self.start_day, self.weeks)
        return chance_rows(live, self.circumstances)

    def weighted(self) -> Block:
        """The block with its weights in the index."""
        if self.weights is not None:
            return self
        weight = those_who_stay(self.chance(), self.stays())
        return replace(self, weights=IndexWeights(weight, needed(self.by_stream)))

    def worked_out(self) -> Block:
        """The block with its exposure, and its counts without very large weeks."""
        if self.rows is not None:
            return self
        cadence, stays, weights = self.cadence(), self.stays(), needed(self.weighted().weights)
        chance = weights.weight if stays is None else self.chance()
        pooled = those_who_stay(cadence.counts, stays)
        exposure = stream_exposure(pooled, chance, weights, needed(self.index))
        if self.ordinary is not None:
            calendar, rate = self.ordinary
            exposure = replace(exposure, calendar=calendar, rate=rate)
        calm, batches = without_batches(cadence.counts, exposure.share)
        return replace(self, weights=None, rows=Rows(cadence, exposure, calm, batches))


def needed(value: Value | None) -> Value:
    """What an earlier pass must have worked out."""
    if value is None:
        raise ValueError("an earlier pass was left out")
    return value


def daily_counts(cadence: WeeklyCounts) -> DailyCounts:
    """The streams' referrals by day."""
    return DailyCounts(cadence.event_stream, cadence.event_day, cadence.event_count)
