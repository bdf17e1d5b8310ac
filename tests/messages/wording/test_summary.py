"""The ledger, coverage and the honesty of the odds in a manager's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quietdrop.domain.reports import Back, Coverage, Gain, Ledger, ReliabilityBin
from quietdrop.messages.wording import summary as words

BACK = Back(12, 40.0, 100.0, 30.0, 0.4, 0.2, 0.6)
NOTHING = Ledger(date(2026, 7, 6), 13, (), None, None, None, 0)
SOME = replace(NOTHING, groups=(("made", BACK),))
CANNOT = (
    "We cannot tell yet whether check-ins bring referrals back. That takes a held-out share, with "
    "twenty or more practices in it whose weeks have passed."
)


def test_what_came_back_has_its_uncertainty_where_there_is_one() -> None:
    start, end = "12 practices; 40 % of the usual came", ", where 30 % was likely anyway."
    assert words.back(BACK) == f"{start} (between 20 % and 60 %){end}"
    assert words.back(BACK._replace(low=0.0)) == f"{start} (between 0 % and 60 %){end}"
    assert words.back(BACK._replace(low=None)) == f"{start}{end}"
    assert words.back(BACK._replace(high=None)) == f"{start}{end}"
    assert words.back(BACK._replace(cases=1, usual=50.0, low=None)) == (
        "1 practice; 40 % of the usual came, where 60 % was likely anyway."
    )


@pytest.mark.parametrize(
    ("waiting", "rest"),
    [
        (0, "no check-in is 13 weeks old."),
        (1, "1 check-in is younger than 13 weeks."),
        (4, "4 check-ins are younger than 13 weeks."),
    ],
)
def test_before_anything_can_be_told(waiting: int, rest: str) -> None:
    assert words.findings(replace(NOTHING, waiting=waiting)) == [f"We cannot tell yet: {rest}"]


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Gain(0.2, 0.1, 0.3), "20 % of the usual more came (between +10 % and +30 % of the usual)"),
        (
            Gain(-0.2, -0.3, -0.1),
            "20 % of the usual fewer came (between −30 % and −10 % of the usual)",
        ),
        (
            Gain(0.1, 0.0, 0.2),
            "no more and no fewer came beyond chance (between +0 % and +20 % of the usual)",
        ),
        (
            Gain(-0.1, -0.2, 0.0),
            "no more and no fewer came beyond chance (between −20 % and +0 % of the usual)",
        ),
    ],
)
def test_each_comparison_is_told_with_its_interval(gain: Gain, said: str) -> None:
    over_model = f"Of those seen, {said} than was likely anyway."
    assert words.findings(replace(SOME, over_model=gain)) == [over_model, CANNOT]
    assert words.findings(replace(SOME, over_left=gain))[0] == (
        f"Of those seen, {said} than of those nobody got to. That is no proof: whom a liaison sees "
        "is no accident."
    )
    held = f"With the held-out share: of those listed, {said}."
    assert words.findings(replace(SOME, over_held=gain)) == [held]
    assert words.findings(SOME) == [CANNOT]


def test_coverage_says_what_the_table_does_not() -> None:
    start = "Waits too long: listed twice, and nothing done within a week."
    row = Coverage("a", new=1, open=3, seen=1, aging=0, oldest=9, left_out=0)
    assert words.coverage([]) == start
    assert words.coverage([row]) == start
    aging = row._replace(aging=1, oldest=1)
    assert words.coverage([aging, row]) == f"{start} The oldest of these is open for 1 week."
    out = row._replace(left_out=1)
    assert words.coverage([out]) == f"{start} 1 practice was left out by the budget."
    assert words.coverage([out, out]) == f"{start} 2 practices were left out by the budget."
    idle = row._replace(open=0)
    assert words.coverage([idle, row]) == f"{start} 1 liaison has no open check-in."
    assert words.coverage([idle, idle]) == f"{start} 2 liaisons have no open check-in."


def test_who_needs_a_home_and_whom_chance_leaves_out() -> None:
    assert words.needs_a_home(1).startswith("1 practice needs a home: the directory gives it")
    assert words.needs_a_home(2).startswith("2 practices need a home: the directory gives them")
    assert words.held_out(0) == ""
    assert words.held_out(1) == "1 practice is left unlisted by chance, as you chose."
    assert words.held_out(2) == "2 practices are left unlisted by chance, as you chose."


def test_how_the_odds_turned_out() -> None:
    step = ReliabilityBin(0.5, 0.7, 20, 13, is_enough=True)
    few = step._replace(said=3, is_enough=False)
    assert words.reliability([step, few, step._replace(said=0)]) == [
        "50 % to 70 % sure: 13 of 20 turned out to be a lasting drop.",
        "50 % to 70 % sure: 3 so far, too early to say.",
    ]
    assert words.reliability([step._replace(said=0)]) == [
        "Too early to say: no drop was told 13 weeks ago or longer."
    ]
