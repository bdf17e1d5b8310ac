"""Periods of counted referrals: which one a text names, and what a count's cell says."""

from __future__ import annotations

from datetime import date

import pytest

from quietdrop.config.settings import DateOrder
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.periods import (
    begin_on_sundays,
    count_of,
    is_week,
    month_of,
    period_day,
    period_order,
)
from quietdrop.lib.periods import Period

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("May-26", MAY),
        ("May 2026", MAY),
        (" MAY, 2026 ", MAY),
        ("May. 26", MAY),
        ("May'26", MAY),
        ("2026 May", MAY),
        ("2026-05", MAY),
        ("2026/5", MAY),
        ("202605", MAY),
        ("2026M05", MAY),
        ("05/2026", MAY),
        ("5.2026", MAY),
        ("1/2026", date(2026, 1, 1)),
        ("12/2026", date(2026, 12, 1)),
        ("May 00", date(2000, 5, 1)),
        ("May 1900", date(1900, 5, 1)),
        ("May 2200", date(2200, 5, 1)),
        ("May 1899", None),
        ("May 2201", None),
        ("0/2026", None),
        ("13/2026", None),
        ("2026-00", None),
        ("2026-13", None),
        ("Mayonnaise 2026", None),
        ("Foo 2026", None),
        ("2026 Foo", None),
        ("05/26", None),
        ("", None),
    ],
)
def test_the_month_that_a_text_names(text: str, month: date | None) -> None:
    assert month_of(text) == month


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-W07", True),
        (" 2026W7 ", True),
        ("2026 week 7", True),
        ("2026-07", False),
        ("W07", False),
        ("", False),
    ],
)
def test_a_week_of_iso_8601(text: str, is_one: bool) -> None:
    assert is_week(text) is is_one


@pytest.mark.parametrize(
    ("text", "period", "day"),
    [
        ("2026-07-08", "week", date(2026, 7, 6)),
        ("2026-W28", "week", date(2026, 7, 6)),
        ("2026-W01", "week", date(2025, 12, 29)),
        ("2026-W53", "week", date(2026, 12, 28)),
        ("2025-W53", "week", None),
        ("2026-W00", "week", None),
        ("2026-W28", "month", None),
        ("July 2026", "month", date(2026, 7, 1)),
        ("August 2026", "month", date(2026, 8, 3)),  # the first of August is a Saturday
        ("2026-07-31", "month", date(2026, 7, 1)),
        ("July 2026", "week", None),
        ("no day", "month", None),
        ("", "week", None),
    ],
)
def test_a_periods_referrals_stand_on_its_first_weekday(
    text: str, period: Period, day: date | None
) -> None:
    assert period_day(text, "month-first", period) == day


def test_a_week_that_begins_on_a_sunday_is_that_of_the_next_day() -> None:
    sunday = "2026-07-05"
    assert period_day(sunday, "month-first", "week") == date(2026, 6, 29)
    assert period_day(sunday, "month-first", "week", on_sundays=True) == date(2026, 7, 6)
    assert period_day("2026-W28", "month-first", "week", on_sundays=True) == date(2026, 7, 6)


@pytest.mark.parametrize(
    ("texts", "period", "name", "begins"),
    [
        (["2026-07-05", "2026-06-28"], "week", "Week", True),
        (["2026-07-05", "2026-06-28"], "month", "Week", False),
        (["2026-07-05", "2026-06-28"], "week", "Week Ending", False),
        (["2026-07-05", "2026-06-28"], "week", "w/e", False),
        (["2026-07-05", "2026-06-28"], "week", "Weekend", True),
        (["2026-07-05", "2026-06-27"], "week", "Week", False),
        (["2026-07-05", "no day"], "week", "Week", True),
        (["no day"], "week", "Week", False),
        ([], "week", "Week", False),
    ],
)
def test_weeks_that_are_dated_by_their_sundays(
    texts: list[str], period: Period, name: str, begins: bool
) -> None:
    assert begin_on_sundays(texts, "month-first", period, name) is begins


class TestOrder:
    """Where both readings of the days are as likely, periods tell which is right."""

    MONTHS = ("5/1/2026", "6/1/2026", "7/1/2026")
    WEEKS = ("1/5/2026", "1/12/2026", "2/2/2026")

    def order(
        self, texts: tuple[str, ...], period: Period | None, setting: DateOrder = "auto"
    ) -> DateOrder:
        return period_order(texts, setting, "r.csv", period)

    def test_months_stand_for_their_first_day(self) -> None:
        assert self.order(self.MONTHS, "month") == "month-first"
        day_first = tuple(f"1/{month}/2026" for month in (5, 6, 7))
        assert self.order(day_first, "month") == "day-first"

    def test_weeks_stand_for_one_weekday(self) -> None:
        ambiguous = ("1/5/2026", "1/12/2026", "2/2/2026", "3/9/2026")
        assert self.order(ambiguous, "week") == "month-first"
        turned = ("5/1/2026", "12/1/2026", "2/2/2026", "9/3/2026")
        assert self.order(turned, "week") == "day-first"

    @pytest.mark.parametrize("period", ["month", "week", None])
    def test_where_neither_is_regular_it_is_refused(self, period: Period | None) -> None:
        with pytest.raises(SourceError):
            self.order(("5/1/2026", "6/2/2026", "7/4/2026"), period)

    def test_two_periods_are_enough(self) -> None:
        assert self.order(self.MONTHS[:2], "month") == "month-first"
        assert self.order(self.WEEKS[:2], "week") == "month-first"

    @pytest.mark.parametrize("period", ["month", "week"])
    @pytest.mark.parametrize("first", ["5/1/2026", "2026-05-01"])
    def test_one_day_shows_no_rule(self, period: Period, first: str) -> None:
        with pytest.raises(SourceError):
            self.order((first, "5/1/2026"), period)

    def test_days_alone_are_refused_however_regular(self) -> None:
        with pytest.raises(SourceError):
            self.order(self.MONTHS, None)

    def test_what_is_set_or_plain_needs_no_rule(self) -> None:
        assert self.order(self.MONTHS, "month", "day-first") == "day-first"
        assert self.order(("5/31/2026",), "month") == "month-first"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" - ", 0),
        ("\u2013", 0),
        ("\u2014", 0),
        ("0", 0),
        ("1", 1),
        ("12.", 12),
        ("12.00", 12),
        ("1,234", 1234),
        ("1 234", 1234),
        ("1,000,000", 1_000_000),
        ("1,000,001", "count too large"),
        ("9" * 30, "count too large"),
        ("12.5", "count not whole"),
        ("1,23", "count not whole"),
        ("-3", "count below 0"),
        ("\u2212 3", "count below 0"),
        ("(3)", "count below 0"),
        ("<5", "count withheld"),
        ("≤ 5", "count withheld"),
        ("five", "not a count"),
        ("5 patients", "not a count"),
    ],
)
def test_what_the_cell_of_a_count_says(text: str, count: int | str) -> None:
    assert count_of(text) == count
