"""Promises and long absences in words: both sides of each day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quietdrop.domain.promise import Promise
from quietdrop.messages.wording.visits import due, unseen

TODAY = date(2026, 7, 6)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "kept", "said"),
    [
        (0, False, "by today"),
        (1, False, "by Tuesday, July 7"),
        (6, False, "by Sunday, July 12"),
        (7, False, "by July 13"),
        (-1, False, "by July 5, 1 day late"),
        (-3, False, "by July 3, 3 days late"),
        (-3, True, "by July 3"),
    ],
)
def test_a_promise(days: int, kept: bool, said: str) -> None:
    promise = Promise(
        "A", "call", TODAY - 9 * DAY, TODAY + days * DAY, kept_on=TODAY if kept else None
    )
    assert due(promise, TODAY) == said


def test_for_how_long_nobody_was_seen() -> None:
    assert unseen(None, TODAY) == "no visit on record"
    said = [unseen(TODAY - days * DAY, TODAY) for days in (6, 7, 14, 20)]
    weeks = ["0 weeks", "1 week", "2 weeks", "2 weeks"]
    assert said == [f"not seen for {each}" for each in weeks]
