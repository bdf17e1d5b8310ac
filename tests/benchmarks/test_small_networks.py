"""Small networks know nothing from before their months, and every method lists as often as ours."""

from __future__ import annotations

import numpy as np
from benchmarks.detection.measure import REST
from benchmarks.detection.methods import OURS
from benchmarks.detection.simulate import RUNS, WEEKS, simulate
from benchmarks.detection.small_networks import (
    Caught,
    Said,
    as_often,
    best_peer,
    gain,
    listings,
    with_looks,
    worth,
    young,
)


def test_nothing_is_known_from_before() -> None:
    network = young(1, 15, 9)
    begin = WEEKS - RUNS + 1 - 39
    assert network.counts[:, :begin].sum() == 0
    assert network.counts[:, begin:].sum() == network.days[2].sum()
    assert network.start.min() == begin


def test_two_years_are_all_but_a_week_of_what_is_simulated() -> None:
    whole = simulate(1, 15, "mixed").counts
    assert (young(1, 15, 24).counts[:, 1:] == whole[:, 1:]).all()


def test_a_false_listing_rests_and_a_true_one_ends_it() -> None:
    network = simulate(1, 15, "mixed")
    score = np.zeros((15, RUNS))
    steady = int(np.flatnonzero(network.onset < 0)[0])
    score[steady] = 1.0
    first = int(network.runs[0])
    every = [run for _, run in listings(score, network, 0.5)]
    assert every == list(range(first, WEEKS + 1, REST))
    drifting = int(np.flatnonzero(network.onset >= 0)[0])
    score[steady], score[drifting, -1] = 0.0, 1.0
    listed = listings(score, network, 0.5)
    assert listed == [(drifting, WEEKS)]
    assert worth(listed, network).false == 0


def test_as_often_is_the_lowest_threshold_with_no_more_listings() -> None:
    network = simulate(1, 15, "mixed")
    score = np.random.default_rng(1).random((15, RUNS))
    at = as_often([score], [network], 10)
    assert len(listings(score, network, at)) <= 10
    lower = float(np.sort(score[score < at])[-1])
    assert len(listings(score, network, lower)) > 10


def test_a_digest_names_alerts_and_the_three_watched_with_most_at_stake() -> None:
    probability = np.array([[0.5], [0.49], [0.25], [0.24], [0.3], [0.3], [0.3]])
    stake = np.array([[0.1], [0.75], [1.0], [9.0], [0.74], [2.0], [3.0]])
    assert with_looks(Said(probability, stake))[:, 0].tolist() == [1, 1, 0, 0, 0, 1, 1]


def test_the_gain_over_the_best_peer_is_paired_by_network() -> None:
    def caught(*shares: float) -> list[Caught]:
        return [Caught(10.0, 10.0 * share, 3, 1) for share in shares]

    methods = {OURS: caught(0.5, 0.7), "EWMA": caught(0.4, 0.6), "CUSUM": caught(0.1, 0.2)}
    assert best_peer(methods) == "EWMA"
    assert np.round(gain(methods), 9).tolist() == [0.1, 0.1, 0.1]
