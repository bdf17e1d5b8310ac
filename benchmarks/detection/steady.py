"""Steady Poisson streams against the least possible delay: the exact CUSUM that is told the rate
before and after (Moustakides 1986), at one false alarm in 520 weeks.

Ours has a year of history and is told no rate. Its threshold is set for each rate by simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.detection.tables import bar, table
from quietdrop.config.settings import DriftSettings
from quietdrop.detection.bayes_factors import PRIOR_SHAPE
from quietdrop.detection.change_point import Basis, posterior
from quietdrop.domain.arrays import FloatArray

HISTORY = 52  # weeks
FALSE_EVERY = 520  # weeks
LEFT = (0.0, 0.3, 0.5, 0.7)
ASKED = (0.0, 0.3)  # the shares left for which MOST is asked
MOST = 1.35
GREATEST = "- Greatest ratio to the steady state at 0 and 0.3 left"
PATIENCE = 156  # weeks after an onset; who is not found by then counts with these
# In weeks, by rate and share left, computed with daily steps: the worst case, where the CUSUM is at
# its least when the fall begins, and the steady state, where it is as quiet weeks leave it.
WORST: dict[float, tuple[float, ...]] = {
    1.0: (6.3, 13.4, 23.8, 50.7),
    2.0: (3.5, 7.7, 14.0, 31.5),
    4.0: (1.9, 4.3, 8.1, 18.9),
    8.0: (1.0, 2.4, 4.6, 11.1),
}
STEADY: dict[float, tuple[float, ...]] = {
    1.0: (5.3, 11.6, 20.5, 42.9),
    2.0: (3.0, 6.8, 12.3, 27.2),
    4.0: (1.7, 3.9, 7.2, 16.6),
    8.0: (0.9, 2.2, 4.2, 9.9),
}
SHIPPED = DriftSettings()
# These streams are never absent, which the exact CUSUM knows; and it waits as long as it takes.
TOLD = DriftSettings(absence_hazard=1e-9, window_weeks=104)


@dataclass(frozen=True)
class Row:
    """Mean delays in weeks at one rate, for each share left."""

    rate: float
    shipped: tuple[float, ...]
    informed: tuple[float, ...]


def section(streams: int) -> str:
    """Simulates `streams` of each rate. Out: the section as Markdown."""
    rows = [
        Row(rate, delays(rate, SHIPPED, streams), delays(rate, TOLD, streams)) for rate in STEADY
    ]
    head = ["referrals a week"]
    head += [f"{left:g} left" for left in LEFT]
    return "\n\n".join(
        [
            f"{streams} streams a rate, one false alarm in {FALSE_EVERY} weeks, a year of history."
            " Mean weeks to the alarm, and beside them the ratio to the exact CUSUM's worst case"
            " and to its steady state. It is told both rates, and looks daily; ours looks weekly.",
            "### Told that nobody is absent, and to look back two years, as the exact CUSUM is",
            table(head, [_cells(row.rate, row.informed) for row in rows]),
            _verdict([(row.rate, row.informed) for row in rows]),
            "### As shipped",
            table(head, [_cells(row.rate, row.shipped) for row in rows]),
            f"{GREATEST}: {_greatest([(row.rate, row.shipped) for row in rows]):.2f}."
            " The exact CUSUM knows that nobody is ever absent. As shipped a silence may be an"
            " absence of one to four weeks: after the first silent week of a busy stream, whatever"
            " is known of its rate, an absence is some four times as likely as a stop, and after"
            " the third still nearly twice as likely. And a fall that has not shown itself within"
            " 39 weeks is no check-in but goes to the manager's review.",
        ]
    )


def _cells(rate: float, mean_delays: tuple[float, ...]) -> list[str]:
    shown = [
        f"{mine:.1f} ({mine / worst:.2f}, {mine / steady:.2f} ×)"
        for mine, worst, steady in zip(mean_delays, WORST[rate], STEADY[rate], strict=True)
    ]
    return [f"{rate:g}", *shown]


def _greatest(rows: list[tuple[float, tuple[float, ...]]]) -> float:
    return max(
        mine[LEFT.index(left)] / STEADY[rate][LEFT.index(left)]
        for rate, mine in rows
        for left in ASKED
    )


def _verdict(rows: list[tuple[float, tuple[float, ...]]]) -> str:
    worst = _greatest(rows)
    return f"{GREATEST}: {worst:.2f}: {bar(worst <= MOST, 'at most 1.35')}."


def delays(rate: float, settings: DriftSettings, streams: int) -> tuple[float, ...]:
    """The mean delay for each of LEFT, at the threshold that `rate` needs."""
    rng = np.random.default_rng([int(10 * rate), 1986])
    quiet = rng.poisson(rate, (streams, HISTORY + FALSE_EVERY)).astype(float)
    threshold = alarm_threshold(quiet, settings)
    waited = []
    for left in LEFT:
        before = rng.poisson(rate, (streams, HISTORY))
        after = rng.poisson(rate * left, (streams, PATIENCE))
        waited.append(_mean_wait(np.hstack([before, after]).astype(float), settings, threshold))
    return tuple(waited)


def alarm_threshold(quiet: FloatArray, settings: DriftSettings) -> float:
    """The score with one false alarm in as many weeks as `quiet` has after its history.

    Alarms are memoryless but for the first weeks, so that a share 1 − 1/e of the streams raises
    one within the mean time between them.
    """
    highest = np.full(len(quiet), -np.inf)
    for week in range(HISTORY + 1, quiet.shape[1] + 1):
        highest = np.maximum(highest, score(quiet[:, :week], settings))
    return float(np.quantile(highest, np.exp(-1.0)))


def _mean_wait(counts: FloatArray, settings: DriftSettings, threshold: float) -> float:
    wait = np.full(len(counts), float(PATIENCE))
    waiting = np.ones(len(counts), dtype=bool)
    for week in range(1, PATIENCE + 1):
        alarms = score(counts[waiting, : HISTORY + week], settings) >= threshold
        stopped = np.flatnonzero(waiting)[alarms]
        wait[stopped], waiting[stopped] = week, False
        if not waiting.any():
            break
    return float(wait.mean())


def score(counts: FloatArray, settings: DriftSettings) -> FloatArray:
    """How likely steady streams are to have fallen, in weeks that are all alike, Poisson and known
    to be so: P(drift now), for a check-in; with a fall of before the window where that is likelier,
    for the manager's review.
    """
    level = float(counts.mean()) if counts.size else 1.0
    basis = Basis(np.ones(len(counts)), PRIOR_SHAPE / max(level, 0.01))
    every = posterior(counts, np.ones_like(counts), basis, settings.priors)
    recent, old = every.probability, every.settled
    return np.asarray(np.where(old >= recent, recent + old, recent), dtype=float)
