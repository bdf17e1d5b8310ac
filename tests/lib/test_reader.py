"""Dates and numbers as they are written where the reader is."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from tests.builders.readers import written_for

from quietdrop.lib import reader

JULY_6 = date(2026, 7, 6)


@pytest.mark.parametrize(
    ("country", "short", "full"),
    [
        ("US", "July 6", "July 6, 2026"),
        ("PH", "July 6", "July 6, 2026"),
        ("GB", "6 July", "6 July 2026"),
        ("DE", "6 July", "6 July 2026"),
        ("BR", "6 July", "6 July 2026"),  # CLDR has no Brazilian English
        ("", "6 July", "6 July 2026"),
    ],
)
def test_a_day_stands_in_the_order_of_the_readers_country(
    country: str, short: str, full: str
) -> None:
    with written_for(country):
        assert reader.day_and_month(JULY_6) == short
        assert reader.full_day(JULY_6) == full


@pytest.mark.parametrize(
    ("country", "number"),
    [("US", "1,234,567.9"), ("DE", "1.234.567,9"), ("IN", "12,34,567.9"), ("CH", "1’234’567.9")],
)
def test_a_number_has_the_separators_of_the_readers_country(country: str, number: str) -> None:
    with written_for(country):
        assert reader.decimal(1234567.89, 1) == number


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0, 0, "0"),
        (0.4, 0, "0"),
        (999, 0, "999"),
        (1000, 0, "1,000"),
        (2, 1, "2.0"),
        (9.96, 1, "10.0"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (2.49, 0, "2"),
        (0.25, 1, "0.3"),
        (-0.5, 0, "-1"),
        (-0.49, 0, "0"),
    ],
)
def test_a_number_keeps_as_many_digits_as_are_asked_for(
    value: float, digits: int, written: str
) -> None:
    assert reader.decimal(value, digits) == written


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.49, 0), (0.5, 1), (1.5, 2), (2.5, 3), (-2.5, -3), (-0.4, 0)]
)
def test_a_whole_number_is_rounded_as_it_is_written(value: float, rounded: int) -> None:
    assert reader.whole(value) == rounded
    assert reader.decimal(value) == str(rounded)


def test_months_are_named_in_full_or_short() -> None:
    assert (reader.month(date(2026, 9, 1)), reader.short_month(date(2026, 9, 1))) == (
        "September",
        "Sep",
    )


def test_the_form_ends_with_its_block() -> None:
    with written_for("GB"):
        pass
    assert reader.day_and_month(JULY_6) == "July 6"


def test_one_thread_does_not_write_in_the_form_of_another() -> None:
    written: list[str] = []

    def work() -> None:
        reader.write_for("GB")
        written.append(reader.day_and_month(JULY_6))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [*written, reader.day_and_month(JULY_6)] == ["6 July", "July 6"]


@pytest.mark.parametrize(
    ("country", "cents", "words"),
    [
        ("US", 8400, "$84"),
        ("US", 108450, "$1,084.50"),
        ("GB", 8401, "£84.01"),
        ("DE", 8400, "€84"),
        ("XX", 8400, "US$84"),
    ],
)
def test_money_is_in_the_countrys_currency(country: str, cents: int, words: str) -> None:
    with written_for(country):
        assert reader.money(cents) == words


def test_a_weekday_stands_before_its_day() -> None:
    assert reader.weekday(date(2026, 8, 13)) == "Thursday"
    assert reader.weekday_and_day(date(2026, 8, 13)) == "Thursday, August 13"
    with written_for("GB"):
        assert reader.weekday_and_day(date(2026, 8, 13)) == "Thursday, 13 August"


@pytest.mark.parametrize(
    ("country", "said"),
    [("US", "July 6, 2026, 7:00 AM UTC"), ("GB", "6 July 2026, 07:00 UTC")],
)
def test_a_moment_has_the_clock_of_the_readers_country(country: str, said: str) -> None:
    with written_for(country):
        assert reader.moment(datetime(2026, 7, 6, 7, tzinfo=UTC)) == said
