"""Thanks that are due and practices that grow: each threshold on both sides."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.findings.good_news import (
    Growing,
    Growth,
    Merit,
    Thanks,
    growing,
    its_turn,
    thanks_due,
)

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEK = timedelta(weeks=1)
OTHERS = {f"O{n:02d}": [2] * 104 for n in range(12)}
TURNS = {name: its_turn(name, AS_OF) for name in (f"P{n}" for n in range(40))}
ON, OFF = ([name for name in TURNS if TURNS[name] is turn] for turn in (True, False))


def network(sent: dict[str, list[int]]) -> Assessed:
    """Practices by what they sent a week, the newest last, beside twelve steady ones."""
    rows = [
        (name, END - 7 * (len(weeks) - place) + number % 5)
        for name, weeks in (OTHERS | sent).items()
        for place, count in enumerate(weeks)
        for number in range(count)
    ]
    counts = pd.DataFrame(rows, columns=["practice_id", "day"]).assign(referrals=1)
    return assess(weekly(events(counts), AS_OF), DriftSettings())


def thanked(name: str, weeks_ago: int, kind: str = "thank_you") -> Touch:
    return Touch(AS_OF - weeks_ago * WEEK, name, kind=kind)


def test_a_turn_comes_every_fourth_week() -> None:
    for name in TURNS:
        turns = [its_turn(name, AS_OF + week * WEEK) for week in range(8)]
        assert sum(turns[:4]) == 1
        assert turns[:4] == turns[4:]
        assert its_turn(name, AS_OF + timedelta(days=2)) == turns[0]  # all week long


@pytest.mark.parametrize(
    ("before", "last", "reached"),
    [
        (97, 1, 0),
        (98, 1, 0),
        (98, 2, 100),
        (99, 1, 100),
        (100, 1, 0),
        (240, 20, 250),
        (98, 160, 250),
    ],
)
def test_a_milestone_is_told_in_the_week_in_which_it_is_reached(
    before: int, last: int, reached: int
) -> None:
    weeks = [1] * before + [last] if before <= 100 else [4] * (before // 4) + [last]
    due = thanks_due(network({OFF[0]: weeks}), [OFF[0]], [])
    expected = [Thanks(OFF[0], Merit.MILESTONE, reached, None)] if reached else []
    assert [one for one in due if one.kind == "milestone"] == expected


def test_the_five_largest_of_a_liaison_are_thanked_for_their_year() -> None:
    names = ON[:6]
    sent = {name: [number + 3] * 60 for number, name in enumerate(names)}
    due = thanks_due(network(sent), names, [])
    assert (
        due
        == [
            Thanks(name, Merit.TOP, 52 * (number + 3), None)
            for number, name in reversed(list(enumerate(names)))
        ][:3]
    )


@pytest.mark.parametrize(("weeks_ago", "due"), [(25, False), (26, True), (27, True)])
def test_who_was_thanked_within_half_a_year_is_not_thanked_again(weeks_ago: int, due: bool) -> None:
    assessed, name = network({ON[0]: [3] * 60}), ON[0]
    touches = [thanked(name, 40), thanked(name, weeks_ago), thanked(name, 1, "visit")]
    expected = [Thanks(name, Merit.TOP, 156, AS_OF - weeks_ago * WEEK)] if due else []
    assert thanks_due(assessed, [name], touches) == expected
    assert thanks_due(assessed, [name], touches[::-1]) == expected


def test_nobody_is_thanked_out_of_turn() -> None:
    assert thanks_due(network({OFF[0]: [3] * 60}), [OFF[0]], []) == []


@pytest.mark.parametrize(("weeks", "steady"), [(103, False), (104, True)])
def test_a_smaller_one_is_thanked_for_two_whole_years(weeks: int, steady: bool) -> None:
    """It is the sixth, behind five larger ones whose turn has not come."""
    sent = {name: [5] * 60 for name in OFF[:5]} | {ON[0]: [2] * weeks}
    due = thanks_due(network(sent), [*OFF[:5], ON[0]], [])
    assert due == ([Thanks(ON[0], Merit.STEADY, 2, None)] if steady else [])


class TestNew:
    def growers(self, name: str, weeks: list[int]) -> list[Growing]:
        return growing(network({name: weeks}), [name])

    def test_the_third_referral_is_told_in_its_week_whoever_s_turn_it_is(self) -> None:
        assert self.growers(OFF[0], [1, 1, 1]) == [Growing(OFF[0], Growth.NEW, 3, 0.0)]
        assert self.growers(OFF[0], [1, 0, 4]) == [Growing(OFF[0], Growth.NEW, 5, 0.0)]
        assert self.growers(OFF[0], [1, 1]) == []
        assert self.growers(OFF[0], [1, 2, 1]) == []

    def test_later_it_is_told_in_its_turn(self) -> None:
        assert self.growers(ON[0], [1, 2, 1]) == [Growing(ON[0], Growth.NEW, 4, 0.0)]
        assert self.growers(ON[0], [1, 1, 0]) == []

    @pytest.mark.parametrize(("weeks", "is_new"), [(13, True), (14, False)])
    def test_it_is_new_for_a_quarter(self, weeks: int, is_new: bool) -> None:
        assert bool(self.growers(ON[0], [1] * weeks)) is is_new


class TestGrowing:
    def growers(self, late: int, weeks: int = 39, name: str = ON[0]) -> list[Growing]:
        sent = [4] * (weeks - 13) + [late] * 13
        return growing(network({name: sent}), [name])

    def test_half_as_much_again_is_told_with_what_was_usual(self) -> None:
        [one] = self.growers(8, 78)
        assert (one.practice_id, one.kind, one.came) == (ON[0], "growing", 104)
        assert one.expected == pytest.approx(54.4, abs=0.1)  # 52, and others' weeks that ran high

    def test_less_than_half_as_much_again_is_not(self) -> None:
        assert self.growers(5, 78) == []

    @pytest.mark.parametrize(("weeks", "is_told"), [(38, False), (39, True)])
    def test_it_needs_three_quarters_of_a_year(self, weeks: int, is_told: bool) -> None:
        assert bool(self.growers(9, weeks)) is is_told

    def test_it_waits_for_its_turn(self) -> None:
        assert self.growers(9, 78, OFF[0]) == []


def test_new_ones_stand_first_then_the_largest_and_three_are_enough() -> None:
    sent = {ON[n]: [1, 2 + n, 0] for n in range(2)}
    sent |= {ON[n]: [4] * 65 + [6 + n] * 13 for n in (2, 3)}
    news = growing(network(sent), ON[:4])
    assert [(one.practice_id, one.kind) for one in news] == [
        (ON[1], "new"),
        (ON[0], "new"),
        (ON[3], "growing"),
    ]


def test_the_network_itself_is_steady() -> None:
    assert np.all(network({}).frame["status"] == "steady")
