"""One stream judged again, with other counts: what more weeks, or more referrals, would make of it.

All else is held as the date has it: the network's index, the pool's rates, the stream's φ and
season. Weeks to come are given the exposure of the same weeks a year ago. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quietdrop.detection.assess import Assessed
from quietdrop.detection.change_point import Basis, Posterior, posterior
from quietdrop.detection.seasons import Seasons
from quietdrop.domain.arrays import FloatArray, IntArray
from quietdrop.domain.priors import Priors

YEAR = 52
MOST_WEEKS = 26  # half a year: a later listing is no answer to "what would change it"
MOST_REFERRALS = 60  # in one week


@dataclass(frozen=True)
class Stream:
    """One stream as it is weighed: its counts and exposure by week, and its basis alone."""

    counts: FloatArray  # weeks
    exposure: FloatArray  # weeks
    basis: Basis


def stream_of(assessed: Assessed, practice_id: str) -> Stream:
    """Return what a practice was judged by. ValueError where it never referred."""
    row, judged = assessed.row(practice_id), assessed.judged
    basis = _rows(judged.basis, np.array([row]))
    return Stream(judged.counts[row], assessed.pool.share[row], basis)


def weeks_of_silence(stream: Stream, priors: Priors, alert_probability: float) -> int | None:
    """Return after how many more weeks without a referral the odds reach the alert.

    Returns:
        At least 1; None where they do not within MOST_WEEKS, or where the fall would by then be
        older than the weeks that are looked at.
    """
    for weeks in range(1, MOST_WEEKS + 1):
        after = judged_again(stream, priors, [0.0] * weeks)
        if after.probability[0] >= alert_probability:
            return weeks if after.onset[0] > 0 else None
    return None


def referrals_to_clear(stream: Stream, priors: Priors, alert_probability: float) -> int | None:
    """Return with how many more referrals in the newest week the odds fall below the alert.

    Returns:
        At least 1; None where MOST_REFERRALS do not do it.
    """
    more = np.arange(1, MOST_REFERRALS + 1)
    counts = np.tile(stream.counts, (len(more), 1))
    counts[:, -1] += more
    exposure = np.tile(stream.exposure, (len(more), 1))
    copies = _rows(stream.basis, np.zeros(len(more), dtype=np.int64))
    odds = posterior(counts, exposure, copies, priors).probability
    enough = np.flatnonzero(odds < alert_probability)
    return int(more[enough[0]]) if enough.size else None


def judged_again(stream: Stream, priors: Priors, coming: Sequence[float]) -> Posterior:
    """Return the evidence when so many referrals came in each of the weeks to come."""
    weeks = len(coming)
    seasons, young, ratio = stream.basis.seasons, stream.basis.young, stream.basis.hazard_ratio
    if seasons is not None:
        seasons = replace(seasons, share=_prolonged(seasons.share[0], weeks)[None])
    if ratio is not None:  # what is known now stays so
        newest = np.repeat(ratio[:, -1:], weeks, axis=1)
        ratio = np.concatenate([ratio, newest], axis=1)[:, -priors.window_weeks :]
    young = None if young is None else young - weeks
    later = replace(stream.basis, young=young, seasons=seasons, hazard_ratio=ratio)
    counts = np.concatenate([stream.counts, coming])
    return posterior(counts[None], _prolonged(stream.exposure, weeks)[None], later, priors)


def _prolonged(values: FloatArray, weeks: int) -> FloatArray:
    """The values and, for so many weeks to come, those of a year ago; an ordinary 1 where that is
    not known."""
    year_ago = values[-YEAR : -YEAR + weeks] if len(values) >= YEAR else np.ones(weeks)
    return np.concatenate([values, np.where(year_ago > 0, year_ago, 1.0)])


def _rows(of: Basis, rows: IntArray) -> Basis:
    """The basis of these streams, in this order; a stream may come more than once."""
    seasons = of.seasons
    if seasons is not None:
        seasons = Seasons(seasons.share[rows], seasons.weight[rows], seasons.dispersion[rows])
    young = of.young if of.young is None else of.young[rows]
    ratio = of.hazard_ratio if of.hazard_ratio is None else of.hazard_ratio[rows]
    phi = of.dispersion[rows]
    return replace(of, dispersion=phi, young=young, seasons=seasons, hazard_ratio=ratio)
