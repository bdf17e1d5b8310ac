"""The pool's calendar: what share of an ordinary week each week brings.

A Poisson regression of the whole pool's weeks on season, public holidays, the end
of the year and a slow trend. It steadies the network index where the pool is small, and is what
the network itself and its large parts are judged against.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np

from quietdrop.detection.poisson_regression import ridge_poisson
from quietdrop.detection.weeks import Weeks
from quietdrop.domain.arrays import FloatArray

YEAR_DAYS = 365.25
SEASON_WEEKS = 78  # under a year and a half a season cannot be told from a trend
PRIOR_SD = {"holiday": 0.5, "year_end": 0.3, "season": 0.1, "trend": 0.1}
LEAST_WEEKS = 13
ROBUST_PASSES = 3
FREEDOM = 4.0
CHI_SQUARE_MEDIAN = 0.4549


def calendar_index(
    total: FloatArray, steady: FloatArray, weeks: Weeks, holidays: Collection[date]
) -> FloatArray:
    """Each week's expected share of an ordinary week, mean 1 over the weeks with referrals.

    `total` is the pool's referrals a week, `steady` what its streams at their mean rates would
    have sent; weeks without any `steady` do not count. Too short a history gives a flat calendar.
    """
    is_usable = steady > 0
    if is_usable.sum() < LEAST_WEEKS or total.sum() <= 0:
        return np.ones(weeks.number)
    features = _features(weeks, holidays, seasonal=is_usable.sum() >= SEASON_WEEKS)
    ratio, weight = total[is_usable] / steady[is_usable], steady[is_usable]
    index = np.full(weeks.number, np.average(ratio, weights=weight))
    for _ in range(ROBUST_PASSES):
        trust = week_trust(total[is_usable], weight * index[is_usable])
        spread = max(1.0, float(np.mean(trust * weight * (ratio - index[is_usable]) ** 2)))
        # The ridge penalty is a normal prior of sd 1 on each scaled coefficient.
        penalty = spread / float((trust * weight).sum())
        index = ridge_poisson(features[is_usable], ratio, trust * weight, penalty).predict(features)
    return np.asarray(index / np.average(index[is_usable], weights=weight), dtype=float)


def week_trust(total: FloatArray, expected: FloatArray) -> FloatArray:
    """How far each week may be told from the calendar, 0 to 1: a snow week says nothing of it.

    The weights of a Student t with 4 degrees of freedom about `expected`, whose scale is the
    median week's deviation (Lange, Little and Taylor 1989), scaled to 1 at no deviation.
    """
    deviation = (total - expected) ** 2 / np.maximum(expected, 1e-9)
    scale = max(1.0, float(np.median(deviation)) / CHI_SQUARE_MEDIAN)
    return np.asarray(FREEDOM / (FREEDOM + deviation / scale), dtype=float)


def _features(weeks: Weeks, holidays: Collection[date], *, seasonal: bool) -> FloatArray:
    """Columns scaled by the sd that their coefficients have a priori."""
    midweek = weeks.start + timedelta(days=3)
    middle = midweek.toordinal() + 7 * np.arange(weeks.number)
    angle = 2 * np.pi * middle / YEAR_DAYS
    work = np.maximum(weeks.working_share(holidays), 0.05)
    year_end = weeks.working_share(_year_ends(weeks))
    columns = [
        PRIOR_SD["holiday"] * np.log(work),
        PRIOR_SD["year_end"] * (1.0 - year_end),
        PRIOR_SD["trend"] * (middle - middle[-1]) / YEAR_DAYS,
    ]
    if seasonal:
        columns += [
            PRIOR_SD["season"] * wave(order * angle)
            for order in (1, 2)
            for wave in (np.sin, np.cos)
        ]
    return np.stack(columns, axis=1)


def _year_ends(weeks: Weeks) -> set[date]:
    """24 December to 1 January, when offices run half empty beside the holidays themselves."""
    years = range(weeks.start.year - 1, (weeks.start + timedelta(weeks=weeks.number)).year + 1)
    return {date(year, 12, 24) + timedelta(days=day) for year in years for day in range(9)}
