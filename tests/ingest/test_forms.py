"""Counts, periods, totals, filters and zones: boundaries on both sides."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.ingest.shapes import TODAY, read, total, tried

from quietdrop import ingest
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.domain.feed import Rhythm, due_by
from quietdrop.domain.intake import Intake
from quietdrop.evaluation import feed_health
from quietdrop.ingest.periods import count_of, month_of
from quietdrop.ingest.propose import propose
from quietdrop.ingest.totals import is_subtotal, is_total
from quietdrop.lib.periods import first_weekday, last_day


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  ", 0),
        ("-", 0),
        ("0", 0),
        ("12", 12),
        ("12.0", 12),
        ("1,234", 1234),
        ("1000000", 1_000_000),
        ("1000001", "count too large"),
        ("-3", "count below 0"),
        ("(3)", "count below 0"),
        ("2.5", "count not whole"),
        ("12,34", "count not whole"),
        ("<5", "count withheld"),
        ("many", "not a count"),
    ],
)
def test_a_count_is_a_whole_number_or_rejected_with_a_reason(text: str, count: int | str) -> None:
    assert count_of(text) == count


@pytest.mark.parametrize(
    "text",
    ["May-24", "May 2024", "2024-05", "05/2024", "2024 5", "May, 2024", "2024 May", "202405"],
)
def test_a_month_is_a_month_however_it_is_written(text: str) -> None:
    assert month_of(text) == date(2024, 5, 1)


@pytest.mark.parametrize("text", ["13/2024", "May", "2024", "Mayor 24", "00/2024"])
def test_another_text_is_no_month(text: str) -> None:
    assert month_of(text) is None


def test_a_period_stands_on_its_first_weekday() -> None:
    assert first_weekday(date(2026, 8, 20), "month") == date(2026, 8, 3)  # the 1st is a Saturday
    assert first_weekday(date(2026, 11, 20), "month") == date(2026, 11, 2)  # a Sunday
    assert first_weekday(date(2026, 11, 29), "week") == date(2026, 11, 23)
    assert last_day(date(2026, 2, 3), "month") == date(2026, 2, 28)
    assert last_day(date(2026, 11, 23), "week") == date(2026, 11, 29)


def test_bad_counts_are_rejected_and_blank_is_none(tmp_path: Path) -> None:
    rows = ["A,2026-09,3", "A,2026-10,<5", "B,2026-09,", "B,2026-10,2.5", "C,2026-10,-1"]
    path = tmp_path / "r.csv"
    path.write_text("\n".join(["practice_name,referred_on,referrals", *rows]))
    intake = read(path, period="month")
    assert total(intake) == 3
    assert sorted(intake.reject_reasons().items()) == [
        ("count below 0", 1),
        ("count not whole", 1),
        ("count withheld", 1),
    ]


@pytest.mark.parametrize(("as_of", "referrals"), [(date(2026, 11, 1), 7), (date(2026, 10, 31), 3)])
def test_a_period_counts_from_the_day_after_its_last(
    tmp_path: Path, as_of: date, referrals: int
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("practice_name,referred_on,referrals\nA,2026-09,3\nA,2026-10,4\nA,2026-11,5\n")
    source = SourceSettings(referrals=str(path), period="month")
    assert total(ingest.read(source, as_of, TODAY)) == referrals


@pytest.mark.parametrize(("as_of", "stale"), [(date(2026, 12, 10), 0), (date(2026, 12, 11), 1)])
def test_the_feed_is_stale_when_the_next_period_is_overdue(as_of: date, stale: int) -> None:
    newest = date(2026, 10, 31)
    due = due_by(newest, Rhythm(), period="month")
    assert len(feed_health.stale(newest, as_of, due, period="month")) == stale


def test_year_and_month_in_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Practice,Year,Month,Referrals\n"
        + "\n".join(f"A,2026,{month},{month}" for month in range(1, 11))
    )
    result = tried(path, tmp_path)
    assert 'referred_on = "Year + Month"' in result.config
    assert (result.referrals, result.proposal.period) == (55, "month")


def test_months_across_with_a_year_column(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Practice,Year,Jan,Feb,Mar,Total\nA,2025,1,2,3,6\nA,2026,4,,5,9\nTotal,,5,2,8,15\n"
    )
    result = tried(path, tmp_path)
    assert result.referrals == 15
    assert result.intake.newest == date(2026, 3, 31)


SUNDAYS = [date(2026, 11, 1) + timedelta(weeks=week) for week in range(4)]  # the last: November 22


def weekly(path: Path, heading: str, days: list[date]) -> Intake:
    lines = [f"{day:%m/%d/%Y},Elm,{number}" for number, day in enumerate(days, 1)]
    path.write_text("\n".join([f"{heading},Practice,Referrals", *lines]))
    columns = {"referred_on": heading, "practice_name": "Practice", "referrals": "Referrals"}
    return read(path, columns=columns, period="week", dates="month-first")


def days_of(intake: Intake) -> list[date]:
    return [date(1970, 1, 1) + timedelta(days=int(day)) for day in intake.counts["day"]]


@pytest.mark.parametrize("heading", ["Week Of", "Week", "Week Beginning", "Weekend clinic week"])
def test_a_week_that_is_dated_by_its_sunday_begins_there(tmp_path: Path, heading: str) -> None:
    intake = weekly(tmp_path / "r.csv", heading, SUNDAYS)
    mondays = [day + timedelta(days=1) for day in SUNDAYS[:3]]
    assert days_of(intake) == mondays  # that of November 22 is still running on the 25th
    assert intake.newest == date(2026, 11, 22)  # the Sunday before the next Monday


@pytest.mark.parametrize("heading", ["Week Ending", "Wk End", "W/E", "Week through", "Ends"])
def test_a_week_ends_on_its_sunday_where_its_column_says_so(tmp_path: Path, heading: str) -> None:
    intake = weekly(tmp_path / "r.csv", heading, SUNDAYS)
    assert days_of(intake) == [day - timedelta(days=6) for day in SUNDAYS]
    assert intake.newest == date(2026, 11, 22)


def test_a_sunday_among_other_days_lies_in_the_week_of_its_monday(tmp_path: Path) -> None:
    days = [date(2026, 11, 1), date(2026, 11, 9)]
    intake = weekly(tmp_path / "r.csv", "Week", days)
    assert days_of(intake) == [date(2026, 10, 26), date(2026, 11, 9)]


def test_weeks_across(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Practice,10/05/2026,10/12/2026,10/19/2026\nA,1,2,3\nB,0,,4\n")
    result = tried(path, tmp_path)
    assert (result.proposal.period, result.referrals) == ("week", 10)


def test_last_and_first_name_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Referral Date,Practice,Referring Provider Last Name,Referring Provider First Name\n"
        "2026-11-02,A,Kim,Ann\n2026-11-03,A,Kim,\n"
    )
    result = tried(path, tmp_path)
    assert sorted(result.intake.counts["provider"]) == ["Kim", "Kim, Ann"]


def test_only_rows_with_the_values_count_however_they_are_spelled(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("referred_on,practice_id,Type\n2026-11-02,A,In-Bound\n2026-11-02,A,out\n")
    assert total(read(path, only={"Type": "in bound"})) == 1
    with pytest.raises(SourceError, match='only names "Kind"'):
        read(path, only={"Kind": "x"})


def test_blank_cells_below_are_proposed_as_the_last_one_above(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Practice,Referral Date\nA,2026-11-02\n,2026-11-03\n,2026-11-04\n"
        "B,2026-11-05\n,2026-11-06\n"
    )
    result = tried(path, tmp_path)
    assert 'fill_down = ["practice_name"]' in result.config
    assert (result.referrals, result.practices) == (5, 2)


@pytest.mark.parametrize(
    ("zone", "newest"), [(None, date(2026, 11, 3)), ("America/New_York", date(2026, 11, 2))]
)
def test_a_time_with_a_zone_moves_to_the_practices_day(
    tmp_path: Path, zone: str | None, newest: date
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("referred_on,practice_id\n2026-11-03T02:30:00Z,A\n")
    assert read(path, timezone=zone).newest == newest


@pytest.mark.parametrize("text", ["Total", "GRAND TOTAL", "Grand total:", "Sub-Total", "Totals"])
def test_a_total_is_a_total(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", ["Total Health Family Medicine", "Totality", "", "Lakeside"])
def test_a_practice_is_no_total(text: str) -> None:
    assert not is_total(text)
    assert not is_subtotal(text)


def test_days_that_cannot_be_read_are_told_by_their_form(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Referral Date,Practice\n" + "week 3 of Nov,A\n" * 5)
    result = propose(str(path)).unread
    assert result.startswith('"Referral Date" looks like a day, but 0 of 5 could be read')
    assert "AAAA 9 AA AAA" in result


def test_a_grouped_report_is_refused_with_what_to_export(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Referral Date,Service\nLakeside,\n2026-11-02,Knee\n2026-11-03,Hip\n"
        "Oak Hill,\n2026-11-04,Hip\n"
    )
    proposal = propose(str(path))
    assert not proposal.is_enough
    assert any("grouped" in remark for remark in proposal.remarks)
    assert "Lakeside" not in repr(proposal)


NPPES = (
    "NPI,Provider Last Name (Legal Name),Provider First Name,"
    "Provider First Line Business Practice Location Address,"
    "Provider Business Practice Location Address City Name\n"
    "1000000004,KIM,ANN,1 MAIN ST,SALEM\n1001000003,LEE,BO,1 MAIN ST,SALEM\n"
)


@pytest.mark.parametrize(
    ("people", "practice"),
    [
        ("practice_id,npi\nLakeside,1000000004\nLakeside,1001000003\n", "Lakeside"),
        (NPPES, "1 MAIN ST, SALEM"),
    ],
)
def test_people_fold_providers_into_their_practice(
    tmp_path: Path, people: str, practice: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Referral Date,Referring NPI\n2026-11-02,1000000004\n2026-11-03,1001000003\n")
    (tmp_path / "people.csv").write_text(people)
    result = tried(path, tmp_path, extra='people = "people.csv"\n')
    assert set(result.intake.counts["practice_id"]) == {practice}
