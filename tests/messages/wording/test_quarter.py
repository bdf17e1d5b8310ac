"""The quarter in a manager's words, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quietdrop.domain.quarter import Quarter, Tally, Total
from quietdrop.messages.wording import quarter as words

FIRST, END, AS_OF = date(2026, 4, 1), date(2026, 7, 1), date(2026, 7, 6)
TOTALS = tuple(
    Total(first, referrals, 60, True)
    for first, referrals in (
        (FIRST, 1230),
        (date(2026, 1, 1), 1200),
        (date(2025, 10, 1), 1100),
        (date(2025, 7, 1), 1000),
        (date(2025, 4, 1), 900),
    )
)
QUARTER = Quarter(
    first=FIRST,
    end=END,
    as_of=AS_OF,
    begins=date(2024, 1, 8),
    newest=date(2026, 6, 30),
    totals=TOTALS,
    overall="same",
    overall_year="up",
    parts={},
    moves={},
    tried={},
    knows_new=True,
    checkins={"opened": 0, "closed": 0, "came back": 0},
)


def of(**changes: Any) -> Quarter:
    return replace(QUARTER, **changes)


def test_a_quarter_is_called_by_its_months() -> None:
    assert words.title(FIRST) == "April to June 2026"
    assert words.title(date(2026, 10, 1)) == "October to December 2026"
    quarters = [words.short(date(2026, month, 1)) for month in (1, 4, 7, 10)]
    assert quarters == ["Q1", "Q2", "Q3", "Q4"]


def test_the_total_is_told_a_working_day_where_it_is_whole() -> None:
    start = "1,230 referrals came from April to June 2026"
    assert words.total(QUARTER) == f"{start}: 20.5 a working day."
    part = of(totals=(TOTALS[0]._replace(is_whole=False), *TOTALS[1:]), begins=date(2026, 4, 20))
    assert words.total(part) == (
        f"{start}. The data begin on April 20, so that this is not the whole quarter."
    )
    one = of(totals=(Total(FIRST, 1, 0, True),))
    assert words.total(one) == "1 referral came from April to June 2026: 1.0 a working day."


def test_a_day_without_work_divides_by_nothing() -> None:
    assert words.daily(Total(FIRST, 6, 3, True)) == 2.0
    assert words.daily(Total(FIRST, 6, 1, True)) == 6.0
    assert words.daily(Total(FIRST, 6, 0, True)) == 6.0


def test_it_is_compared_with_the_quarter_and_the_year_before() -> None:
    before = "The quarter before had 20.0 a working day"
    assert words.compared(QUARTER) == [
        f"{before}, a difference that chance alone can make.",
        "The same quarter of the year before had 15.0 a working day: more come now, beyond chance.",
    ]
    assert words.compared(of(overall="down", overall_year="")) == [
        f"{before}: fewer come now, beyond chance."
    ]
    assert words.compared(of(overall="", overall_year="")) == [
        "The data do not reach far enough back to compare it with another quarter."
    ]


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({"lost": 1}, "1 practice was lost."),
        ({"lost": 2}, "2 practices were lost."),
        ({"new": 1}, "1 practice is new."),
        ({"lost": 0, "down": 3}, "3 practices sent fewer than chance explains."),
        ({"lost": 2, "new": 1}, "2 practices were lost and 1 is new."),
        (
            {"lost": 1, "new": 2, "up": 1},
            "1 practice was lost, 2 are new and 1 sent more than chance explains.",
        ),
    ],
)
def test_who_moved(moves: dict[str, int], said: str) -> None:
    assert words.moved(of(moves={"practice": moves})) == said


def test_that_nobody_moved_is_said_only_where_it_is_known() -> None:
    tried = {"practice": 9}
    rest = ", and none moved by more than chance."
    assert words.moved(QUARTER) == "Who moved cannot be told yet."
    assert words.moved(of(tried=tried)) == f"No practice was lost or new{rest}"
    assert words.moved(of(tried=tried, knows_new=False)) == f"No practice was lost{rest}"
    assert words.moved(of(moves={"practice": {"lost": 1}})) == "1 practice was lost."


def test_who_sent_most() -> None:
    parts = {"practice": (Tally("Gone", 0), Tally("Lake", 30), Tally("Hill", 9))}
    assert words.most(of(parts=parts)) == "Most came from Lake: 30."
    assert words.most(of(parts={"practice": (Tally("Gone", 0),)})) == ""
    assert words.most(QUARTER) == ""


def test_the_facts_of_a_mail_are_those_that_there_are() -> None:
    every = words.facts(of(newest=date(2026, 6, 20)))
    assert every == [
        words.total(QUARTER),
        words.compared(QUARTER)[0],
        words.moved(QUARTER),
        "The data end on June 20: the quarter's last 10 days are not in yet.",
    ]
    assert words.facts(QUARTER) == every[:3]


@pytest.mark.parametrize(
    ("tried", "part", "said"),
    [
        (0, "practice", ""),
        (
            1,
            "practice",
            "1 practice could be compared; of so few, chance alone seldom makes one up or down.",
        ),
        (
            49,
            "person",
            "49 people could be compared; of so few, chance alone seldom makes one up or down.",
        ),
        (
            50,
            "person",
            "50 people could be compared; of so many, chance alone makes 1 up or down at the most, "
            "on average.",
        ),
        (
            400,
            "practice",
            "400 practices could be compared; of so many, chance alone makes 4 up or down at the "
            "most, on average.",
        ),
    ],
)
def test_how_many_chance_alone_moves(tried: int, part: str, said: str) -> None:
    assert words.chance(of(tried={part: tried}), part) == said
    assert words.chance(of(tried={part: tried}), "payer") == ""


ONE = Tally("Lake", now=6, before=14, year=12)


@pytest.mark.parametrize(
    ("changes", "line", "cell"),
    [
        ({}, "6; 14 in the quarter before", ""),
        ({"before": None}, "6", ""),
        ({"move": "down"}, "6; 14 in the quarter before", "down"),
        ({"move": "down", "other": "Hill"}, "6; 14 in the quarter before", "down"),
        ({"yearly": "up"}, "6; 14 in the quarter before", "up on last year"),
        ({"move": "new"}, "6 referrals", "new"),
        ({"move": "new", "now": 1}, "1 referral", "new"),
        ({"move": "lost", "now": 0}, "0; 14 in the quarter before", "lost"),
        (
            {"move": "lost", "now": 0, "last": date(2026, 2, 2)},
            "none since February 2; 14 in the quarter before",
            "lost",
        ),
        (
            {"move": "lost", "now": 0, "last": date(2026, 2, 2), "status": "closed"},
            "none since February 2; 14 in the quarter before; closed by your team",
            "lost",
        ),
        (
            {"move": "down", "last": date(2026, 2, 2), "status": "closed"},
            "6; 14 in the quarter before",
            "down",
        ),
        (
            {"move": "renamed", "other": "Hill"},
            "now Hill (6; 14 in the quarter before)",
            "now Hill",
        ),
        (
            {"move": "renamed", "other": "Hill", "before": 0, "year": 0},
            "was Hill (6; 0 in the quarter before)",
            "was Hill",
        ),
        (
            {"move": "moved", "other": "Hill"},
            "now at Hill (6; 14 in the quarter before)",
            "now at Hill",
        ),
        (
            {"move": "moved", "other": "Hill", "before": 0, "year": 0},
            "came from Hill (6; 0 in the quarter before)",
            "came from Hill",
        ),
        (  # nothing now: it did not come lately
            {"move": "moved", "other": "Hill", "now": 0, "before": 0, "year": 0},
            "now at Hill (0; 0 in the quarter before)",
            "now at Hill",
        ),
        (
            {"move": "moved", "other": "Hill", "before": 0},
            "now at Hill (6; 0 in the quarter before)",
            "now at Hill",
        ),
        (
            {"move": "moved", "other": "Hill", "year": 0},
            "now at Hill (6; 14 in the quarter before)",
            "now at Hill",
        ),
        (  # of the quarters before nothing is known
            {"move": "moved", "other": "Hill", "before": None, "year": None},
            "now at Hill (6)",
            "now at Hill",
        ),
        (
            {"move": "moved", "other": "Hill", "now": 1, "before": 0, "year": 0},
            "came from Hill (1; 0 in the quarter before)",
            "came from Hill",
        ),
    ],
)
def test_one_that_moved(changes: dict[str, Any], line: str, cell: str) -> None:
    tally = ONE._replace(**changes)
    assert words.line(tally, AS_OF) == line
    assert words.cell(tally) == cell


def test_who_is_new_is_said_or_why_not() -> None:
    assert words.new(QUARTER) == (
        "New: the first referral in the quarter, and none in all the data before it."
    )
    assert words.new(of(knows_new=False, begins=date(2026, 1, 5))) == (
        "The data begin on January 5, less than a year before the quarter: who is new in it and "
        "who was only not seen before cannot be told."
    )


@pytest.mark.parametrize(
    ("name", "role", "practice", "said"),
    [
        ("Ann Lee", "NP", "Lake", "NP, Lake"),
        ("Ann Lee, np", "NP", "Lake", "Lake"),
        ("Ann Lee", "NP", "", "NP"),
        ("Ann Lee", "", "", ""),
    ],
)
def test_a_role_that_the_name_says_is_not_said_twice(
    name: str, role: str, practice: str, said: str
) -> None:
    assert words.place(Tally(name, role=role, practice=practice)) == said


@pytest.mark.parametrize(
    ("opened", "closed", "back", "said"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, "1 check-in was opened in the quarter."),
        (3, 2, 0, "3 check-ins were opened in the quarter, 2 closed."),
        (0, 0, 1, "0 check-ins were opened in the quarter, and 1 practice came back."),
        (3, 2, 2, "3 check-ins were opened in the quarter, 2 closed, and 2 practices came back."),
    ],
)
def test_what_became_of_check_ins(opened: int, closed: int, back: int, said: str) -> None:
    of_quarter = {"opened": opened, "closed": closed, "came back": back}
    assert words.checkins(of(checkins=of_quarter)) == said


@pytest.mark.parametrize(("newest", "missing"), [(26, 0), (25, 5), (24, 6)])
def test_missing_days_are_said_from_five_on(newest: int, missing: int) -> None:
    said = words.not_all_in(of(newest=date(2026, 6, newest)))
    days = f"The data end on June {newest}: the quarter's last {missing} days are not in yet."
    assert said == (days if missing else "")
