"""The line of figures below a name: in the sentence's units and steps, each thing once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.checkin import CheckIn, Kind, Touch
from quietdrop.domain.figures import NOTHING_AT_STAKE, Figure, Stakes
from quietdrop.messages.stakes import stakes_of, stakes_of_complaint
from quietdrop.messages.wording.stakes import Fall, as_ever, brief, complaint_tag, figures_of

AS_OF = date(2026, 7, 6)
FALL = Fall(
    baseline_per_week=3.0,
    observed=4,
    expected=20.4,
    onset=date(2026, 5, 18),
    onset_low=date(2026, 5, 11),
    onset_high=date(2026, 5, 25),
    probability=0.95,
    remaining_share=0.2,
)
SILENT = replace(FALL, baseline_per_week=2.0, observed=0, expected=9.0, silent_days=31)
SLIDE = replace(FALL, baseline_per_week=5.0, remaining_share=0.4, fading=0.5)


def line(fall: Fall) -> str:
    return Stakes(figures_of(fall, AS_OF)).line


def test_the_line_says_how_much_how_sure_and_since_when() -> None:
    assert line(FALL) == "−2 a week · 95 % sure · since May 18"
    assert brief(FALL) == "Usually 3 a week; 4 came where 20 were expected."


@pytest.mark.parametrize(
    ("fall", "said", "kept"),
    [
        (SILENT, "−2 a week · 95 % sure · since May 18", "Usually 2 a week; none for 31 days."),
        (
            replace(SILENT, baseline_per_week=7 / 9),
            "−1 every 9 days · 95 % sure · since May 18",
            "Usually one every 9 days; none for 31 days.",
        ),
        (SLIDE, "−3 a week · 95 % sure · since May", "Slowly down from 5 a week to 2."),
        (
            replace(FALL, baseline_per_week=0.5, observed=1, expected=3.5),
            "−2 a month · 95 % sure · since May 18",
            "Usually 2 a month; 1 came where 4 were expected.",
        ),
    ],
)
def test_a_silence_and_a_slide_have_lines_of_their_own(fall: Fall, said: str, kept: str) -> None:
    assert (line(fall), brief(fall)) == (said, kept)


@pytest.mark.parametrize(
    ("observed", "said"),
    [(10, "−2 a week"), (16, "−1 a week"), (17, "−2 a month"), (20, "−1 every 17 weeks")],
)
def test_a_loss_keeps_the_sentences_unit_until_it_rounds_to_nothing(
    observed: int, said: str
) -> None:
    assert line(replace(FALL, observed=observed)).split(" · ")[0] == said


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.6, "more likely than not"), (0.75, "3 in 4"), (0.8, "4 in 5"), (0.9, "9 in 10")],
)
def test_how_sure_goes_in_the_sentences_steps(probability: float, said: str) -> None:
    assert line(replace(FALL, probability=probability)).split(" · ")[1] == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"onset_high": date(2026, 6, 8)}, "since May 18"),
        ({"onset_high": date(2026, 6, 9)}, "since about May 18"),
        ({"edge": True}, "since before May 18"),
    ],
)
def test_a_wide_onset_is_about_and_one_at_the_edge_is_before(
    changed: dict[str, Any], said: str
) -> None:
    assert line(replace(FALL, **changed)).endswith(said)


def test_what_is_only_watched_may_be_chance() -> None:
    assert brief(replace(FALL, is_watched=True)).endswith("expected. It may be chance.")


@given(
    st.floats(0.01, 500),
    st.integers(0, 4000),
    st.floats(0.5, 1.0),
    st.floats(0.0, 1.0),
    st.integers(0, 200),
)
def test_a_line_has_at_most_three_parts_and_never_a_loss_above_the_usual(
    baseline: float, observed: int, probability: float, fading: float, silent: int
) -> None:
    fall = replace(
        FALL,
        baseline_per_week=baseline,
        observed=observed,
        expected=7 * baseline,
        probability=probability,
        fading=fading,
        silent_days=silent,
    )
    figures = figures_of(fall, AS_OF)
    assert 2 <= len(figures) <= 3
    assert all(figure.amount for figure in figures)
    assert "100 %" not in line(fall)
    if len(figures) == 3:
        assert figures[0].amount.startswith("−")
        assert figures[0].amount != "−0"


@pytest.mark.parametrize(
    ("baseline", "said"),
    [
        (0.0, ""),
        (0.001, "less than one a year, as ever"),
        (1 / 6, "1 every 6 weeks, as ever"),
        (1.2, "1 a week, as ever"),
    ],
)
def test_who_has_not_fallen_is_as_ever(baseline: float, said: str) -> None:
    assert Stakes(as_ever(baseline)).line == said


def test_beside_a_name_stand_two_short_parts() -> None:
    assert Stakes(figures_of(FALL, AS_OF)).at_a_glance == ("−2 a week", "95 % sure")
    assert Stakes(as_ever(1.2), complaint_tag(12)).at_a_glance == ("Complaint", "12 days")
    assert NOTHING_AT_STAKE.at_a_glance == ()
    assert Figure("May 18", before="since").words == "since May 18"


DRIFTING = Assessment(
    "P1",
    Status.DRIFTING,
    baseline_per_week=3.0,
    observed=4,
    expected=20.4,
    drift_probability=0.95,
    onset=date(2026, 5, 18),
    remaining_share=0.2,
)
COMPLAINT = CheckIn("P1", "Willow Clinic", "ann@example.com", Kind.COMPLAINT, date(2026, 6, 29))


def test_only_who_may_be_falling_has_a_line() -> None:
    assert stakes_of(DRIFTING, AS_OF).line == "−2 a week · 95 % sure · since May 18"
    assert stakes_of(replace(DRIFTING, status=Status.STEADY), AS_OF) == NOTHING_AT_STAKE
    assert stakes_of(replace(DRIFTING, onset=None), AS_OF) == NOTHING_AT_STAKE
    unsure = replace(DRIFTING, drift_probability=None)
    assert stakes_of(unsure, AS_OF).line == "−2 a week · more likely than not · since May 18"


@pytest.mark.parametrize(
    ("days", "tag"), [(12, "Complaint, 12 days"), (1, "Complaint, 1 day"), (0, "Complaint, new")]
)
def test_a_complaint_is_as_old_as_its_latest_record(days: int, tag: str) -> None:
    logged = AS_OF - timedelta(days=days)
    touches = [
        Touch(logged - timedelta(days=90), "P1", kind="complaint"),
        Touch(logged, "P1", outcome="complaint"),
        Touch(AS_OF + timedelta(days=1), "P1", kind="complaint"),
        Touch(AS_OF, "P1", kind="visit"),
    ]
    steady = replace(DRIFTING, status=Status.STEADY, onset=None)
    stakes = stakes_of_complaint(steady, COMPLAINT, touches, AS_OF)
    assert stakes.tag == tag
    assert stakes.line.endswith("3 a week, as ever")
    assert stakes.brief.startswith("They told us on ")


def test_a_complaint_that_nobody_recorded_is_as_old_as_its_check_in() -> None:
    assert stakes_of_complaint(None, COMPLAINT, [], AS_OF).line == "Complaint, 7 days"


def test_who_complained_and_falls_is_told_of_both() -> None:
    stakes = stakes_of_complaint(DRIFTING, COMPLAINT, [], AS_OF)
    assert stakes.line == "Complaint, 7 days · −2 a week · 95 % sure · since May 18"
    assert stakes.brief.endswith("answered yet. Usually 3 a week; 4 came where 20 were expected.")
