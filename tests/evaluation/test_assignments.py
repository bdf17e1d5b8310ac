"""Who looks after whom on a day: who is away, who covers, and whose budget is whose."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.domain.directory import Liaison, Practice
from quietdrop.evaluation.assignments import (
    assign_covers,
    covered_by,
    is_away,
    unlisted_liaisons,
)

AS_OF = date(2026, 7, 6)
DAY = timedelta(days=1)


def away(email: str, cover: str = "", first: int = 0, last: int | None = None) -> Liaison:
    """A liaison who is away from so many days after the as-of day to so many."""
    until = None if last is None else AS_OF + last * DAY
    return Liaison(email, away_from=AS_OF + first * DAY, away_to=until, cover=cover)


def covers(*liaisons: Liaison) -> dict[str, str]:
    return covered_by({one.email: one for one in liaisons}, AS_OF)


@pytest.mark.parametrize(
    ("first", "last", "gone"),
    [
        (0, None, True),
        (1, None, False),
        (-5, 0, True),
        (-5, -1, False),
        (0, 0, True),
        (1, 5, False),
    ],
)
def test_both_days_belong_to_the_time_away(first: int, last: int | None, gone: bool) -> None:
    assert is_away(away("ann", "", first, last), AS_OF) is gone


def test_who_names_no_day_is_here() -> None:
    assert not is_away(Liaison("ann"), AS_OF)
    assert not is_away(Liaison("ann", away_to=AS_OF), AS_OF)


def test_a_cover_who_is_away_hands_on_to_her_own() -> None:
    bob, cleo = Liaison("bob"), Liaison("cleo")
    assert covers(away("ann", "bob"), bob) == {"ann": "bob"}
    assert covers(away("ann", "bob"), away("bob", "cleo"), cleo) == {"ann": "cleo", "bob": "cleo"}
    assert covers(Liaison("ann", cover="bob"), bob) == {}


def test_nobody_covers_where_the_last_is_away_too() -> None:
    assert covers(away("ann", "bob"), away("bob")) == {}
    assert covers(away("ann", "bob"), away("bob", "ann")) == {}
    assert covers(away("ann")) == {}


def test_a_cover_need_not_be_in_the_table() -> None:
    assert covers(away("ann", "new@x")) == {"ann": "new@x"}


@pytest.mark.parametrize(("steps", "covered"), [(5, True), (6, False)])
def test_a_chain_is_followed_for_five_steps(steps: int, covered: bool) -> None:
    chain = [away(f"l{place}", f"l{place + 1}") for place in range(steps)]
    assert ("l0" in covers(*chain, Liaison(f"l{steps}"))) is covered


def test_who_covers_has_both_lists_and_both_budgets() -> None:
    lists = {"P1": "ann", "P2": "bob", "P3": "cleo"}
    to_bob = {"ann": "bob"}
    here, budgets = assign_covers(lists, {"ann": 4, "bob": 5}, 6, to_bob)
    assert (here, budgets) == ({"P1": "bob", "P2": "bob", "P3": "cleo"}, {"ann": 4, "bob": 9})
    assert assign_covers(lists, {}, 6, to_bob)[1] == {"bob": 12}
    assert assign_covers(lists, {"ann": 4}, 6, to_bob)[1] == {"ann": 4, "bob": 10}
    two = {"ann": "bob", "cleo": "bob"}
    assert assign_covers(lists, {}, 6, two)[1] == {"bob": 18}


def test_budgets_are_left_as_they_were_given() -> None:
    budgets = {"ann": 4}
    assign_covers({}, budgets, 6, {"ann": "bob"})
    assert budgets == {"ann": 4}


@pytest.mark.parametrize(("closed", "counts"), [(None, True), (1, True), (0, False), (-1, False)])
def test_practices_that_are_still_open_need_somebody(closed: int | None, counts: bool) -> None:
    closed_on = None if closed is None else AS_OF + closed * DAY
    practice = Practice("P1", "Lakeside", liaison="ann", closed_on=closed_on)
    expected = [("ann", 1)] if counts else []
    assert unlisted_liaisons([practice], {"bob"}, AS_OF) == expected


def test_who_has_most_practices_stands_first_then_by_address() -> None:
    owners = ["cleo", "bob", "ann", "ann", "dora", ""]
    practices = [Practice(f"P{n}", "", liaison=who) for n, who in enumerate(owners)]
    expected = [("ann", 2), ("bob", 1), ("cleo", 1)]
    assert unlisted_liaisons(practices, {"dora"}, AS_OF) == expected
