"""A year's gifts by person, and whether the next one passes the limit."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.checkins.gifts import GiftTotal, check_gift, person_key, totals
from quietdrop.domain.checkin import Touch

DAY = date(2026, 7, 6)


def gift(
    cents: int | None, recipient: str = "Dr. Brandt", practice: str = "P1", day: date = DAY
) -> Touch:
    return Touch(day, practice, kind="lunch", cost_cents=cents, recipient=recipient)


@pytest.mark.parametrize("name", ["Dr. Brandt", "dr brandt", "BRANDT, MD", "Brandt  "])
def test_spellings_of_one_person_are_one(name: str) -> None:
    assert person_key(name) == "brandt"


def test_a_name_that_is_all_title_stays() -> None:
    assert person_key("Dr.") == "dr"


def test_totals_are_by_person_at_all_practices_and_by_team_at_each() -> None:
    given = [
        gift(5000),
        gift(3400, "BRANDT", "P2"),
        gift(2000, "", "P1"),
        gift(1000, "", "P2"),
        gift(None),
        gift(0),
        gift(9900, day=date(2025, 12, 31)),
    ]
    assert totals(given, 2026) == [
        GiftTotal("BRANDT", ("P1", "P2"), 2, 8400),
        GiftTotal("", ("P1",), 1, 2000),
        GiftTotal("", ("P2",), 1, 1000),
    ]


@pytest.mark.parametrize(("cents", "passes"), [(3500, False), (3501, True)])
def test_the_limit_may_be_reached_and_not_passed(cents: int, passes: bool) -> None:
    check = check_gift(gift(cents), [gift(50000), gift(70000, "Dr. Lee")], 53500)
    assert (check.before, check.after) == (50000, 50000 + cents)
    assert check.passes_limit is passes


def test_nothing_is_passed_without_a_limit_or_by_a_whole_team() -> None:
    assert not check_gift(gift(10**6), [], None).passes_limit
    assert not check_gift(gift(10**6, ""), [], 53500).passes_limit


def test_gifts_of_another_year_do_not_count() -> None:
    before = [gift(53500, day=date(2025, 12, 31)), gift(53500, day=date(2027, 1, 1))]
    assert not check_gift(gift(1), before, 53500).passes_limit


def test_what_has_no_price_costs_nothing() -> None:
    check = check_gift(gift(None), [gift(None), gift(0), gift(500)], 53500)
    assert (check.before, check.cost, check.after) == (500, 0, 500)
