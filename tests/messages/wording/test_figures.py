"""One number at a time in words: both sides of every step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.messages.wording.figures import (
    WEEKS_A_MONTH,
    about,
    count,
    day,
    gap,
    loss,
    month,
    number,
    odds,
    percent,
    rate,
    short_day,
    sureness,
)

AS_OF = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("per_week", "words"),
    [
        (2.4, "2 a week"),
        (2.5, "3 a week"),
        (1 / 4.5, "one every 5 weeks"),
        (0.95, "1 a week"),
        (0.94, "4 a month"),
        (1.501 / 4.348, "2 a month"),
        (1.5 / WEEKS_A_MONTH, "2 a month"),
        (1.499 / 4.348, "one every 3 weeks"),
        (1 / 103.4, "one every 103 weeks"),
        (1 / 104, "less than one a year"),
        (0.0, "less than one a year"),
    ],
)
def test_a_rate_takes_the_unit_of_a_small_whole_number(per_week: float, words: str) -> None:
    assert rate(per_week) == words


def test_a_month_is_the_twelfth_of_a_year_of_365_and_a_quarter_days() -> None:
    assert pytest.approx(4.348, abs=0.001) == WEEKS_A_MONTH


@pytest.mark.parametrize(
    ("per_week", "words"),
    [
        (0.96, "1 a week"),
        (7 / 7.6, "one every 8 days"),
        (7 / 7.4, "4 a month"),  # every seven days
        (7 / 8.5, "one every 9 days"),
        (7 / 31, "one every 31 days"),
        (7 / 32, "one every 5 weeks"),
        (0.9499, "4 a month"),
        (0.0, "less than one a year"),
    ],
)
def test_a_gap_is_told_in_days_from_eight_to_a_month(per_week: float, words: str) -> None:
    assert gap(per_week) == words


@pytest.mark.parametrize(
    ("below", "words", "at", "then"),
    [
        (0.699, "more likely than not", 0.7, "about 3 in 4"),
        (0.779, "about 3 in 4", 0.78, "about 4 in 5"),
        (0.849, "about 4 in 5", 0.85, "about 9 in 10"),
        (0.929, "about 9 in 10", 0.93, "93 % sure"),
        (0.989, "98 % sure", 0.99, "99 % sure"),
        (0.9999, "99 % sure", 1.0, "99 % sure"),
    ],
)
def test_how_sure_goes_in_steps(below: float, words: str, at: float, then: str) -> None:
    assert (sureness(below), sureness(at)) == (words, then)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (None, ""),
        (0.199, ""),
        (0.2, "1 in 4"),
        (0.289, "1 in 4"),
        (0.29, "1 in 3"),
        (0.419, "1 in 3"),
        (0.42, "nearly even"),
        (0.499, "nearly even"),
        (0.5, "more likely than not"),
        (0.8, "4 in 5"),
        (0.97, "97 %"),
    ],
)
def test_odds_are_as_brief_as_a_column(probability: float | None, words: str) -> None:
    assert odds(probability) == words


@pytest.mark.parametrize("direction", [1, -1])
def test_a_day_eleven_months_away_has_its_year(direction: int) -> None:
    near = AS_OF + direction * timedelta(days=334)
    far = AS_OF + direction * timedelta(days=335)
    for when, is_near in ((near, True), (far, False)):
        assert (str(when.year) not in day(when, AS_OF)) is is_near
        assert (str(when.year) not in month(when, AS_OF)) is is_near
        assert (str(when.year) not in short_day(when, AS_OF)) is is_near


def test_days_and_months_as_words() -> None:
    assert day(date(2026, 5, 18), AS_OF) == "May 18"
    assert day(date(2025, 5, 18), AS_OF) == "May 18, 2025"
    assert short_day(date(2026, 5, 18), AS_OF) == "May 18"
    assert short_day(date(2025, 5, 18), AS_OF) == "May 2025"
    assert month(date(2026, 5, 18), AS_OF) == "May"
    assert month(date(2025, 5, 18), AS_OF) == "May 2025"


def test_one_of_a_thing_is_singular_and_none_is_not() -> None:
    def practices(number: int) -> str:
        return count(number, "practice", "practices")

    assert (practices(0), practices(1), practices(2)) == (
        "0 practices",
        "1 practice",
        "2 practices",
    )
    assert practices(2000) == "2,000 practices"


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (0.0, 0, "0"),
        (0.01, 0, "fewer than 1"),
        (0.49, 0, "fewer than 1"),
        (0.5, 0, "1"),
        (1.0, 0, "1"),
        (2.5, 0, "3"),
        (0.0, 1, "0.0"),
        (0.049, 1, "less than 0.1"),
        (0.05, 1, "0.1"),
        (0.004, 2, "less than 0.01"),
        (0.005, 2, "0.01"),
    ],
)
def test_a_number_above_zero_never_reads_as_none(value: float, digits: int, words: str) -> None:
    assert number(value, digits) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0 visits"),
        (0.49, "fewer than 1 visit"),
        (0.5, "1 visit"),
        (1.49, "1 visit"),
        (1.5, "2 visits"),
    ],
)
def test_about_so_many_of_a_thing(value: float, words: str) -> None:
    assert about(value, "visit", "visits") == words


@pytest.mark.parametrize(
    ("per_week", "words"), [(0.0, "–"), (0.04, "less than 0.1"), (0.05, "−0.1"), (2.34, "−2.3")]
)
def test_what_is_at_stake_in_a_column(per_week: float, words: str) -> None:
    assert loss(per_week) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.8, "80 %"),
        (0.0, "0 %"),
        (0.004, "less than 1 %"),
        (0.005, "1 %"),
        (0.994, "99 %"),
        (0.995, "more than 99 %"),
        (0.9999, "more than 99 %"),
        (1.0, "100 %"),
        (1.2, "120 %"),
    ],
)
def test_a_share_reads_as_none_or_all_only_where_it_is(share: float, words: str) -> None:
    assert percent(share) == words
