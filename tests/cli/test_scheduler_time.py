"""Years of Mondays by a handed-in clock: what is due when clocks and machines misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietdrop.cli.scheduler import Work, serve
from quietdrop.config import Settings, SourceSettings
from quietdrop.lib.cron import due_day
from quietdrop.store import Store

MONDAYS = "0 7 * * MON"
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]


def runs(
    cron: str, zone: str, ticks: Iterable[datetime], done: date | None = None
) -> list[tuple[date, datetime]]:
    """The date of each run and the moment at which it began, where every run succeeds."""
    begun = []
    for now in ticks:
        day = due_day(cron, zone, now, done, LONG_AGO)
        if day is not None:
            done = day
            begun.append((day, now))
    return begun


def every(step: timedelta, start: datetime, end: datetime) -> Iterable[datetime]:
    now = start.astimezone(UTC)
    while now < end:
        yield now
        now += step


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, "Asia/Tokyo", "Pacific/Apia", "UTC"])
def test_every_monday_of_three_years_is_run_once_at_seven(zone: str) -> None:
    """2027 to 2029: a leap day, three year ends, six changes of daylight saving."""
    days = [date(2027, 1, 4) + timedelta(weeks=week) for week in range(156)]
    ticks = [
        at(zone, day.year, day.month, day.day, hour, minute)
        for monday in days
        for day in (monday, monday + timedelta(days=1), monday + timedelta(days=6))
        for hour, minute in ((0, 0), (6, 59), (7, 0), (7, 1), (23, 59))
    ]
    begun = runs(MONDAYS, zone, ticks, done=date(2026, 12, 28))
    assert begun == [(day, at(zone, day.year, day.month, day.day, 7)) for day in days]


@pytest.mark.parametrize(
    ("cron", "change", "hours"),
    [
        ("30 2 * * *", date(2026, 3, 29), {2, 3}),  # 02:30 does not exist in Berlin that night
        ("30 2 * * *", date(2026, 10, 25), {2}),  # 02:30 comes twice
        ("0 7 * * *", date(2026, 3, 29), {7}),
        ("0 7 * * *", date(2026, 10, 25), {7}),
    ],
)
def test_a_night_of_changing_clocks_has_one_run(cron: str, change: date, hours: set[int]) -> None:
    noon = at(BERLIN, change.year, change.month, change.day, 12)
    ticks = every(timedelta(minutes=1), noon - timedelta(days=1), noon)
    begun = runs(cron, BERLIN, ticks, done=change - timedelta(days=1))
    assert [day for day, _ in begun] == [change]
    assert begun[0][1].astimezone(ZoneInfo(BERLIN)).hour in hours


@pytest.mark.parametrize("cron", ["0 0 29 2 *", "59 23 31 12 *", "0 0 1 1 *"])
def test_rare_days_come_when_they_come(cron: str) -> None:
    ticks = every(timedelta(days=1), at(BERLIN, 2027, 1, 2), at(BERLIN, 2029, 1, 2))
    days = [day for day, _ in runs(cron, BERLIN, ticks, done=date(2027, 1, 1))]
    month, day = int(cron.split()[3]), int(cron.split()[2])
    expected = [y for y in range(2027, 2030) if month != 2 or y % 4 == 0]
    expected = [y for y in expected if date(2027, 1, 1) < date(y, month, day) < date(2029, 1, 2)]
    assert days == [date(y, month, day) for y in expected]


def test_a_machine_asleep_over_the_hour_runs_when_it_wakes_by_the_right_date() -> None:
    asleep = [at(BERLIN, 2026, 7, 6, 6, 59), at(BERLIN, 2026, 7, 6, 11, 20)]
    [(day, now)] = runs(MONDAYS, BERLIN, asleep, done=date(2026, 6, 29))
    assert (day, now) == (date(2026, 7, 6), asleep[1])


def test_a_run_missed_by_two_days_is_made_up_once_and_next_week_is_its_own() -> None:
    ticks = every(timedelta(hours=1), at(BERLIN, 2026, 7, 8, 9), at(BERLIN, 2026, 7, 14))
    begun = runs(MONDAYS, BERLIN, ticks, done=date(2026, 6, 29))
    assert [day for day, _ in begun] == [date(2026, 7, 6), date(2026, 7, 13)]
    assert begun[0][1] == at(BERLIN, 2026, 7, 8, 9)


def test_of_many_missed_weeks_only_the_last_is_made_up() -> None:
    [(day, _)] = runs(MONDAYS, "UTC", [at("UTC", 2026, 3, 4)], done=date(2025, 11, 3))
    assert day == date(2026, 3, 2)


def test_a_clock_set_back_repeats_nothing() -> None:
    monday = at(BERLIN, 2026, 7, 6, 7, 5)
    ticks = [monday, monday - timedelta(hours=1), monday, monday - timedelta(days=3), monday]
    assert [day for day, _ in runs(MONDAYS, BERLIN, ticks, done=date(2026, 6, 29))] == [
        date(2026, 7, 6)
    ]


def test_a_slot_before_its_schedule_came_into_force_is_none() -> None:
    wednesday = at("UTC", 2026, 7, 8, 9)
    changed = ("0 7 * * TUE", "UTC")
    assert due_day(*changed, wednesday, date(2026, 7, 6), wednesday) is None
    tuesday = at("UTC", 2026, 7, 14, 7)
    assert due_day(*changed, tuesday, date(2026, 7, 6), wednesday) == tuesday.date()


def test_a_schedule_is_in_force_since_it_was_first_seen(store_url: str) -> None:
    store, first = Store.open(store_url), at("UTC", 2026, 7, 6)
    assert store.heartbeats.first_seen("schedule a", first) == first
    assert store.heartbeats.first_seen("schedule a", first + timedelta(days=9)) == first
    assert store.heartbeats.first_seen(
        "schedule b", first + timedelta(days=9)
    ) == first + timedelta(days=9)
    back = first - timedelta(days=365)
    assert store.heartbeats.first_seen("schedule a", back) == back
    assert store.heartbeats.first_seen("schedule a", first) == back


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_whenever_the_machine_is_awake_no_date_is_run_twice_and_the_last_is_run(
    naps: list[int],
) -> None:
    now, ticks = at(NEW_YORK, 2026, 1, 5, 8).astimezone(UTC), []
    for hours in naps:
        now += timedelta(hours=hours)
        ticks.append(now)
    days = [day for day, _ in runs(MONDAYS, NEW_YORK, ticks, done=date(2026, 1, 5))]
    assert days == sorted(set(days))
    local = ticks[-1].astimezone(ZoneInfo(NEW_YORK))
    last = (local - timedelta(hours=7)).date()
    monday = last - timedelta(days=last.weekday())
    assert (days or [date(2026, 1, 5)])[-1] == monday


class Wall(datetime):
    """The machine's clock, as the scheduler sees it; `back` is how far it has been set back."""

    back = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        del tz
        return datetime.now(UTC) - cls.back


def test_the_scheduler_goes_on_after_its_clock_was_set_back_by_a_year(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Wall)
    monkeypatch.setattr("quietdrop.cli.scheduler.datetime", Wall)
    stop, beats = threading.Event(), list[datetime]()

    def beat(now: datetime) -> None:
        beats.append(now)
        if len(beats) == 1:
            Wall.back = timedelta(days=365)
        else:
            stop.set()

    giving_up = threading.Timer(20, stop.set)
    giving_up.start()
    settings = Settings(source=SourceSettings(referrals="r.csv"))
    work = Work(job=lambda _: None, send=lambda: None, last_done=lambda _: None,
                in_force_since=lambda _, now: now, beat=beat, clock=Wall.now)  # fmt: skip
    serve(lambda: settings, work, stop=stop)
    giving_up.cancel()
    assert len(beats) == 2
    assert beats[0] - beats[1] > timedelta(days=364)
