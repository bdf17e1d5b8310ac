"""How right we were: of the step with the most closed cases, from 20 on, the last 20."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.domain.reports import Verdict
from quietdrop.messages.track_record import track_record

DAY = date(2026, 1, 5)


def told(number: int, probability: float, down: int, since: int = 0) -> list[Verdict]:
    """Cases a week apart, of which the last `down` were down."""
    return [
        Verdict(DAY + timedelta(weeks=since + place), probability, place >= number - down)
        for place in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "said"), [(19, ""), (20, "of the last 20 at 4 in 5, 17 were down")]
)
def test_twenty_closed_cases_say_something(number: int, said: str) -> None:
    assert track_record(told(number, 0.8, 17)) == said


def test_no_case_says_nothing() -> None:
    assert track_record([]) == ""


def test_only_the_last_twenty_of_a_step_count() -> None:
    earlier = told(30, 0.8, 30)
    assert track_record([*told(20, 0.8, 5, since=30), *earlier]) == (
        "of the last 20 at 4 in 5, 5 were down"
    )


def test_cases_of_other_steps_do_not_add_up() -> None:
    assert track_record([*told(12, 0.75, 9), *told(12, 0.8, 9)]) == ""
    most = track_record([*told(20, 0.75, 9), *told(21, 0.9, 18)])
    assert most == "of the last 20 at 9 in 10, 18 were down"


@pytest.mark.parametrize(
    ("probability", "step"),
    [(0.95, "93 % or more"), (0.99, "93 % or more"), (0.6, "better than even")],
)
def test_the_highest_and_the_lowest_step_are_named_as_a_whole(
    probability: float, step: str
) -> None:
    assert track_record(told(20, probability, 1)) == f"of the last 20 at {step}, 1 was down"
