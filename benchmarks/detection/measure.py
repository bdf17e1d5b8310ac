"""What a detector's scores are worth: delay against false alarms, listings, calibration.

Every detector gives one score a practice and run, higher for more alarming, and is measured by
the same rules. `scores` is practices × runs throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.detection.bootstrap import shared
from benchmarks.detection.simulate import WEEKS, Simulated
from quietdrop.domain.arrays import BoolArray, FloatArray, IntArray

CAP = 26  # weeks
FALSE_ALARMS = 0.25  # episodes a practice and year
LISTINGS = 3  # a week
REST = 8  # weeks for which a false listing is not repeated, nor a false alarm counted anew
NO_REST = 1  # each upward crossing of a threshold is an episode
LEAST_CASES = 200  # practice-weeks in a bin that is judged
BINS = np.array([0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])


def before_onset(network: Simulated) -> BoolArray:
    """Practices × runs in which any alarm is false: nothing has begun to drift."""
    return (network.onset[:, None] < 0) | (network.runs[None, :] <= network.onset[:, None])


def false_alarm_rate(
    scores: FloatArray, network: Simulated, threshold: float, rest: int = REST
) -> float:
    """Episodes a practice and year, in weeks before any onset: alarms that follow `rest` weeks or
    more without one. As with a listing, who is false once more within the rest is no new episode.

    An alarm that stands at the first run is an episode too.
    """
    clear = before_onset(network)
    alarm = (scores >= threshold) & clear
    so_far = alarm.cumsum(axis=1, dtype=np.int64)
    begins = alarm.copy()
    begins[:, 1:] &= so_far[:, 1:] - np.pad(so_far, ((0, 0), (rest, 0)))[:, : -rest - 1] == 1
    return float(begins.sum() / (clear.sum() / 52.0))


def threshold_at(
    scores: FloatArray, network: Simulated, rate: float = FALSE_ALARMS, rest: int = REST
) -> float:
    """The least threshold whose false alarms are at most `rate`."""
    levels = np.unique(scores[before_onset(network)])
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        # Episodes are not monotone near 0, where alarms merge; below the median nobody looks.
        few = false_alarm_rate(scores, network, levels[middle], rest) <= rate
        merged = (scores >= levels[middle]).mean() > 0.5
        low, high = (middle + 1, high) if merged or not few else (low, middle)
    return float(levels[high])


def delays(scores: FloatArray, network: Simulated, threshold: float) -> FloatArray:
    """Weeks from each onset to the first run in alarm after it, at most 26.

    Only onsets that are followed by 26 runs.
    """
    drifters = np.flatnonzero((network.onset >= 0) & (network.onset <= WEEKS - CAP))
    first_run = int(network.runs[0])
    waits = np.full(len(drifters), float(CAP))
    for place, practice in enumerate(drifters):
        begin = int(network.onset[practice]) + 1 - first_run
        hits = np.flatnonzero(scores[practice, begin : begin + CAP] >= threshold)
        if len(hits):
            waits[place] = hits[0] + 1.0
    return waits


def listed(
    ranking: FloatArray, network: Simulated, listings: int = LISTINGS
) -> tuple[IntArray, IntArray]:
    """What a method would have listed: practices, and the run of each listing.

    Each run lists the `listings` practices that rank highest (above 0). A practice whose drift
    is found is off the list; a false listing rests 8 weeks.
    """
    free = np.zeros(len(ranking), dtype=np.int64)
    who, when = [], []
    for place, run in enumerate(network.runs.tolist()):
        eligible = np.where((free <= run) & (ranking[:, place] > 0), ranking[:, place], -np.inf)
        best = np.argsort(-eligible, kind="stable")[:listings]
        for practice in best[np.isfinite(eligible[best])].tolist():
            drifts = 0 <= network.onset[practice] < run
            free[practice] = WEEKS + 1 if drifts else run + REST
            who.append(practice)
            when.append(run)
    return np.array(who, dtype=np.int64), np.array(when, dtype=np.int64)


def share_caught(ranking: FloatArray, network: Simulated, listings: int = LISTINGS) -> float:
    """The share of the first 26 weeks' lost referrals that a listing came in time for: those
    that are lost after it."""
    age = np.arange(WEEKS)[None, :] - network.onset[:, None]
    counted = (network.onset[:, None] >= 0) & (age >= 0) & (age < CAP)
    lost = np.where(counted, network.lost, 0.0)
    who, when = listed(ranking, network, listings)
    in_time = (network.onset[who] >= 0) & (network.onset[who] < when)
    caught = [
        lost[practice, run:].sum()
        for practice, run in zip(who[in_time], when[in_time], strict=True)
    ]
    return float(np.sum(caught) / lost.sum())


def behind(who: IntArray, when: IntArray, network: Simulated) -> tuple[int, int, int]:
    """Of listings: how many had a drift of the last 26 weeks behind them, how many an older one,
    and how many none."""
    age = np.where(network.onset[who] >= 0, when - network.onset[who], 0)
    young, old = (age >= 1) & (age <= CAP), age > CAP
    return int(young.sum()), int(old.sum()), int((~young & ~old).sum())


@dataclass(frozen=True)
class Calibration:
    """One row a bin: from, to, practice-weeks, mean said, share that happened. `misses` holds, for
    each bin, each practice's sum of what happened less what was said, and its weeks in it."""

    bins: FloatArray
    misses: tuple[tuple[FloatArray, FloatArray], ...]
    brier: float

    def worst(self, least: int = LEAST_CASES) -> float:
        """The greatest distance of what happened from what was said, in bins of `least` cases."""
        row = self.bins[self._worst_bin(least)]
        return float(abs(row[3] - row[4]))

    def worst_interval(self, least: int = LEAST_CASES) -> tuple[float, float]:
        """What happened less what was said in that bin: its 95 % interval, practices drawn anew, as
        the weeks of one practice go together."""
        return shared(*self.misses[self._worst_bin(least)])

    def worst_bin(self, least: int = LEAST_CASES) -> str:
        """What was said in that bin: from, to, and in how many cases."""
        low, high, cases = self.bins[self._worst_bin(least), :3]
        return f"{low:g} to {high:g} ({cases:,.0f})"

    def _worst_bin(self, least: int) -> int:
        distance = np.abs(self.bins[:, 3] - self.bins[:, 4])
        return int(np.where(self.bins[:, 2] >= least, distance, -1.0).argmax())


def calibration(scores: FloatArray, truth: BoolArray) -> Calibration:
    """What was said against what was so, practices × runs, over practice-weeks."""
    so = truth.astype(float)
    place = np.clip(np.searchsorted(BINS, scores, side="right") - 1, 0, len(BINS) - 2)
    rows, misses = [], []
    for number, (low, high) in enumerate(pairwise(BINS)):
        inside = place == number
        cases = inside.sum(axis=1).astype(float)
        said = np.where(inside, scores, 0.0).sum(axis=1)
        happened = np.where(inside, so, 0.0).sum(axis=1)
        safe = max(cases.sum(), 1.0)
        rows.append([low, high, cases.sum(), said.sum() / safe, happened.sum() / safe])
        misses.append((happened - said, cases))
    return Calibration(np.array(rows), tuple(misses), float(np.mean((scores - so) ** 2)))


def as_a_manager_sees_it(
    scores: FloatArray, network: Simulated, threshold: float, practices: int = 100
) -> tuple[float, float, float]:
    """False check-ins a liaison of 100 practices and week, mean delay, share found in 26 weeks."""
    false = false_alarm_rate(scores, network, threshold) / 52.0 * practices
    waited = delays(scores, network, threshold)
    return false, float(waited.mean()), float((waited < CAP).mean())
