"""What a learned hazard is worth: networks in which our own wait drives practices away.

`python -m benchmarks.detection.hazard` judges each network three times: by the constant hazard,
by the one that the network's past teaches (learned every half year, as the weekly job does), and
by the true one, which nobody has. All have as many false alarms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from benchmarks.detection.measure import (
    CAP,
    before_onset,
    delays,
    share_caught,
    threshold_at,
)
from benchmarks.detection.ours import SHIPPED, events_of
from benchmarks.detection.planted_hazard import TIMES, Waiting, first_judged, waiting
from benchmarks.detection.simulate import LAST_DAY, WEEKS, Simulated
from benchmarks.detection.tables import table
from quietdrop.detection.assess import assessed_from
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.judge import judged_streams
from quietdrop.detection.weekly_counts import WeeklyCounts, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.hazard import HazardCard
from quietdrop.domain.intake import Intake
from quietdrop.evaluation.learned_hazard import card_of, known_before, ratio_of
from quietdrop.lib.holidays import public_holidays

CONSTANT, LEARNED, TRUE = "constant", "learned", "true"
HAZARDS = (CONSTANT, LEARNED, TRUE)
FALSE_ALARMS = 0.1  # episodes a practice and year, about as shipped


@dataclass(frozen=True)
class Worth:
    """Of one network and hazard: the shares of the first 26 weeks' lost referrals that an alarm
    came in time for and that a listing did, the delay in weeks, and whether the learned hazard was
    used at all."""

    alarms: float
    listings: float
    delay: float
    used: float


def measured(seed: int, practices: int, *, drives: bool) -> dict[str, Worth]:
    """Judges one network by each hazard."""
    world = waiting(seed, practices, drives=drives)
    network = first_judged(world.network)
    worth = {}
    for hazard in HAZARDS:
        scores, lost, used = _judged(world, hazard)
        settled = world.network.onset != network.onset
        scores[settled] = 0.0  # who dropped before the first run is old news
        alarm = threshold_at(scores, network, FALSE_ALARMS)
        worth[hazard] = Worth(
            alarms_caught(scores >= alarm, network),
            share_caught(scores * lost, network, max(round(3 * practices / 1000), 1)),
            float(delays(scores, network, alarm).mean()),
            used,
        )
    return worth


def alarms_caught(alarm: np.ndarray, network: Simulated) -> float:
    """The share of the first 26 weeks' lost referrals that are lost after the first alarm."""
    age = np.arange(WEEKS)[None, :] - network.onset[:, None]
    lost = np.where((network.onset[:, None] >= 0) & (age >= 0) & (age < CAP), network.lost, 0.0)
    true = alarm & ~before_onset(network)
    caught = [
        lost[row, network.runs[true[row].argmax()] :].sum()
        for row in np.flatnonzero(true.any(axis=1))
    ]
    return float(np.sum(caught) / lost.sum())


def _judged(world: Waiting, hazard: str) -> tuple[FloatArray, FloatArray, float]:
    """P(drift now) and referrals lost a week, practices × runs, and the share of runs in which a
    hazard of its own was used."""
    network, priors = world.network, SHIPPED.priors
    referrals = events_of(network, 0)
    place_of = {name: place for place, name in enumerate(referrals.ids)}
    probability = np.zeros((len(referrals.ids), len(network.runs)))
    lost, used = np.zeros_like(probability), 0
    card: HazardCard | None = None
    for column, run in enumerate(network.runs.tolist()):
        as_of = LAST_DAY - timedelta(weeks=WEEKS - run)
        cadence = weekly(referrals, as_of)
        around = Circumstances(public_holidays("US", "", cadence.week_start(0), as_of))
        rows = np.array([place_of[name] for name in cadence.ids], dtype=np.int64)
        ratio = None
        if hazard == TRUE:
            first = max(run - priors.window_weeks, 0)
            ratio = world.ratio[rows, first:run].clip(0.2, 5.0)
        elif hazard == LEARNED:
            ratio, card = _learned(world, cadence, around, card)
        used += ratio is not None
        pool, judged = judged_streams(cadence, priors, around, ratio)
        frame = assessed_from(cadence, pool, judged, SHIPPED).frame
        probability[rows, column] = frame["drift_probability"].astype(float).fillna(0.0)
        left = frame["remaining_share"].astype(float).fillna(1.0).to_numpy()
        lost[rows, column] = frame["baseline_per_week"].to_numpy(dtype=float) * (1.0 - left)
    return probability, lost, used / len(network.runs)


def _learned(
    world: Waiting, cadence: WeeklyCounts, around: Circumstances, card: HazardCard | None
) -> tuple[FloatArray | None, HazardCard]:
    """What the past teaches as of the date: a card is kept for half a year."""
    intake = Intake(pd.DataFrame(), {}, {}, (), 0, None, access=world.access)
    before = known_before(intake, (), cadence)
    card = card_of(cadence, SHIPPED.priors, around, before, card)
    return ratio_of(card, before, SHIPPED.priors), card


def section(seeds: Sequence[int], practices: int) -> str:
    """Both kinds of networks, as Markdown."""
    parts = [
        f"{len(seeds)} networks of {practices} practices each, in which practices drop in any week"
        f" with a chance that a longer wait for their patients multiplies ({TIMES:g} × for one"
        " standard deviation of its log), and as many in which it does not. The learned hazard"
        " knows the appointments, and learns each half year from what has happened by then. Each"
        f" method alerts at its own threshold, with {FALSE_ALARMS:g} false episodes a practice and"
        " year; behind ± stands the standard error over networks.",
    ]
    for drives in (True, False):
        each = [measured(seed, practices, drives=drives) for seed in seeds]
        title = "The wait drives them away" if drives else "The wait means nothing"
        parts += [f"### {title}", _table(each)]
    return "\n\n".join(parts)


def _table(each: Sequence[dict[str, Worth]]) -> str:
    head = ["hazard", "caught by alerts", "more than constant", "caught by listings"]
    head += ["more than constant", "weeks of delay", "used in"]
    rows = []
    for hazard in HAZARDS:
        alarms, listings = ([getattr(w[hazard], n) for w in each] for n in ("alarms", "listings"))
        row = [hazard, f"{np.mean(alarms):.1%}", gain(each, hazard, "alarms")]
        row += [f"{np.mean(listings):.1%}", gain(each, hazard, "listings")]
        delay = np.mean([w[hazard].delay for w in each])
        rows.append([*row, f"{delay:.1f}", f"{np.mean([w[hazard].used for w in each]):.0%}"])
    return table(head, rows)


def gain(each: Sequence[dict[str, Worth]], hazard: str, figure: str) -> str:
    """The paired difference in points."""
    if hazard == CONSTANT:
        return "-"
    pairs = [100 * (getattr(w[hazard], figure) - getattr(w[CONSTANT], figure)) for w in each]
    return f"{np.mean(pairs):+.1f} ± {np.std(pairs, ddof=1) / np.sqrt(len(pairs)):.1f}"


def main() -> None:
    """Measures these networks alone and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6, help="networks of each kind")
    parser.add_argument("--first", type=int, default=701, help="the first seed")
    parser.add_argument("--practices", type=int, default=600, help="practices a network")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds), chosen.practices))


if __name__ == "__main__":
    main()
