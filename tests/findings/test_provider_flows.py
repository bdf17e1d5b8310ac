"""Providers who begin to send from elsewhere, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.domain.days import EPOCH
from quietdrop.findings.provider_flows import Days, Flows, Gain, is_identifier

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
NPI = "2000000001"


def flows(*rows: tuple[str, str, int, int]) -> Flows:
    """Rows of practice, provider, days before the as-of day, referrals."""
    table = [(practice, who, END - ago, number) for practice, who, ago, number in rows]
    return Flows(
        pd.DataFrame(table, columns=["practice_id", "provider", "day", "referrals"]), AS_OF
    )


@pytest.mark.parametrize(
    ("provider", "is_one"),
    [(NPI, True), ("D12", True), ("Dr 2", False), ("Lee", False), ("", False)],
)
def test_an_identifier_has_a_digit_and_no_blank(provider: str, is_one: bool) -> None:
    assert is_identifier(provider) is is_one


def test_days_are_counted_from_the_first_up_to_the_end() -> None:
    days = Days(np.array([10, 12, 15]), np.array([1, 2, 4]))
    assert days.number(10, 15) == 3
    assert days.number(11, 16) == 6
    assert days.number(16, 99) == 0
    assert days.until(np.array([10, 11, 15, 16])).tolist() == [0, 1, 3, 7]


def test_a_practice_s_days_are_those_of_all_or_of_some_providers_in_order() -> None:
    of = flows(("A", NPI, 5, 2), ("A", "Lee", 9, 1), ("A", NPI, 9, 3), ("B", NPI, 7, 8))
    everybody = of.days("A")
    assert (END - everybody.day).tolist() == [9, 9, 5]
    assert sorted(everybody.referrals.tolist()) == [1, 2, 3]
    assert of.days("A", [NPI]).referrals.tolist() == [3, 2]
    assert of.days("B").referrals.tolist() == [8]


@pytest.mark.parametrize(("ago", "number"), [(101, 1), (100, 0), (464, 1), (465, 0)])
def test_providers_of_the_year_before_a_day(ago: int, number: int) -> None:
    of = flows(("A", "Lee", ago, 1), ("A", "", 200, 1), ("B", NPI, 200, 1))
    assert of.providers("A", END - 100) == number


def test_practices_with_a_provider_of_several_places() -> None:
    of = flows(("C", NPI, 1, 1), ("A", NPI, 2, 1), ("B", "Lee", 3, 1), ("D", "Lee", 4, 1))
    assert of.of_several_places() == ["A", "C"]


@pytest.mark.parametrize(("ago", "began"), [(364, True), (365, False)])
def test_who_begins_elsewhere_within_a_year_brings_all_of_it(ago: int, began: bool) -> None:
    of = flows(("A", NPI, 700, 1), ("B", NPI, ago, 2), ("B", NPI, 1, 3), ("B", NPI, 0, 9))
    expected = {"B": [Gain(NPI, END - ago, 5)]} if began else {}
    assert of.gains("A", None) == expected


@pytest.mark.parametrize(("first", "began"), [(41, True), (40, False), (39, False)])
def test_only_who_was_here_before(first: int, began: bool) -> None:
    of = flows(("A", NPI, first, 1), ("B", NPI, 40, 2))
    assert bool(of.gains("A", None)) is began


def test_a_name_is_not_followed_and_a_place_is_not_its_own() -> None:
    of = flows(("A", "Lee", 700, 1), ("B", "Lee", 40, 9), ("A", NPI, 700, 1))
    assert of.gains("A", AS_OF - timedelta(days=50)) == {}


class TestWhoWasAlwaysThere:
    """Since 28 days before the onset, 100 days ago; usual is 1 a month and a half there."""

    ONSET = AS_OF - timedelta(days=72)

    def gains(self, usual: int, now: int, first: int = 464) -> dict[str, list[Gain]]:
        here, there = ("A", NPI, 900, 1), ("B", NPI, 1000, 1)
        return flows(here, there, ("B", NPI, first, usual), ("B", NPI, 100, now)).gains(
            "A", self.ONSET
        )

    def test_what_is_beyond_what_was_usual(self) -> None:
        [gain] = self.gains(usual=5, now=10)["B"]
        assert (gain.provider, gain.began) == (NPI, END - 100)
        assert gain.referrals == pytest.approx(10 - 5 * 100 / 364)

    @pytest.mark.parametrize(("now", "is_told"), [(1, False), (2, True)])
    def test_two_at_least(self, now: int, is_told: bool) -> None:
        assert bool(self.gains(usual=0, now=now)) is is_told

    @pytest.mark.parametrize(("now", "is_told"), [(19, False), (20, True)])
    def test_and_as_much_again_at_least(self, now: int, is_told: bool) -> None:
        """36.4 in a year are 10 in 100 days."""
        assert bool(self.gains(usual=36, now=now)) is is_told

    @pytest.mark.parametrize(("first", "is_told"), [(464, False), (465, True)])
    def test_usual_is_the_year_before(self, first: int, is_told: bool) -> None:
        assert bool(self.gains(usual=36, now=15, first=first)) is is_told

    def test_what_comes_again_from_here_went_nowhere(self) -> None:
        of = flows(("A", NPI, 900, 1), ("A", NPI, 50, 9), ("B", NPI, 1000, 1))
        assert of.gains("A", self.ONSET) == {}
        assert set(of.gains("B", self.ONSET)) == {"A"}

    def test_without_an_onset_nothing_is_told(self) -> None:
        here, there = ("A", NPI, 900, 1), ("B", NPI, 1000, 1)
        assert flows(here, there, ("B", NPI, 1, 99)).gains("A", None) == {}
