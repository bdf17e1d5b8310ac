"""When the weekly job is due, and the process that runs it then."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

if TYPE_CHECKING:
    from quietdrop.config import Settings

_log = logging.getLogger(__name__)
_TICK = timedelta(microseconds=1)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def _weekday(word: str, *, ends_range: bool = False) -> int:
    """In: `1`, `MON`. Out: 0 (Sunday) to 7 (Sunday again). Errors: ValueError."""
    name = word.lower()
    if name in _DAYS:
        return 7 if ends_range and name == "sun" else _DAYS.index(name)
    if word.isdecimal() and int(word) <= 7:
        return int(word)
    raise ValueError(f'"{word}" is no weekday (0 to 7, or SUN to SAT)')


def _weekdays(field: str) -> str:
    """In: a crontab's weekday field. Out: the same days by name, since APScheduler's numbers start
    at Monday. Errors: ValueError."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            raise ValueError(f'"{part}" has no usable step')
        first, dash, last = span.partition("-")
        if span == "*":
            low, high = 0, 6
        elif dash:
            low, high = _weekday(first), _weekday(last, ends_range=True)
        else:
            low = _weekday(first)
            high = 6 if slash else low
        if high < low:
            raise ValueError(f'"{part}" runs backwards')
        days.update(day % 7 for day in range(low, high + 1, int(step or 1)))
    return ",".join(_DAYS[day] for day in sorted(days))


def trigger(cron: str, timezone: str) -> CronTrigger:
    """In: five crontab fields (0 and 7 are Sunday, 1 is Monday) and an IANA timezone. Out: the
    APScheduler trigger. Errors: ValueError saying what is wrong."""
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError("needs five fields: minute hour day month weekday")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        raise ValueError("give a day of the month or a weekday, not both")
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=day,
        month=month,
        day_of_week=_weekdays(weekday),
        timezone=timezone,
    )


def last_slot(cron: str, timezone: str, now: datetime, since: datetime) -> datetime | None:
    """In: a crontab line, its timezone, two aware times. Out: the latest time it was due at or
    before `now` and after `since`, in that timezone; None where there is none. Errors: ValueError.
    """
    due = trigger(cron, timezone)
    back = timedelta(hours=1)
    while since < now:
        start = max(since, now - back) if back < now - since else since
        slot: datetime | None = due.get_next_fire_time(None, start + _TICK)
        if slot is not None and slot <= now:
            latest = slot
            while slot is not None and slot <= now:
                latest = slot
                slot = due.get_next_fire_time(None, slot + _TICK)
            return latest.astimezone(ZoneInfo(timezone))
        if start == since:
            return None
        back *= 4
    return None


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Out: a list that a SIGTERM or SIGINT fills; the handlers are
    put back at the end. Outside the main thread, where Python allows none, only the event stops."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    names = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(name, lambda number, _: received.append(number)) for name in names]
    try:
        yield received
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def serve(
    settings: Settings,
    *,
    job: Callable[[date], None],
    send: Callable[[], None],
    last_done: Callable[[], datetime | None],
    beat: Callable[[datetime], None],
    clock: Callable[[], datetime],
    stop: threading.Event | None = None,
) -> None:
    """In: the weekly job by its slot's local date, the sender, the aware time of the last finished
    run (None: never), the heartbeat, an aware clock, an event that stops it. Out: returns after
    `stop`, SIGTERM or SIGINT, the current run finished. Errors: those of `last_done` at the start;
    what fails later is logged and tried again at its next time."""
    cron, timezone = settings.schedule.cron, settings.schedule.timezone
    one_at_a_time = threading.Lock()

    def guarded(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            _log.exception("%s failed; the scheduler goes on", name)

    def weekly(slot: date | None = None) -> None:
        now = clock()
        due = last_slot(cron, timezone, now, now - timedelta(days=366))
        day = slot or (due or now.astimezone(ZoneInfo(timezone))).date()
        with one_at_a_time:
            guarded("the weekly job", lambda: job(day))

    scheduler = BackgroundScheduler(
        timezone=ZoneInfo(timezone),
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    now, done = clock(), last_done()
    missed = None if done is None else last_slot(cron, timezone, now, done)
    if missed is not None:
        _log.info("making up the run missed at %s", missed)
        scheduler.add_job(weekly, args=[missed.date()])
    scheduler.add_job(weekly, trigger(cron, timezone))
    at_once = datetime.now(UTC)
    for name, work in (("sending", send), ("the heartbeat", lambda: beat(clock()))):
        scheduler.add_job(guarded, "interval", [name, work], minutes=1, next_run_time=at_once)
    stopping = stop or threading.Event()
    with _signals() as received:
        scheduler.start()
        try:
            while not received and not stopping.wait(0.2):
                pass
        finally:
            scheduler.shutdown(wait=True)
