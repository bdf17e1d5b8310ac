"""What `false_alarm_years` promises, what it delivers, and what an audit without a model certifies.

`python -m benchmarks.detection.promised` learns the threshold from one year of a network's past
and counts the false check-ins of the next. The audit is an e-detector for bounded means (Shin,
Ramdas and Rinaldo, "E-detectors: a nonparametric framework for sequential change detection",
2022, section 4): each practice-week without a drop brings X = 1 if a false check-in opens in it,
else 0. If false check-ins came with a chance of p or more in every practice-week, given all before
it, each product Π (1 + λ·(p − X)) would be expected to stay at 1 at most, whatever the counts are
like and however practices hang together. The least p at which a mixture of these products reaches
20 is certified: a larger rate would have let it get there with a chance of at most 1 in 20.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.special import logsumexp

from benchmarks.detection.measure import before_onset
from benchmarks.detection.ours import SHIPPED, events_of
from benchmarks.detection.planted_hazard import waiting
from benchmarks.detection.simulate import KINDS, LAST_DAY, Simulated
from benchmarks.detection.tables import table
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.exposure import Circumstances
from quietdrop.detection.false_alarms import REST
from quietdrop.detection.weekly_counts import weekly
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.arrays import BoolArray, FloatArray
from quietdrop.evaluation.alert_levels import alert_card
from quietdrop.evaluation.weigh import LOOKED_AT
from quietdrop.lib.holidays import public_holidays

YEARS = (2.0, 5.0, 10.0, 20.0)
YEAR = 52
SURE = 20.0  # the e-detector's threshold: 95 %
BETS = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9])  # λ, with equal weights
RATES = np.exp(np.linspace(np.log(1e-4), np.log(0.5), 400))  # a practice-week

REGULAR = (
    "Regular practices have more false check-ins than their past showed, by up to a quarter: the"
    " detector changes while their threshold is learned (from 84 weeks of past on, the variance of"
    " quarters joins a practice's dispersion). A promise counts on such a year, so elsewhere fewer"
    " false check-ins are delivered than promised"
    " ([decision 20](decisions/0020-promised-false-check-ins.md))."
)
AUDIT = (
    "The audit is an e-detector for bounded means (Shin, Ramdas and Rinaldo: E-detectors: a"
    " nonparametric framework for sequential change detection, 2022). Each practice-week"
    " without a drop brings 1 if a false check-in opens in it, else 0, and bets are placed"
    ' against "the chance is *p* or more". If it were, the product of the bets would reach 20'
    " with a chance of at most 1 in 20, whatever the counts are like and however practices"
    " hang together. The least *p* at which it does is certified, so that a promise that is"
    " kept by less than chance allows cannot be."
)


@dataclass(frozen=True)
class Followed:
    """One network: what its past taught, and the year that followed, practices × weeks: what was
    said, and where nothing had dropped."""

    card: AlertCard
    said: FloatArray
    clear: BoolArray


def followed(seed: int, practices: int, kind: str) -> Followed:
    """Learns from one year and judges the next."""
    network = waiting(seed, practices, drives=False, kind=kind).network
    referrals = events_of(network, 0)

    def look(as_of: date) -> Assessed:
        cadence = weekly(referrals, as_of)
        holidays = public_holidays("US", "", cadence.week_start(0), as_of)
        return assess(cadence, SHIPPED, Circumstances(holidays), LOOKED_AT)

    learned_on = LAST_DAY - timedelta(weeks=YEAR)
    card = alert_card(look(learned_on), look, None)
    said = np.full((practices, YEAR + 1), np.nan)
    place_of = {name: place for place, name in enumerate(referrals.ids)}
    for column in range(YEAR + 1):
        frame = look(learned_on + timedelta(weeks=column)).frame
        rows = [place_of[str(key)] for key in frame.index]
        said[rows, column] = frame["drift_probability"].astype(float)
    return Followed(card, said, _clear(network)[:, -YEAR - 1 :])


def _clear(network: Simulated) -> BoolArray:
    """Before any drop, and before an old one that has settled would be a new one."""
    return np.asarray(before_onset(network), dtype=bool)


def opened(of: Followed, threshold: float) -> tuple[BoolArray, BoolArray]:
    """Which practice-weeks without a drop open a false check-in, and which might have."""
    judged = np.isfinite(of.said) & of.clear
    alarm = np.nan_to_num(of.said) >= threshold
    so_far = alarm.cumsum(axis=1)
    rested = np.pad(so_far, ((0, 0), (REST, 0)))[:, : alarm.shape[1]]
    begins = alarm & (so_far - rested == 1) & judged
    return begins[:, 1:], judged[:, 1:]


def certified(opens: FloatArray) -> float:
    """The least rate a practice-week that the e-detector rules out, given the practice-weeks in
    their order. 1 where it rules out none."""
    hits = float(opens.sum())
    misses = len(opens) - hits
    won = BETS * RATES[:, None]  # rates × bets
    gains = misses * np.log1p(won) + hits * np.log1p(won - BETS)
    ruled_out = logsumexp(gains, axis=1) - np.log(len(BETS)) >= np.log(SURE)
    return float(RATES[ruled_out.argmax()]) if ruled_out.any() else 1.0


def section(seeds: Sequence[int], practices: int) -> str:
    """A row a kind and promise, as Markdown."""
    rows, kept, sure, asked = [], 0, 0, 0
    for kind in KINDS:
        every = [followed(seed, practices, kind) for seed in seeds]
        for years in YEARS:
            shown = [(each, each.card.threshold(years)) for each in every]
            pairs = [opened(each, least) for each, least in shown if least is not None]
            if not pairs:
                rows.append([kind, f"{1 / years:.2f}", "refused", "-", "-", "-"])
                continue
            opens = np.concatenate([begins[judged] for begins, judged in pairs]).astype(float)
            least = [threshold for _, threshold in shown if threshold is not None]
            rate, bound = 52 * opens.mean(), 52 * certified(opens)
            span = f"{min(least):.2f} to {max(least):.2f}"
            verdict = "kept" if rate <= 1 / years else "**exceeded**"
            kept, asked = kept + (rate <= 1 / years), asked + 1
            sure += bound <= 1 / years
            rows.append([kind, f"{1 / years:.2f}", span, f"{rate:.3f}", f"{bound:.3f}", verdict])
    head = ["networks", "promised", "thresholds", "delivered", "certified", "promise"]
    return "\n\n".join(
        [
            f"{len(seeds)} networks of {practices} practices of each kind. The threshold follows"
            " from one year of a network's past, in which practices drop and nobody says who;"
            " delivered are the false check-ins of the next year, a practice and year, and"
            " certified what an e-detector that knows no model rules out beyond (95 %).",
            table(head, rows),
            f"- Kept in {kept} of {asked} cases; certified in {sure}.",
            REGULAR,
            AUDIT,
        ]
    )


def main() -> None:
    """Measures and prints the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="networks of each kind")
    parser.add_argument("--first", type=int, default=801, help="the first seed")
    parser.add_argument("--practices", type=int, default=400, help="practices a network")
    chosen = parser.parse_args()
    print(section(range(chosen.first, chosen.first + chosen.seeds), chosen.practices))


if __name__ == "__main__":
    main()
