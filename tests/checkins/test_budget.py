"""What is left of a budget, and who is worth a look where it is not used up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from tests.builders.checkin_scene import judged

from quietdrop.checkins.budget import MUCH, left_of, worth_a_look
from quietdrop.detection.assess import Assessed
from quietdrop.domain.checkin import CheckIn, Kind, State

AS_OF = date(2026, 7, 6)
ANN, BEN = "ann@example.com", "ben@example.com"


def opened(practice: str, ago: int, state: State = State.OPEN, liaison: str = ANN) -> CheckIn:
    day = AS_OF - timedelta(days=ago)
    return CheckIn(practice, practice, liaison, Kind.DRIFT, day, state=state)


@pytest.mark.parametrize(("ago", "left"), [(0, 6), (1, 5), (6, 5), (7, 6)])
def test_check_ins_of_the_last_seven_days_are_spent(ago: int, left: int) -> None:
    """Those of the date itself are counted with what it opens."""
    assert left_of({ANN: 6}, [opened("A", ago)], [], AS_OF) == {ANN: left}


def test_the_review_and_what_is_told_again_spend_nothing() -> None:
    checkins = [opened("A", 3, State.REVIEW), opened("B", 3), opened("C", 3, liaison=BEN)]
    assert left_of({ANN: 6, BEN: 2}, checkins, [opened("B", 0)], AS_OF) == {ANN: 6, BEN: 1}


def watched(**practices: tuple[float, float, float]) -> Assessed:
    """Watched practices: probability, estimated loss, loss against the last year."""
    frame = pd.DataFrame.from_dict(
        practices, "index", columns=["drift_probability", "lost_per_week", "fallen_per_week"]
    )
    assessed = judged()
    return replace(assessed, frame=frame.assign(status="watching", edge=False))


def looks(assessed: Assessed, places: int = 6, *taken: str) -> list[str]:
    names = [str(name) for name in assessed.frame.index]
    return worth_a_look(assessed, {ANN: places}, dict.fromkeys(names, ANN), taken).get(ANN, [])


def test_the_most_at_stake_stands_first_though_it_is_less_sure() -> None:
    """√0.3 × 4 = 2.19; √0.45 × 2 = 1.34; √0.4 × 1 = 0.63."""
    assessed = watched(A=(0.45, 1.0, 2.0), B=(0.3, 4.0, 0.0), C=(0.4, 1.0, 0.5))
    assert looks(assessed) == ["B", "A", "C"]


@pytest.mark.parametrize(("missing", "named"), [(MUCH, ["A"]), (MUCH - 0.01, [])])
def test_little_at_stake_is_not_worth_a_look(missing: float, named: list[str]) -> None:
    assert looks(watched(A=(0.4, 0.1, missing))) == named


@pytest.mark.parametrize(("places", "lines"), [(0, 0), (1, 1), (3, 3), (6, 3), (-1, 0)])
def test_it_takes_what_the_budget_leaves_and_at_most_three_lines(places: int, lines: int) -> None:
    five = watched(**dict.fromkeys("ABCDE", (0.4, 2.0, 0.0)))
    assert looks(five, places) == list("ABCDE")[:lines]


def test_who_is_dealt_with_or_old_news_is_not_named() -> None:
    assessed = watched(A=(0.4, 2.0, 0.0), B=(0.4, 2.0, 0.0))
    assert looks(assessed, 6, "A") == ["B"]
    old = replace(assessed, frame=assessed.frame.assign(edge=True))
    assert looks(old) == []


def test_only_the_watched_are_looked_at_and_each_by_her_own_liaison() -> None:
    assessed = watched(A=(0.4, 2.0, 0.0), B=(0.4, 3.0, 0.0), C=(0.9, 9.0, 0.0))
    assessed.frame.loc["C", "status"] = "drifting"
    whose = {"A": ANN, "B": BEN, "C": ANN}
    assert worth_a_look(assessed, {ANN: 6, BEN: 6}, whose, ()) == {ANN: ["A"], BEN: ["B"]}


def test_who_has_no_place_or_no_liaison_is_named_to_nobody() -> None:
    assessed = watched(A=(0.4, 2.0, 0.0), B=(0.4, 2.0, 0.0))
    assert worth_a_look(assessed, {BEN: 6}, {"A": ANN}, ()) == {}
    assert worth_a_look(watched(A=(0.4, 2.0, 0.0)), {ANN: 6}, {"A": ANN}, ["A"]) == {}
