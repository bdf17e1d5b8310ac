"""Every method on one simulated network, measured by the same rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.detection.informed import informed
from benchmarks.detection.measure import (
    CAP,
    FALSE_ALARMS,
    NO_REST,
    as_a_manager_sees_it,
    behind,
    delays,
    listed,
    share_caught,
    threshold_at,
)
from benchmarks.detection.ours import ours
from benchmarks.detection.peers import PEERS, Peer, seen_before
from benchmarks.detection.simulate import LAST_DAY, WEEKS, Simulated, simulate
from quietdrop.domain.arrays import BoolArray, FloatArray
from quietdrop.domain.days import EPOCH

OURS, INFORMED = "quietdrop", "informed detector"
RATES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)  # false-alarm episodes a practice and year
THRESHOLDS = (0.3, 0.5, 0.8)
LATE_DAYS = 10
Scores = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Method:
    """One method on one network. `curve` is the mean delay in weeks at each of RATES, `detected`
    the share of drifts in alarm after 1 … 25 weeks at 0.25 false alarms; the shares
    are of lost referrals caught at 3 listings a week, ranked by score and by value; `behind` what
    its listings by value (or by score, where that caught more) had behind them; `by_crossing` the
    delay where each crossing of the threshold counts as an episode."""

    delay: float
    by_crossing: float
    curve: tuple[float, ...]
    detected: tuple[float, ...]
    by_score: float
    by_value: float
    behind: tuple[int, int, int]


@dataclass(frozen=True)
class Case:
    """One network. `manager` holds, for each of THRESHOLDS, the false check-ins a liaison of 100
    and week, the delay, and the share found in 26 weeks; `said` and `so` are practices × runs."""

    kind: str
    seed: int
    methods: dict[str, Method]
    manager: tuple[tuple[float, float, float], ...]
    said: FloatArray
    so: BoolArray
    late: float | None  # false check-ins at 0.5 where every row arrives ten days late


def case(kind: str, seed: int, practices: int, with_peers: bool) -> Case:
    """Simulates one network and measures ours and the informed detector on it, and the peers and
    a late feed where `with_peers`."""
    network = simulate(seed, practices, kind)
    scores = {OURS: ours(network), INFORMED: informed(network)}
    late = None
    if with_peers:
        scores |= {name: over_runs(peer, network) for name, peer in PEERS.items()}
        late = as_a_manager_sees_it(ours(network, LATE_DAYS)[0], network, 0.5)[0]
    said = scores[OURS][0]
    return Case(
        kind,
        seed,
        {name: measured(pair, network) for name, pair in scores.items()},
        tuple(as_a_manager_sees_it(said, network, at) for at in THRESHOLDS),
        said,
        network.drifting(),
        late,
    )


def over_runs(peer: Peer, network: Simulated) -> Scores:
    """A peer's scores and lost referrals a week, practices × runs."""
    first_day = (LAST_DAY - EPOCH).days - 7 * WEEKS
    days = (network.days[0], network.days[1] - first_day)
    pairs = [
        peer(seen_before(network.counts, network.exposure, days, run))
        for run in network.runs.tolist()
    ]
    score, lost = (np.stack(column, axis=1) for column in zip(*pairs, strict=True))
    return score, lost


def measured(scores: Scores, network: Simulated) -> Method:
    """A method's delay, listings and curve. Ranked by value is by score × lost, or by lost among
    its own alarms, whichever catches more."""
    score, lost = scores
    levels = [threshold_at(score, network, rate) for rate in RATES]
    curve = tuple(float(delays(score, network, level).mean()) for level in levels)
    alarm = levels[RATES.index(FALSE_ALARMS)]
    waited = delays(score, network, alarm)
    crossed = threshold_at(score, network, rest=NO_REST)
    rankings = [score, score * lost, np.where(score >= alarm, lost, 0.0)]
    caught = [share_caught(ranking, network) for ranking in rankings]
    best = rankings[int(np.argmax(caught))]
    return Method(
        float(waited.mean()),
        float(delays(score, network, crossed).mean()),
        curve,
        tuple(float((waited <= week).mean()) for week in range(1, CAP)),
        caught[0],
        max(caught[1:]),
        behind(*listed(best, network), network),
    )
