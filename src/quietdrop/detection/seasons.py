"""A practice's own season: the same weeks of its earlier years, and the seasons it may share.

Three kinds of model are averaged by how well they explained a practice's past: none, a season that
practices of the network share (`season_shapes`), and the practice's own pattern. The own pattern of
a week is what came around that week in earlier years against those years' rates; nothing of the
week itself or after it is used. Each year's total is taken as given, so that a fall or a rise from
year to year says nothing for or against a season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import convolve1d

from quietdrop.detection.chunks import by_chunk
from quietdrop.detection.log_sums import log_sum_exp
from quietdrop.detection.season_shapes import (
    BINS,
    LEAST_SHARE,
    PRIOR,
    Shapes,
    YearParts,
    belonging,
    bins_of,
    members,
    pooled_shapes,
    year_parts,
)
from quietdrop.domain.arrays import BoolArray, FloatArray

YEAR = 52
HALF_WIDTH = 2  # weeks on either side that tell of a week of the year
PSEUDO_REFERRALS = 0.5  # by which the own pattern is shrunk to the shared seasons
LEAST_WEIGHT = 0.1  # below it a season is not believed at all: twice its prior


@dataclass(frozen=True)
class Seasons:
    """What each stream's own season would make of its exposure.

    `share` is streams × weeks, 1 in an ordinary week; `weight` the probability that the stream
    has a season, 0 where it is not believed; `dispersion` each stream's φ if it has one.
    """

    share: FloatArray
    weight: FloatArray
    dispersion: FloatArray

    @property
    def factor(self) -> FloatArray:
        """By what the exposure is multiplied on average, streams × weeks."""
        return np.asarray(1.0 + self.weight[:, None] * (self.share - 1.0), dtype=float)

    @property
    def believed(self) -> BoolArray:
        """The streams that have a season with some probability."""
        return np.asarray(self.weight > 0, dtype=bool)


def own_seasons(
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    start_day: int,
    recent_weeks: int,
) -> Seasons:
    """Weighs and mixes each stream's seasons, where the streams are the whole pool; arguments as
    `mixed_seasons` takes them."""
    of = members(past_by_part(counts, exposure, start_day, recent_weeks), dispersion)
    shapes = pooled_shapes(len(of.came), lambda every: [belonging(of, every)])
    return mixed_seasons(counts, exposure, dispersion, shapes, (start_day, recent_weeks))


def past_by_part(
    counts: FloatArray, exposure: FloatArray, start_day: int, recent_weeks: int
) -> YearParts:
    """What came by part of the year. Nothing counts of the newest weeks: a drift is no season."""
    old = counts.shape[1] - recent_weeks
    return year_parts(counts[:, :old], exposure[:, :old], bins_of(start_day, counts.shape[1])[:old])


def mixed_seasons(
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    of_network: Shapes,
    dates: tuple[int, int],
) -> Seasons:
    """Weighs and mixes each stream's seasons.

    Args:
        counts: streams × weeks, at least a year and the recent weeks.
        exposure: the same, without any season of a stream's own.
        dispersion: each stream's φ about its season, as `leave_year_out_share` leaves it.
        of_network: the seasons that streams share.
        dates: the first week's first day, days since 1970-01-01; and how many of the newest weeks
            no season is learned from.

    Returns:
        The seasons; no stream of less than a year and the recent weeks has one.
    """
    start_day, recent_weeks = dates
    shapes, prior = of_network.shapes, of_network.prior
    bin_of = bins_of(start_day, counts.shape[1])
    gains = (
        by_chunk(lambda y, s: _shared_gains(y, s, shapes[:, bin_of]), counts, exposure)
        / dispersion[:, None]
    )
    shared = np.concatenate([np.zeros((len(counts), 1)), gains], axis=1)
    shared += np.log(np.concatenate([[1.0 - prior.sum()], prior]))
    pooled = _shares_of_one(shared) @ np.concatenate([np.ones((1, BINS)), shapes])
    pattern = by_chunk(
        lambda y, s, shares: earlier_years_share(y, s, shares[:, bin_of]), counts, exposure, pooled
    )
    gain = by_chunk(log_season_ratio, counts, exposure, pattern) / dispersion
    every = [shared + np.log(1.0 - PRIOR), gain[:, None] + np.log(PRIOR)]
    chance = _shares_of_one(np.concatenate(every, axis=1))
    weight = np.minimum(chance[:, 1:].sum(axis=1), 1.0)
    mix = chance[:, 1:] / np.maximum(weight, np.finfo(float).tiny)[:, None]
    share = by_chunk(
        lambda mix, season: (mix[:, :-1] @ shapes)[:, bin_of] + mix[:, -1:] * season, mix, pattern
    )
    first = np.where(exposure.any(axis=1), (exposure > 0).argmax(axis=1), counts.shape[1])
    believed = (weight >= LEAST_WEIGHT) & (first + YEAR + recent_weeks <= counts.shape[1])
    np.maximum(share, LEAST_SHARE, out=share)
    return Seasons(share, np.where(believed, weight, 0.0), _unsure(dispersion, share))


def _unsure(dispersion: FloatArray, share: FloatArray) -> FloatArray:
    """φ moved toward 1 by as much as the last year's season strays from a flat year.

    A season of a few referrals is itself uncertain, so that nobody keeps to it like a clock.
    """
    strength = by_chunk(
        lambda part: np.minimum(np.abs(part[:, -YEAR:] - 1.0).mean(axis=1), 1.0), share
    )
    return np.asarray(dispersion + strength * np.maximum(1.0 - dispersion, 0.0), dtype=float)


def _shares_of_one(log_weight: FloatArray) -> FloatArray:
    """exp(log_weight), each row made to sum to 1."""
    return np.asarray(np.exp(log_weight - log_sum_exp(log_weight, axis=1, keepdims=True)))


def log_season_ratio(counts: FloatArray, exposure: FloatArray, share: FloatArray) -> FloatArray:
    """The log likelihood of a season over none, by stream, given each year's total.

    Σ y·log g − Σ over years of Y·log(Σ s·g / Σ s): a multinomial's within each of the years that
    end now, a year ago and so on. Divide it by the dispersion (a quasi-likelihood).
    """
    gain = (counts * np.log(share)).sum(axis=1)
    for year in _years(counts.shape[1]):
        usual = exposure[:, year].sum(axis=1)
        seasonal = (exposure[:, year] * share[:, year]).sum(axis=1)
        ratio = np.divide(seasonal, usual, out=np.ones(len(usual)), where=usual > 0)
        gain -= counts[:, year].sum(axis=1) * np.log(ratio)
    return np.asarray(gain, dtype=float)


def _shared_gains(counts: FloatArray, exposure: FloatArray, shapes: FloatArray) -> FloatArray:
    """`log_season_ratio` of each shape, shapes × weeks, at once: streams × shapes."""
    gain = counts @ np.log(shapes).T
    for year in _years(counts.shape[1]):
        usual = exposure[:, year].sum(axis=1, keepdims=True)
        seasonal = exposure[:, year] @ shapes[:, year].T
        ratio = np.divide(seasonal, usual, out=np.ones_like(seasonal), where=usual > 0)
        gain -= counts[:, year].sum(axis=1, keepdims=True) * np.log(ratio)
    return np.asarray(gain, dtype=float)


def _years(weeks: int) -> list[slice]:
    """The years of weeks that end now, a year ago and so on; the oldest may be shorter."""
    return [slice(max(end - YEAR, 0), end) for end in range(weeks, 0, -YEAR)]


def earlier_years_share(counts: FloatArray, exposure: FloatArray, shared: FloatArray) -> FloatArray:
    """What came around each week's place in earlier years, over what those years' rates promised.

    The first year, which has no earlier one, and all else that is not known are as in `shared`,
    streams × weeks. A year's rate is that of the 52 weeks about the earlier week, or of the first
    52 there are.
    """
    streams, weeks = counts.shape
    start = np.zeros((streams, 1))
    came_by = np.concatenate([start, counts.cumsum(axis=1)], axis=1)
    usual_by = np.concatenate([start, exposure.cumsum(axis=1)], axis=1)
    came, usual = np.zeros((streams, weeks)), np.zeros((streams, weeks))
    for back in range(YEAR, weeks, YEAR):
        week = np.arange(back, weeks)
        middle = week - back
        low, high = np.maximum(middle - HALF_WIDTH, 0), middle + HALF_WIDTH + 1
        first = np.maximum(middle - YEAR // 2, 0)
        year_came = came_by[:, first + YEAR] - came_by[:, first]
        year_usual = usual_by[:, first + YEAR] - usual_by[:, first]
        rate = np.divide(
            year_came, year_usual, out=np.zeros_like(usual_by[:, week]), where=year_usual > 0
        )
        came[:, week] += came_by[:, high] - came_by[:, low]
        usual[:, week] += rate * (usual_by[:, high] - usual_by[:, low])
    share = (PSEUDO_REFERRALS * shared + came) / (PSEUDO_REFERRALS + usual)
    return np.asarray(np.maximum(share, LEAST_SHARE), dtype=float)


def leave_year_out_share(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """The same week of all other years, later ones too, over the stream's mean rate.

    For the dispersion alone, which must not mistake a season for bursts: of it a look ahead is
    allowed, since it says nothing of where a stream falls.
    """
    seen = np.maximum(exposure.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    usual = counts.sum(axis=1, keepdims=True) / seen * _other_years(exposure)
    share = (PSEUDO_REFERRALS + _other_years(counts)) / (PSEUDO_REFERRALS + usual)
    return np.asarray(np.maximum(share, LEAST_SHARE), dtype=float)


def _other_years(values: FloatArray) -> FloatArray:
    """Each week's sum of the weeks around the same place in all other years."""
    streams, weeks = values.shape
    near = convolve1d(values, np.ones(2 * HALF_WIDTH + 1), axis=1, mode="constant")
    years = -(-weeks // YEAR)
    whole = np.zeros((streams, years * YEAR))
    whole[:, :weeks] = near
    every = whole.reshape(streams, years, YEAR).sum(axis=1)
    return np.asarray(every[:, np.arange(weeks) % YEAR] - near, dtype=float)
