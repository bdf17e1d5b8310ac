"""How honest the probabilities have been: what was said against what hindsight finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.reports import Case, ReliabilityBin
from quietdrop.reporting.hindsight import AFTER_WEEKS, BEFORE_WEEKS, LEAST_WEEKS, losses

STEPS = (0.5, 0.7, 0.9, 1.0)
LEAST_SAID = 10  # fewer in a step: too early to say
ONSET_WEEKS = 39  # how long before its telling a drop may have begun


def reliability(
    cases: Iterable[Case],
    ids: Sequence[str],
    counts: FloatArray,
    exposure: FloatArray,
    dispersion: FloatArray,
    as_of: date,
) -> tuple[ReliabilityBin, ...]:
    """In: the cases; streams × weeks of counts and exposure up to `as_of` and each stream's
    dispersion, rows as `ids`. Out: one row a step, also where nothing was said.

    A case turned out so where hindsight, with 13 to 26 weeks after it, finds a lasting loss that
    began in the 39 weeks before it or in its own. One that was won back in that time counts as
    not so: the figures are a lower bound where check-ins help.
    """
    row_of = {practice_id: row for row, practice_id in enumerate(ids)}
    weeks = counts.shape[1]
    totals = [0] * (len(STEPS) - 1)
    so = [0] * (len(STEPS) - 1)
    for case in cases:
        row, told_week = row_of.get(case.practice_id), weeks - (as_of - case.opened_on).days // 7
        step = int(np.searchsorted(STEPS, case.probability, side="right")) - 1
        step = min(step, len(totals) - 1)
        is_known = row is not None and 0 <= told_week <= weeks - LEAST_WEEKS
        if row is None or step < 0 or not is_known:
            continue
        first = max(told_week - ONSET_WEEKS - BEFORE_WEEKS, 0)
        span = slice(first, min(told_week + AFTER_WEEKS, weeks))
        began = told_week - ONSET_WEEKS - first
        outcome = losses(
            counts[[row], span],
            exposure[[row], span],
            dispersion[[row]],
            max(began, 0),
            told_week - first,
        )
        totals[step] += 1
        so[step] += bool(outcome.onset[0] >= 0)
    return tuple(
        ReliabilityBin(low, high, n, right, n >= LEAST_SAID)
        for low, high, n, right in zip(STEPS, STEPS[1:], totals, so, strict=False)
    )
