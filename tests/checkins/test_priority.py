"""What stands first: the surest falls, or those that cost most."""

from __future__ import annotations

import pandas as pd
import pytest

from quietdrop.checkins.priority import Ranking, priority, worth
from quietdrop.domain.directory import Practice, Prefer

FRAME = pd.DataFrame(
    {
        "drift_probability": [0.9, 0.6, 0.5],
        "lost_per_week": [1.0, 1.0, 4.0],
        "fallen_per_week": [0.5, 3.0, 0.0],
        "remaining_share": [0.0, 0.5, 0.0],
    },
    index=["sure", "large", "sudden"],
)
VALUES = {"sure": 100, "elsewhere": 200, "sudden": 600, "large": None}


def test_sure_is_the_chance_times_the_estimated_loss() -> None:
    """Of which a fall to half counts a quarter, the square of its depth."""
    assert priority(FRAME, Ranking(Prefer.SURE)).tolist() == pytest.approx([0.9, 0.15, 2.0])


def test_volume_takes_the_greater_of_the_two_losses() -> None:
    """A large one that fell a week ago is not behind: its year is hardly lower yet."""
    assert priority(FRAME, Ranking(Prefer.VOLUME)).tolist() == pytest.approx([0.9, 0.9, 2.0])


@pytest.mark.parametrize("prefer", Prefer)
def test_who_was_acquired_counts_a_fifth(prefer: Prefer) -> None:
    usual = priority(FRAME, Ranking(prefer))
    weighed = priority(FRAME, Ranking(prefer, acquired=["large"]))
    assert weighed[1] == pytest.approx(0.2 * usual[1])
    assert weighed[0] == usual[0]


def test_a_referral_counts_by_what_it_is_worth_against_the_median() -> None:
    listed = [Practice(key, key, value=value) for key, value in VALUES.items()]
    ranking = Ranking(Prefer.SURE, worth=worth(listed))
    assert ranking.worth == {"sure": 0.5, "elsewhere": 1.0, "sudden": 3.0}
    assert priority(FRAME, ranking).tolist() == pytest.approx([0.45, 0.15, 6.0])


def test_the_unit_of_the_values_does_not_matter() -> None:
    cents, dollars = (
        worth(Practice(key, key, value=value and value * unit) for key, value in VALUES.items())
        for unit in (100, 1)
    )
    assert cents == dollars


def test_without_values_every_referral_counts_alike() -> None:
    assert worth([Practice("sure", "sure")]) == {}


@pytest.mark.parametrize(("prefer", "power"), [(Prefer.VOLUME, 1), (Prefer.SURE, 2)])
def test_of_two_falls_as_likely_and_as_large_the_deeper_one_stands_first(
    prefer: Prefer, power: int
) -> None:
    alike = FRAME.assign(drift_probability=0.6, lost_per_week=1.0, fallen_per_week=1.0)
    deep, shallow = alike.assign(remaining_share=0.1), alike.assign(remaining_share=0.6)
    ratio = priority(deep, Ranking(prefer)) / priority(shallow, Ranking(prefer))
    assert ratio == pytest.approx((0.9 / 0.4) ** power)


def test_a_practice_that_is_too_new_to_know_has_no_priority() -> None:
    new = FRAME.assign(
        drift_probability=[float("nan"), 0.6, 0.5], lost_per_week=[float("nan"), 1.0, 4.0]
    )
    for prefer in Prefer:
        assert pd.isna(priority(new, Ranking(prefer))[0])
