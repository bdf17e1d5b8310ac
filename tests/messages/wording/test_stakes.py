"""The line of figures: each unit and each step at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quietdrop.domain.figures import Figure
from quietdrop.messages.wording.figures import WEEKS_A_MONTH
from quietdrop.messages.wording.stakes import Fall, as_ever, brief, complaint_tag, figures_of

AS_OF = date(2026, 7, 6)
FALL = Fall(3.0, 4, 20.0, date(2026, 5, 18), None, None, 0.95, 0.2)


def figures(**changes: Any) -> list[str]:
    return [figure.words for figure in figures_of(replace(FALL, **changes), AS_OF)]


def test_a_fall_that_rounds_to_nothing_has_no_figure_of_a_loss() -> None:
    rest = ["95 % sure", "since May 18"]
    assert figures() == ["−2 a week", *rest]
    assert figures_of(FALL, AS_OF) == (
        Figure("−2", "a week"),
        Figure("95 %", "sure"),
        Figure("May 18", before="since"),
    )
    assert figures(observed=20) == rest
    assert figures(observed=21) == rest
    assert figures(expected=0.0) == rest
    assert figures(expected=0.5, observed=0) == ["−3 a week", *rest]
    assert figures(baseline_per_week=2000.0) == ["−1,600 a week", *rest]


@pytest.mark.parametrize(
    ("baseline", "observed", "said"),
    [
        (2.0, 15, "−1 a week"),  # half a referral
        (2.0, 16, "−2 a month"),
        (0.5, 15, "−1 a month"),
        (0.46, 15, "−1 a month"),
        (2 / WEEKS_A_MONTH, 15, "−1 a month"),  # half a referral a month
        (1.99 / WEEKS_A_MONTH, 15, "−1 every 9 weeks"),
        (0.46, 18, "−1 every 22 weeks"),
        (0.2, 10, "−1 every 10 weeks"),
    ],
)
def test_a_loss_in_the_unit_of_the_usual_rate(baseline: float, observed: int, said: str) -> None:
    assert figures(baseline_per_week=baseline, observed=observed)[0] == said


def test_silence_loses_the_whole_rate() -> None:
    silent = {"observed": 0, "silent_days": 1, "baseline_per_week": 7 / 9}
    assert figures(**silent)[0] == "−1 every 9 days"
    assert figures(**silent | {"silent_days": 0})[0] == "−3 a month"
    assert brief(replace(FALL, observed=0, silent_days=1)) == "Usually 3 a week; none for 1 day."
    edge = brief(replace(FALL, observed=0, silent_days=1, edge=True))
    assert edge == "Usually 3 a week; none came where 20 were expected."
    assert brief(replace(FALL, observed=0)) == edge
    assert brief(replace(FALL, observed=1, silent_days=1)).startswith("Usually 3 a week; 1 came")


def test_a_slide_is_told_by_its_rates_and_its_month() -> None:
    slide = {"baseline_per_week": 5.0, "remaining_share": 0.4, "fading": 0.5}
    assert figures(**slide) == ["−3 a week", "95 % sure", "since May"]
    assert brief(replace(FALL, **slide)) == "Slowly down from 5 a week to 2."  # type: ignore[arg-type]
    for other in ({"fading": 0.499}, {"edge": True}, {"remaining_share": None}):
        assert figures(**slide | other)[0] == "−4 a week"
    assert figures(**slide | {"edge": True})[2] == "since before May 18"


def test_one_that_is_only_watched_may_be_chance() -> None:
    words = brief(replace(FALL, is_watched=True))
    assert words == "Usually 3 a week; 4 came where 20 were expected. It may be chance."


def test_who_has_not_fallen_is_as_ever() -> None:
    assert as_ever(0.0) == ()
    assert as_ever(3.0) == (Figure("3", "a week, as ever"),)
    assert as_ever(0.2) == (Figure("1", "every 5 weeks, as ever"),)


def test_a_complaint_has_an_age_from_its_second_day_on() -> None:
    tags = [complaint_tag(days) for days in (0, 1, 2)]
    assert tags == ["Complaint, new", "Complaint, 1 day", "Complaint, 2 days"]
