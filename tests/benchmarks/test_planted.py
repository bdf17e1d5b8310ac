"""What is planted is what is said, and the tally counts only what came after it."""

from __future__ import annotations

import pandas as pd
import pytest
from benchmarks.detection import planted_feed
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


def test_a_second_site_takes_nothing_away_and_a_newcomer_has_no_past(network: Network) -> None:
    key, spare = sorted(network.rate, key=lambda each: network.rate[each])[-2:]
    before, top = network.of(key, WEEK).sum(), network.top(key, "provider")
    plants.second_site(network, key, WEEK, spare)
    assert network.of(key, WEEK).sum() == before
    assert top in set(network.rows.loc[network.of(spare, WEEK), "provider"])
    plants.newcomer(network, key, WEEK, "")
    assert not network.of(key, 0, WEEK - 8).any()


def test_a_honeymoon_is_three_times_as_busy_and_ends(network: Network) -> None:
    key = busiest(network)
    usual = network.of(key, WEEK - 24, WEEK).sum()
    plants.honeymoon(network, key, WEEK, "")
    assert network.of(key, WEEK - 8, WEEK).sum() == usual
    assert not network.of(key, 0, WEEK - 8).any()


@pytest.mark.parametrize(("kind", "named"), [("moved", [2]), ("absence", [])])
def test_any_name_but_an_absence_is_one_too_many_for_a_control(kind: str, named: list[int]) -> None:
    counted = Tally()
    tally(counted, Plant("", "", "A", WEEK), Seen(named={("A", kind, "B"): WEEK + 2}))
    assert (counted.named, counted.either) == (named, len(named))


def test_a_listing_that_came_back_is_counted_with_its_weeks() -> None:
    counted = Tally()
    seen = Seen(listed={"A": WEEK + 4}, back={"A": WEEK + 9})
    tally(counted, Plant("", "absence", "A", WEEK), seen)
    assert (counted.listed, counted.back) == (1, [5])


@pytest.mark.parametrize(
    ("label", "within"), [("a location stops", 1), ("nothing arrives any more", 2)]
)
def test_a_feed_that_breaks_is_held(network: Network, label: str, within: int) -> None:
    network.rows = pd.concat([network.rows] * 10)  # large enough to be judged as a whole
    waited = planted_feed._waited(network.rng, network.intake(), planted_feed.BREAKS[label])
    assert 0 < waited <= within


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
