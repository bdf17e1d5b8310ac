"""Small networks know nothing from before their months, and every method lists as often as ours."""

from __future__ import annotations

import numpy as np
from benchmarks.detection.measure import REST
from benchmarks.detection.simulate import RUNS, WEEKS, simulate
from benchmarks.detection.small_networks import as_often, listings, worth, young


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
