"""Why the feed looks broken, all of it: each kind once, and what was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import FeedSettings
from quietdrop.detection.aggregates import Stream
from quietdrop.domain.days import EPOCH
from quietdrop.domain.intake import Intake, Reject
from quietdrop.evaluation.feed_faults import feed_faults, overdue

AS_OF = date(2026, 7, 6)
END = (AS_OF - EPOCH).days
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
SETTINGS = Settings(source=SourceSettings(referrals="-"), feed=FeedSettings(max_reject_share=0.1))
FELL = Stream("network", "", 0.99, AS_OF - 2 * WEEK, 100.0, 10, 0.1, (0.1, 0.1))
GONE = pd.DataFrame(
    [
        (name, day, 2)
        for name, last in (("a", 28), ("b", 1))
        for day in range(END - 400, END - last)
    ],
    columns=["source", "day", "referrals"],
)
REJECT = Reject("rows.csv", 2, "no date", rows=200)
INTAKE = Intake(pd.DataFrame(), {}, {}, (), 1000, AS_OF - DAY, (REJECT,), by_source=GONE)


def faults(intake: Intake = INTAKE, acknowledged: date | None = None) -> list[str]:
    """The first words of each fault."""
    return [each[:9] for each in feed_faults(SETTINGS, intake, acknowledged, AS_OF, [FELL])]


def test_rejects_a_fall_and_a_silent_file_are_all_said() -> None:
    assert faults() == ["200 of 1,", "The whole", "The file "]


def test_a_forced_run_answered_what_began_before_it() -> None:
    assert faults(acknowledged=AS_OF - DAY) == ["200 of 1,"]


def test_a_fall_waits_until_the_period_is_in() -> None:
    weekly = replace(INTAKE, period="week", by_source=pd.DataFrame(), rejects=())
    assert faults(weekly) == ["The whole"]
    assert faults(replace(weekly, newest=AS_OF - 2 * DAY)) == []


def test_nothing_is_wrong_with_a_feed_that_is_as_ever() -> None:
    assert feed_faults(SETTINGS, replace(INTAKE, rejects=(), by_source=GONE[:0]), None, AS_OF) == []


def test_an_age_is_said_by_the_rule_that_was_set() -> None:
    of = replace(INTAKE, newest=AS_OF - 10 * DAY, period="week")
    [said] = overdue(FeedSettings(max_age_days=3), of, AS_OF, AS_OF - DAY)
    assert said == (
        "The newest week ends on June 26, 2026, 10 days before July 6, 2026; "
        "[feed] max_age_days allows 3 after the next week."
    )
    assert overdue(FeedSettings(), of, AS_OF, AS_OF) == []
