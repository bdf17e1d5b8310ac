"""Good news on counts set by hand: milestones, a year's referrals, and the pace before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.detection.assess import Assessed
from quietdrop.findings.good_news import (
    MILESTONES,
    Growing,
    Growth,
    Merit,
    Thanks,
    growing,
    its_turn,
    thanks_due,
)

NAME = next(name for name in (f"P{n}" for n in range(40)) if its_turn(name, AS_OF))


def test_milestones_are_round_numbers() -> None:
    assert MILESTONES == (100, 250, 500, 1000, 2500, 5000)


@pytest.mark.parametrize("milestone", MILESTONES)
def test_each_milestone_is_told_once(milestone: int) -> None:
    """The very first referral is not among the counts."""
    for before, reached in ((milestone - 3, False), (milestone - 2, True), (milestone - 1, False)):
        due = thanks_due(counted({NAME: [0.0] * 60 + [float(before), 1.0]}), [NAME], [])
        expected = [Thanks(NAME, Merit.MILESTONE, milestone, None)] if reached else []
        assert [one for one in due if one.kind is Merit.MILESTONE] == expected


@pytest.mark.parametrize(("ago", "number"), [(52, 1), (53, 0)])
def test_one_referral_of_the_last_year_is_thanked_for_and_none_is_not(
    ago: int, number: int
) -> None:
    weeks = np.zeros(80)
    weeks[-ago] = 1.0
    due = thanks_due(counted({NAME: weeks.tolist()}), [NAME], [])
    assert due == ([Thanks(NAME, Merit.TOP, 1, None)] if number else [])


def grown(assessed: Assessed) -> list[Growing]:
    return growing(assessed, [NAME])


def test_the_pace_before_is_that_of_the_year_before_the_last_quarter() -> None:
    """52 in 47 weeks of exposure, the oldest week among them; of 80 weeks the oldest 15 are not."""
    young = [6.0] + [1.0] * 46 + [3.0] * 13
    [one] = grown(counted({NAME: young}))
    assert one.came == 39
    assert one.expected == pytest.approx(52 / 47 * 13)
    old = [90.0] * 15 + [1.0] * 52 + [3.0] * 13
    assert grown(counted({NAME: old})) == [Growing(NAME, Growth.GROWING, 39, 13.0)]


@pytest.mark.parametrize(("share", "expected"), [(0.01, 13.0), (0.0, 0.0)])
def test_a_pace_of_few_chances_counts_and_of_none_there_is_none(
    share: float, expected: float
) -> None:
    """One a week in the year before, in weeks in which hardly anybody could send."""
    steady = counted({NAME: [1.0] * 52 + [3.0] * 13}, exposure=share)
    [one] = grown(steady)
    assert one == Growing(NAME, Growth.GROWING, 39, one.expected)
    assert one.expected == pytest.approx(expected)
    if share:
        later = np.where(np.arange(65) < 52, 0.0, share)[None, :]
        reopened = replace(steady, pool=replace(steady.pool, share=later))
        assert grown(reopened) == [Growing(NAME, Growth.GROWING, 39, 0.0)]
