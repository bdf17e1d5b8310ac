"""The schedule: real fire dates, daylight saving, make-up runs, a stop that lets a run finish."""

import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from quietdrop.cli.scheduler import Work, serve
from quietdrop.config import Settings, SourceSettings
from quietdrop.lib.cron import check_cron, due_day, last_slot, next_slot, slots

SETTINGS = Settings(source=SourceSettings(referrals="r.csv"))
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("weekdays", "expected"),
    [
        ("0", "6"), ("7", "6"), ("1", "0"), ("MON", "0"), ("1-5", "01234"), ("5-7", "456"),
        ("0-2", "016"), ("1,3", "02"), ("*/2", "1356"), ("1-5/2", "024"), ("SAT-SUN", "56"),
        ("*", "0123456"),
    ],
)  # fmt: skip
def test_weekdays_fire_on_their_real_dates(weekdays: str, expected: str) -> None:
    week = [datetime(2026, 3, 2 + day, tzinfo=UTC) for day in range(7)]  # Monday first
    fires = {due.date() for day in week if (due := next_slot(f"0 7 * * {weekdays}", "UTC", day))}
    days = {str(day.weekday()) for day in fires if day <= week[-1].date()}
    assert days == set(expected)


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("0 7 * *", "five fields"),
        ("0 7 * * 8", '"8" is not a weekday'),
        ("0 7 1 * 1", "not both"),
        ("61 7 * * 1", "the minute"),
        ("0 24 * * 1", "the hour"),
        ("0 7 32 * *", "the day-of-month"),
        ("0 7 * 13 *", "the month"),
        ("0 7 * * 5-1", "runs backwards"),
        ("0 7 * jan-mar/2 *", "takes no step"),
        ("0 7 * jan-3 *", "takes no step"),
        ("0 7 30 2 *", "the day-of-month"),
        ("0 7 lastly * *", "the day-of-month"),
    ],
)
def test_impossible_lines_are_refused_by_name(cron: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_cron(cron)


@pytest.mark.parametrize(
    ("zone", "sunday"),
    [
        ("America/Santiago", date(2026, 9, 6)),
        ("America/Asuncion", date(2024, 10, 6)),
        ("America/Havana", date(2026, 3, 8)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("Asia/Beirut", date(2026, 3, 29)),
    ],
)
@pytest.mark.parametrize("minute", ["0", "30", "*/20"])
def test_a_slot_in_a_midnight_that_the_clocks_skip_comes_right_after_it(
    zone: str, sunday: date, minute: str
) -> None:
    line = f"{minute} 0 * * {(sunday.weekday() + 1) % 7}"
    noon = datetime(sunday.year, sunday.month, sunday.day, 12, tzinfo=ZoneInfo(zone))
    slot = next_slot(line, zone, noon - timedelta(days=1))
    assert slot is not None
    assert (slot.date(), slot.hour, slot.minute) == (sunday, 1, 0)
    assert last_slot(line, zone, noon, noon - timedelta(days=9)) is not None
    assert (
        due_day(line, zone, noon, sunday - timedelta(days=7), noon - timedelta(days=30)) == sunday
    )


def test_a_slot_in_a_skipped_hour_stays_on_its_own_day() -> None:
    """In Nuuk 23:00 to 24:00 of a Saturday is skipped; what is due each day is due on this one."""
    nuuk = "America/Nuuk"
    friday = datetime(2026, 3, 28, 0, 0, tzinfo=ZoneInfo(nuuk))
    days = list(islice(slots("59 23 * * *", nuuk, friday), 3))
    assert [f"{day:%a %H:%M}" for day in days] == ["Sat 22:59", "Sun 23:59", "Mon 23:59"]


def test_the_scheduler_gets_on_in_an_hour_that_comes_twice() -> None:
    """APScheduler's own trigger gives the second 23:59 of 4 April for ever."""
    start = datetime(2026, 4, 3, 12, tzinfo=UTC)
    line = "59 23 * * *"
    days = list(islice(slots(line, "America/Santiago", start), 3))
    assert [day.date() for day in days] == [date(2026, 4, day) for day in (3, 4, 5)]


def test_a_day_that_a_country_left_out_is_made_up_on_the_next() -> None:
    start = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    slot = next_slot("0 7 30 12 *", "Pacific/Apia", start)
    assert slot is not None
    assert (slot.date(), slot.hour) == (date(2011, 12, 31), 0)


def test_an_hour_that_comes_twice_has_its_slot_once_and_none_lies_in_the_past() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    second_pass = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin)
    slot = next_slot("30 2 * * *", "Europe/Berlin", second_pass)
    assert slot == datetime(2026, 10, 26, 2, 30, tzinfo=berlin)
    first_pass = datetime(2026, 10, 25, 2, 10, fold=0, tzinfo=berlin)
    again = next_slot("30 2 * * *", "Europe/Berlin", first_pass)
    assert again is not None
    assert again.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", [date(2026, 3, 29), date(2026, 10, 25)]),
        ("America/New_York", [date(2026, 3, 8), date(2026, 11, 1)]),
    ],
)
def test_seven_stays_seven_over_daylight_saving(zone: str, changes: list[date]) -> None:
    for change in changes:
        noon = datetime(change.year, change.month, change.day, 12, tzinfo=ZoneInfo(zone))
        for days in (-1, 0, 1):
            now = (noon + timedelta(days=days)).astimezone(UTC)
            slot = last_slot("0 7 * * *", zone, now, now - timedelta(days=9))
            assert slot is not None
            assert (slot.date(), slot.hour) == (change + timedelta(days=days), 7)


def test_last_slot_is_after_since_and_not_after_now() -> None:
    slot = datetime(2026, 3, 2, 7, tzinfo=UTC)
    line = "0 7 * * MON"
    assert last_slot(line, "UTC", slot, slot - timedelta(seconds=1)) == slot
    assert last_slot(line, "UTC", slot + timedelta(days=1), slot) is None
    assert last_slot(line, "UTC", slot - timedelta(seconds=1), slot - timedelta(days=6)) is None
    assert last_slot(line, "UTC", NOW, NOW - timedelta(days=400)) == slot


def served(
    done: date | None, since: datetime = datetime(2026, 1, 1, tzinfo=UTC), *, fail: bool = False
) -> tuple[list[date], int]:
    stop, days, beats = threading.Event(), list[date](), list[datetime]()

    def job(day: date) -> None:
        days.append(day)
        if fail:
            raise RuntimeError("the job broke")

    threading.Timer(0.6, stop.set).start()
    work = Work(job=job, send=lambda: None, last_done=lambda _: done,
                in_force_since=lambda *_: since, beat=beats.append, clock=lambda: NOW)  # fmt: skip
    serve(lambda: SETTINGS, work, stop=stop)
    return days, len(beats)


def test_a_missed_run_is_made_up_once_by_its_own_date() -> None:
    assert served(date(2026, 2, 2)) == ([date(2026, 3, 2)], 1)


def test_a_fresh_or_current_installation_makes_nothing_up() -> None:
    assert served(None, since=NOW) == ([], 1)
    assert served(date(2026, 3, 2)) == ([], 1)


def test_a_failing_job_is_logged_and_the_scheduler_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert served(date(2026, 2, 2), fail=True) == ([date(2026, 3, 2)], 1)
    assert "the job broke" in caplog.text


CHILD = """
import time
from datetime import UTC, date, datetime, timedelta
from quietdrop.config import Settings, SourceSettings
from quietdrop.cli.scheduler import Work, serve
now = datetime(2026, 3, 4, 12, tzinfo=UTC)
def job(day):
    print("begun", flush=True)
    time.sleep(1.5)
    print("finished", day, flush=True)
settings = Settings(source=SourceSettings(referrals="r.csv"))
work = Work(job=job, send=lambda: None, last_done=lambda by: date(2026, 2, 23),
            in_force_since=lambda plan, at: now - timedelta(days=99), beat=lambda at: None,
            clock=lambda: now)
serve(lambda: settings, work)
print("returned", flush=True)
"""


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_lets_the_current_run_finish(name: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        child.send_signal(name)
        rest = child.communicate(timeout=20)[0]
    assert rest.splitlines() == ["finished 2026-03-02", "returned"]
    assert child.returncode == 0
