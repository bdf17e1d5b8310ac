"""What a digest says of promises and of who was not seen for long, through a real evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quietdrop.domain.promise import Promise
from quietdrop.messages.wording.visits import due, unseen

MONDAY = date(2026, 7, 6)
CALL = Promise("P1", "Call back", MONDAY, MONDAY, "ann@example.com")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-370, "by July 1, 2025, 370 days late"),
        (-3, "by July 3, 3 days late"),
        (-1, "by July 5, 1 day late"),
        (0, "by today"),
        (1, "by Tuesday, July 7"),
        (6, "by Sunday, July 12"),
        (7, "by July 13"),
    ],
)
def test_a_promise_says_its_day_and_how_late_it_is(days: int, words: str) -> None:
    assert due(replace(CALL, due_on=MONDAY + timedelta(days=days)), MONDAY) == words


@pytest.mark.parametrize(
    ("seen_on", "words"),
    [
        (MONDAY - timedelta(weeks=15), "not seen for 15 weeks"),
        (MONDAY - timedelta(days=13), "not seen for 1 week"),
        (None, "no visit on record"),
    ],
)
def test_how_long_nobody_was_seen(seen_on: date | None, words: str) -> None:
    assert unseen(seen_on, MONDAY) == words


@pytest.mark.parametrize(("days", "ages"), [(6, False), (7, True)])
def test_a_promise_ages_a_week_after_its_day(days: int, ages: bool) -> None:
    assert CALL.is_aging(MONDAY + timedelta(days=days)) is ages
    kept = replace(CALL, kept_on=MONDAY)
    assert not kept.is_aging(MONDAY + timedelta(days=days))
    assert kept.days_late(MONDAY + timedelta(days=days)) == 0
