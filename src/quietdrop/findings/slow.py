"""Practices whose referrals slowly go down, over a year or longer."""

from __future__ import annotations

import numpy as np

from quietdrop.detection.assess import Assessed
from quietdrop.detection.slow_declines import TOLD, slow_declines
from quietdrop.domain.findings import Slow

LEAST_WEEKS = 91  # of a practice; before that its own season is not known either
FELL = 0.85  # of the earlier rate: a slide that is not yet that far is no news


def slowly_down(assessed: Assessed) -> dict[str, Slow]:
    """Finds the practices that are slowly going down, by practice."""
    cadence, judged = assessed.cadence, assessed.judged
    rows = np.flatnonzero(cadence.live.sum(axis=1) >= LEAST_WEEKS)
    exposure = assessed.pool.share[rows] * assessed.season[rows]
    of = slow_declines(judged.counts[rows], exposure, judged.basis.prior_rate)
    places = np.flatnonzero((of.log_factor >= TOLD) & (of.now <= FELL * of.before))
    return {
        cadence.ids[row]: Slow(
            cadence.ids[row],
            cadence.week_start(int(of.onset[place])),
            float(of.before[place]),
            float(of.now[place]),
        )
        for place, row in zip(places.tolist(), rows[places].tolist(), strict=True)
    }
