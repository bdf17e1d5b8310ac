"""How honest the probabilities have been: what was said against what hindsight finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.days import week_index
from quietdrop.domain.reports import Case, ReliabilityBin, Verdict
from quietdrop.reporting.hindsight import AFTER_WEEKS, BEFORE_WEEKS, LEAST_WEEKS, losses
from quietdrop.reporting.streams import Streams

STEPS = (0.5, 0.7, 0.9, 1.0)
LEAST_SAID = 10  # fewer in a step: too early to say
ONSET_WEEKS = 39  # how long before its telling a drop may have begun


def reliability(verdicts: Iterable[Verdict]) -> tuple[ReliabilityBin, ...]:
    """One row a step of what was said, also where nothing was."""
    totals = [0] * (len(STEPS) - 1)
    so = [0] * (len(STEPS) - 1)
    for verdict in verdicts:
        step = int(np.searchsorted(STEPS, verdict.probability, side="right")) - 1
        if step < 0:
            continue
        step = min(step, len(totals) - 1)
        totals[step] += 1
        so[step] += verdict.was_down
    return tuple(
        ReliabilityBin(low, high, n, right, n >= LEAST_SAID)
        for low, high, n, right in zip(STEPS, STEPS[1:], totals, so, strict=False)
    )


def verdicts(cases: Iterable[Case], streams: Streams, dispersion: FloatArray) -> list[Verdict]:
    """In: the cases; the practices' weeks and each one's dispersion. Out: those that are old enough
    to be judged.

    A case turned out so where hindsight, with 13 to 26 weeks after it, finds a lasting loss that
    began in the 39 weeks before it or in its own. One that was won back in that time counts as
    not so: the figures are a lower bound where check-ins help.
    """
    weeks = streams.weeks
    result = []
    for case in cases:
        row = streams.row_of.get(case.practice_id)
        told_week = week_index(case.opened_on, streams.as_of, weeks)
        if row is None or not 0 <= told_week <= weeks - LEAST_WEEKS:
            continue
        first = max(told_week - ONSET_WEEKS - BEFORE_WEEKS, 0)
        span = slice(first, min(told_week + AFTER_WEEKS, weeks))
        began = told_week - ONSET_WEEKS - first
        outcome = losses(
            streams.counts[[row], span],
            streams.exposure[[row], span],
            dispersion[[row]],
            max(began, 0),
            told_week - first,
        )
        was_down = bool(outcome.onset[0] >= 0)
        result.append(Verdict(case.opened_on, case.probability, was_down))
    return result
