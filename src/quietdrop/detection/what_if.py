"""One stream judged again, with other counts: what more weeks, or more referrals, would make of it.

All else is held as the date has it: the network's index, the pool's rates, the stream's φ and
season. Weeks to come are given the exposure of the same weeks a year ago. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quietdrop.detection.assess import Assessed
from quietdrop.detection.change_point import Posterior, Priors
from quietdrop.detection.judged import Basis, basis, posterior_of
from quietdrop.detection.seasons import Seasons
from quietdrop.domain.arrays import FloatArray

YEAR = 52
MOST_WEEKS = 26  # half a year: a later listing is no answer to "what would change it"
MOST_REFERRALS = 60  # in one week


@dataclass(frozen=True)
class Stream:
    """One stream as it is weighed: its counts and exposure by week, and the rest of its basis."""

    counts: FloatArray  # weeks
    exposure: FloatArray  # weeks
    of: Basis  # of this stream alone


def stream_of(assessed: Assessed, practice_id: str, settings: Priors) -> Stream:
    """Return what a practice was judged by. ValueError where it never referred."""
    row = assessed.row(practice_id)
    every = basis(assessed.cadence, assessed.pool.share, settings)
    return Stream(every.counts[row], assessed.pool.share[row], _only(every, row))


def weeks_of_silence(stream: Stream, settings: Priors, alert_probability: float) -> int | None:
    """Return after how many more weeks without a referral the odds reach the alert.

    Returns:
        At least 1; None where they do not within MOST_WEEKS, or where the fall would by then be
        older than the weeks that are looked at.
    """
    for weeks in range(1, MOST_WEEKS + 1):
        after = judged_again(stream, settings, [0.0] * weeks)
        if after.probability[0] >= alert_probability:
            return weeks if after.onset[0] > 0 else None
    return None


def referrals_to_clear(stream: Stream, settings: Priors, alert_probability: float) -> int | None:
    """Return with how many more referrals in the newest week the odds fall below the alert.

    Returns:
        At least 1; None where MOST_REFERRALS do not do it.
    """
    more = np.arange(1, MOST_REFERRALS + 1)
    counts = np.tile(stream.counts, (len(more), 1))
    counts[:, -1] += more
    exposure = np.tile(stream.exposure, (len(more), 1))
    odds = posterior_of(counts, exposure, _repeated(stream.of, len(more)), settings).probability
    enough = np.flatnonzero(odds < alert_probability)
    return int(more[enough[0]]) if enough.size else None


def judged_again(stream: Stream, settings: Priors, coming: Sequence[float]) -> Posterior:
    """Return the evidence when so many referrals came in each of the weeks to come."""
    weeks = len(coming)
    of = stream.of
    seasons = of.seasons and replace(of.seasons, share=_prolonged(of.seasons.share[0], weeks)[None])
    later = replace(of, young=of.young - weeks, seasons=seasons)
    counts = np.concatenate([stream.counts, coming])
    return posterior_of(counts[None], _prolonged(stream.exposure, weeks)[None], later, settings)


def _prolonged(values: FloatArray, weeks: int) -> FloatArray:
    """The values and, for so many weeks to come, those of a year ago; an ordinary 1 where that is
    not known."""
    year_ago = values[-YEAR : -YEAR + weeks] if len(values) >= YEAR else np.ones(weeks)
    return np.concatenate([values, np.where(year_ago > 0, year_ago, 1.0)])


def _only(of: Basis, row: int) -> Basis:
    """The basis of one stream."""
    one = slice(row, row + 1)
    seasons = of.seasons and _rows(of.seasons, one)
    return replace(
        of,
        counts=of.counts[one],
        batches=of.batches[one],
        dispersion=of.dispersion[one],
        young=of.young[one],
        seasons=seasons,
    )


def _repeated(of: Basis, times: int) -> Basis:
    """The basis of one stream for as many copies of it."""
    seasons = of.seasons and _rows(of.seasons, np.zeros(times, dtype=np.int64))
    return replace(
        of,
        dispersion=np.repeat(of.dispersion, times),
        young=np.repeat(of.young, times),
        seasons=seasons,
    )


def _rows(seasons: Seasons, which: slice | np.ndarray) -> Seasons:
    return Seasons(seasons.share[which], seasons.weight[which], seasons.dispersion[which])
