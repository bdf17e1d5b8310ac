"""What is planted is what is said, and the tally counts only what came after it."""

from __future__ import annotations

import pytest
from benchmarks.detection import planted_network as plants
from benchmarks.detection.planted import Seen, Tally, tally
from benchmarks.detection.planted_network import Network, Plant, as_of, steady

WEEK = 140


@pytest.fixture
def network() -> Network:
    return steady(1, 12)


def busiest(network: Network) -> str:
    return max(network.rate, key=lambda key: network.rate[key])


def test_the_same_seed_plants_the_same_network(network: Network) -> None:
    again = steady(1, 12).intake()
    assert again.counts.equals(network.intake().counts)
    assert again.counts["referrals"].sum() == len(network.rows)


def test_a_renamed_practice_goes_on_in_full_under_its_new_id(network: Network) -> None:
    key, before = busiest(network), len(network.rows)
    other = plants.renamed(network, key, WEEK, "")
    assert len(network.rows) == before
    assert not network.of(key, WEEK).any()
    assert network.of(other, WEEK).any()
    assert not network.of(other, 0, WEEK).any()


def test_without_providers_only_the_directory_can_tell(network: Network) -> None:
    key = busiest(network)
    other = plants.rephoned(network, key, WEEK, "")
    both = network.rows["practice_id"].isin([key, other])
    assert set(network.rows.loc[both, "provider"]) == {""}
    old, new = network.practices[key], network.practices[other]
    assert new.phone not in ("", old.phone)
    assert new.name != old.name


def test_redistribution_keeps_the_total_and_an_absence_ends(network: Network) -> None:
    key = next(k for k in network.rate if network.rows[network.of(k, 0)]["provider"].nunique() > 1)
    before, top = network.of(key, WEEK).sum(), network.top(key, "provider")
    plants.redistributed(network, key, WEEK, "")
    assert network.of(key, WEEK).sum() == before
    assert top not in set(network.rows.loc[network.of(key, WEEK), "provider"])
    plants.absent(network, key, WEEK, "")
    assert not network.of(key, WEEK, WEEK + 2).any()
    assert network.of(key, WEEK + 4).any()


def test_our_closure_is_in_the_directory(network: Network) -> None:
    plants.closed(network, busiest(network), WEEK, "")
    [closure] = network.intake().closures
    assert (closure.closed_from, closure.location) == (as_of(WEEK), plants.CLOSING)
    weeks = network.rows.loc[network.rows["location"] == plants.CLOSING, "week"]
    assert not weeks.between(WEEK, WEEK + 3).any()


@pytest.mark.parametrize(("said", "named"), [(WEEK, []), (WEEK + 1, [1])])
def test_what_was_said_before_the_onset_is_no_merit(said: int, named: list[int]) -> None:
    counted = Tally()
    seen = Seen(named={("A", "merged", "B"): said, ("A", "moved", "C"): WEEK + 3})
    tally(counted, Plant("", "merged", "A", WEEK, "B"), seen)
    assert (counted.planted, counted.named, counted.listed) == (1, named, 0)
