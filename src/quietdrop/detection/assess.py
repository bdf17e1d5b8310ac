"""Counts -> every practice's assessment, before anyone asks what was already told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assessment_rows import columns_of
from quietdrop.detection.bayes_factors import PRIOR_SHAPE, discounted_past
from quietdrop.detection.chunks import by_chunk
from quietdrop.detection.exposure import Circumstances, Exposure
from quietdrop.detection.judge import judged_streams
from quietdrop.detection.judged import HONEYMOON_WEEKS, Judged
from quietdrop.detection.thresholds import Thresholds, thresholds
from quietdrop.detection.weekly_counts import WeeklyCounts
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.days import EPOCH

STEADY_WEEKS = 13
YEAR = 52
LIKELY = 0.5
RECENT_WEEKS = 8  # against the last year, what a fall costs now


@dataclass(frozen=True)
class Assessed:
    """One row a practice in `frame`, in the order of `cadence.ids`, indexed by practice_id.

    Its columns are the fields of `Assessment`. Where there is too little history the probability
    and what hangs on it are missing.
    `exposure` is streams × weeks; `pool` what it was made from; `judged` the evidence; `thresholds`
    by which it was decided who is new, watched and drifting.
    """

    frame: pd.DataFrame
    cadence: WeeklyCounts
    pool: Exposure
    judged: Judged
    thresholds: Thresholds

    @property
    def as_of(self) -> date:
        """The date on whose morning this was known."""
        return self.cadence.as_of

    @property
    def season(self) -> FloatArray:
        """Streams × weeks: by what each one's own season multiplies its exposure; else 1."""
        return self.judged.season

    @property
    def exposure(self) -> FloatArray:
        return np.asarray(self.pool.share * self.season, dtype=float)

    def row(self, practice_id: str) -> int:
        """The practice's row in the matrices. ValueError where it never referred."""
        place = self._rows.get(practice_id)
        if place is None:
            raise ValueError("a practice that never referred")
        return place

    def rows_of(self, practice_ids: Iterable[str]) -> list[tuple[str, int]]:
        """The practices with their rows, without those that never referred."""
        return [(key, self._rows[key]) for key in practice_ids if key in self._rows]

    def exposure_of(self, row: int) -> FloatArray:
        """One row of `exposure`, without making the others."""
        return np.asarray(self.pool.share[row] * self.season[row], dtype=float)

    def of(self, practice_id: str) -> Assessment:
        """The practice's row of `frame`. ValueError as in `row`."""
        row = self.row(practice_id)
        return Assessment(practice_id, *(column[row] for column in self._columns))

    def newest(self, practice_id: str, weeks: int) -> tuple[float, float]:
        """The practice's referrals of so many of the newest weeks, and its exposure in them."""
        row, begin = self.row(practice_id), max(self.cadence.weeks - max(weeks, 0), 0)
        came, chances = self.cadence.counts[row, begin:], self.exposure_of(row)[begin:]
        return float(came.sum()), float(chances.sum())

    @cached_property
    def _columns(self) -> list[list[Any]]:
        return columns_of(self.frame)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {practice_id: row for row, practice_id in enumerate(self.cadence.ids)}


def assess(
    cadence: WeeklyCounts,
    settings: DriftSettings,
    circumstances: Circumstances | None = None,
    levels: Thresholds | None = None,
) -> Assessed:
    """Judges every practice by its own rhythm. Pure: the same in gives the same frame. Without
    `levels` those of `settings` hold for all."""
    pool, judged = judged_streams(cadence, settings.priors, circumstances)
    return assessed_from(cadence, pool, judged, settings, levels)


def assessed_from(
    cadence: WeeklyCounts,
    pool: Exposure,
    judged: Judged,
    settings: DriftSettings,
    levels: Thresholds | None = None,
) -> Assessed:
    """What the evidence comes to under the thresholds of `levels`, else of `settings`, whose
    priors it was weighed with."""
    levels = levels or thresholds(settings)
    counts, posteriors, season = judged.counts, judged.posterior, judged.season
    prior_rate, exposure = judged.basis.prior_rate, pool.share * season
    frame = pd.DataFrame(index=pd.Index(cadence.ids, name="practice_id"))
    first_week = cadence.weeks - posteriors.window
    is_reported = posteriors.probability >= levels.watch.each(cadence.ids)
    since = np.where(
        is_reported, posteriors.onset + first_week, max(cadence.weeks - STEADY_WEEKS, first_week)
    ).astype(np.int64)
    past = _Past(counts, exposure, prior_rate, settings.discount)
    baseline = past.rate_before(cadence.weeks - since)
    calm = _calm_rate(cadence, counts, exposure, prior_rate)
    baseline = np.where(posteriors.honeymoon >= LIKELY, calm, baseline)
    frame["dispersion"] = judged.basis.dispersion
    frame["onset_week"] = since
    frame["edge"] = is_reported & (posteriors.onset == 0)
    frame["expected"] = baseline * _since(exposure, since)
    frame["observed"] = _since(cadence.counts, since).round().astype(np.int64)
    frame["drift_probability"] = posteriors.probability
    frame["absence_probability"] = posteriors.absence
    frame["settled_probability"] = posteriors.settled
    settled = posteriors.settled >= levels.watch.each(cadence.ids)
    ago = np.minimum(posteriors.settled_weeks_ago, cadence.weeks)
    weeks = range(cadence.weeks + 1)  # and the day on which all end
    starts = np.array([cadence.week_start(week) for week in weeks], dtype=object)
    frame["settled_onset"] = _where_told(settled, starts[cadence.weeks - ago], frame.index)
    frame["settled_baseline"] = np.where(settled, past.rate_before(ago), np.nan)
    frame["settled_rate"] = np.where(settled, past.rate_since(ago), np.nan)
    frame["honeymoon_probability"] = posteriors.honeymoon
    frame["fading"] = np.where(is_reported, posteriors.fading, 0.0)
    frame["silent_days"] = _silent_days(cadence)
    frame["batch_week"] = _latest(judged.batches, cadence.weeks - YEAR)
    frame["onset"] = _where_told(is_reported, starts[since], frame.index)
    frame["onset_low"] = _where_told(
        is_reported, starts[posteriors.onset_low + first_week], frame.index
    )
    frame["onset_high"] = _where_told(
        is_reported, starts[posteriors.onset_high + first_week], frame.index
    )
    frame["remaining_share"] = np.where(is_reported, posteriors.remaining, 1.0)
    frame["baseline_per_week"] = baseline
    frame["lost_per_week"] = np.where(is_reported, baseline * (1.0 - posteriors.remaining), 0.0)
    frame["fallen_per_week"] = _fallen(counts, exposure)
    _add_status(frame, cadence, posteriors.window, settings.min_weeks, levels)
    return Assessed(frame, cadence, pool, judged, levels)


@dataclass(frozen=True)
class _Past:
    """Streams × weeks of counts and exposure, and how rates are drawn from them."""

    counts: FloatArray
    exposure: FloatArray
    prior_rate: float
    discount: float

    def rate_before(self, weeks_ago: IntArray) -> FloatArray:
        """Each stream's discounted rate as it was so many weeks ago."""
        span = int(weeks_ago.max(initial=0))

        def of_chunk(counts: FloatArray, exposure: FloatArray, ago: IntArray) -> FloatArray:
            came, chances = discounted_past(counts, exposure, span, self.discount)
            row, column = np.arange(len(counts)), span - ago
            rate = (PRIOR_SHAPE + came[row, column]) / (self.prior_rate + chances[row, column])
            return np.asarray(rate, dtype=float)

        return by_chunk(of_chunk, self.counts, self.exposure, weeks_ago)

    def rate_since(self, weeks_ago: IntArray) -> FloatArray:
        """Each stream's plain rate in so many of the newest weeks; 0 where it had no chances."""
        first = self.counts.shape[1] - weeks_ago
        came, chances = (_since(values, first) for values in (self.counts, self.exposure))
        return np.divide(came, chances, out=np.zeros(len(came)), where=chances > 0)


def _fallen(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """How far the last eight weeks' rate is below the last year's, an ordinary week; at least 0."""

    def rate(weeks: int) -> FloatArray:
        came, chances = counts[:, -weeks:].sum(axis=1), exposure[:, -weeks:].sum(axis=1)
        each: FloatArray = np.divide(came, chances, out=np.zeros(len(came)), where=chances > 0)
        return each

    return np.asarray(np.maximum(rate(YEAR) - rate(RECENT_WEEKS), 0.0), dtype=float)


def _calm_rate(
    cadence: WeeklyCounts, counts: FloatArray, exposure: FloatArray, prior_rate: float
) -> FloatArray:
    """Each stream's rate after its first 13 weeks."""
    starts = cadence.start_day + 7 * np.arange(cadence.weeks)

    def of_chunk(counts: FloatArray, exposure: FloatArray, first_day: IntArray) -> FloatArray:
        later = starts[None, :] - first_day[:, None] >= 7 * HONEYMOON_WEEKS
        came, chances = (counts * later).sum(axis=1), (exposure * later).sum(axis=1)
        return np.asarray((PRIOR_SHAPE + came) / (prior_rate + chances), dtype=float)

    return by_chunk(of_chunk, counts, exposure, cadence.first_day)


def _silent_days(cadence: WeeklyCounts) -> IntArray:
    """Whole days since each stream's last referral, up to yesterday."""
    last = cadence.first_day.copy()
    np.maximum.at(last, cadence.event_stream, cadence.event_day)
    return np.asarray((cadence.as_of - EPOCH).days - 1 - last, dtype=np.int64)


def _latest(marks: BoolArray, first: int) -> IntArray:
    """The last marked week of each row from week `first` on, or −1."""
    weeks = np.arange(marks.shape[1])[None, :]
    week = by_chunk(lambda some: np.where(some, weeks, -1).max(axis=1), marks)
    return np.asarray(np.where(week >= first, week, -1), dtype=np.int64)


def _where_told(is_reported: BoolArray, values: np.ndarray, index: pd.Index) -> pd.Series:
    """Dates where `is_reported`, else None, as objects (pandas would make timestamps of them)."""
    return pd.Series(
        np.where(is_reported, values, np.array(None, dtype=object)), index, dtype=object
    )


def _since(values: FloatArray, week: IntArray) -> FloatArray:
    """Each row's sum from its own week to the last."""

    def of_chunk(values: FloatArray, week: IntArray) -> FloatArray:
        to_go = values[:, ::-1].cumsum(axis=1)[:, ::-1]
        padded = np.concatenate([to_go, np.zeros((len(values), 1))], axis=1)
        picked: FloatArray = padded[np.arange(len(values)), week]
        return picked

    return by_chunk(of_chunk, values, week)


def _add_status(
    frame: pd.DataFrame, cadence: WeeklyCounts, window: int, min_weeks: int, levels: Thresholds
) -> None:
    """Statuses as the counts alone give them; what a liaison said comes later."""
    weeks_known = cadence.live.sum(axis=1)
    referrals = cadence.counts.sum(axis=1) + 1
    least = levels.min_referrals.each(cadence.ids)
    new = (referrals < least) | (weeks_known < min_weeks)
    probability = frame["drift_probability"].to_numpy()
    drifting = probability >= levels.alert.each(cadence.ids)
    occasional = frame["baseline_per_week"].to_numpy() * window < least
    frame["status"] = np.select(
        [
            new,
            drifting & (frame["observed"].to_numpy() == 0),
            drifting,
            probability >= levels.watch.each(cadence.ids),
            occasional,
        ],
        [Status.NEW, Status.QUIET, Status.DRIFTING, Status.WATCHING, Status.OCCASIONAL],
        default=Status.STEADY,
    )
    unknown = [
        "drift_probability",
        "onset",
        "onset_low",
        "onset_high",
        "remaining_share",
        "lost_per_week",
    ]
    frame.loc[new, unknown] = None
    frame.loc[new, "edge"] = False
