"""When the weekly job is due, and the process that runs it then."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from quietdrop.errors import QuietdropError, RunBusy

if TYPE_CHECKING:
    from quietdrop.config import Settings

_log = logging.getLogger(__name__)
RETRY_AFTER = timedelta(minutes=15)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CLOCK_JITTER = timedelta(seconds=5)
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


def next_slot(cron: str, timezone: str, now: datetime) -> datetime | None:
    """In: a crontab line, its timezone, an aware time. Out: when it is due next. ValueError."""
    slot: datetime | None = trigger(cron, timezone).get_next_fire_time(None, now + _TICK)
    return slot


def due_day(
    cron: str, timezone: str, now: datetime, done: date | None, in_force_since: datetime
) -> date | None:
    """In: a crontab line, its timezone, an aware time, the date of the last finished run, since
    when the line is in force. Out: the local date of its latest slot where no run of that date or a
    later one has finished; None where nothing is due. Errors: ValueError."""
    since = in_force_since
    if done is not None:
        since = max(since, datetime.combine(done, time.max, ZoneInfo(timezone)))
    slot = last_slot(cron, timezone, now, since)
    return None if slot is None else slot.date()


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
    settings: Callable[[], Settings],
    *,
    job: Callable[[date], None],
    send: Callable[[], None],
    last_done: Callable[[date], date | None],
    in_force_since: Callable[[str, datetime], datetime],
    beat: Callable[[datetime], None],
    clock: Callable[[], datetime],
    stop: threading.Event | None = None,
) -> None:
    """Calls the weekly job on its schedule, and the sender and the heartbeat every minute.

    In: the settings as they are now; the job by its slot's local date; the sender; the date of the
    last finished run up to a day (None: never); since when a schedule is in force, itself and now
    given; the heartbeat; an aware clock; an event that stops it. Out: returns after `stop`, SIGTERM
    or SIGINT, the current run finished.

    Every minute it asks whether the latest slot of the schedule has been done, so a slot that was
    slept over, failed or belonged to a process that died is made up, once and by its own date;
    what fails is tried again after a quarter of an hour. A slot that lies before its schedule came
    into force is none.
    """
    tried: dict[date, datetime] = {}

    def guarded(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except RunBusy as busy:
            _log.info("%s: %s", name, busy)
        except QuietdropError as error:
            _log.error("%s failed, and is tried again: %s", name, error)
        except Exception:
            _log.exception("%s failed; the scheduler goes on", name)

    def weekly() -> None:
        plan, now = settings().schedule, clock()
        done = last_done(now.astimezone(ZoneInfo(plan.timezone)).date())
        since = in_force_since(f"{plan.cron} {plan.timezone}", now)
        day = due_day(plan.cron, plan.timezone, now, done, since)
        if day is None or timedelta() <= now - tried.get(day, _LONG_AGO) < RETRY_AFTER:
            return
        tried[day] = now
        job(day)

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long run is no news every minute
    scheduler = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, work in (
        ("the weekly job", weekly),
        ("sending", send),
        ("the heartbeat", lambda: beat(clock())),
    ):
        scheduler.add_job(
            guarded, "interval", [name, work], minutes=1, next_run_time=datetime.now(UTC)
        )
    stopping = stop or threading.Event()
    with _signals() as received:
        begun = clock()
        scheduler.start()
        try:
            _keep_going(scheduler, begun, clock, lambda: bool(received) or stopping.wait(0.2))
        finally:
            scheduler.shutdown(wait=True)


def _keep_going(
    scheduler: BackgroundScheduler,
    before: datetime,
    clock: Callable[[], datetime],
    stopped: Callable[[], bool],
) -> None:
    """Waits for the end. The scheduler would sleep until a clock that is set back has come as far
    as it was: its jobs are due at once instead."""
    while not stopped():
        now = clock()
        if now < before - _CLOCK_JITTER:
            _log.warning("the clock was set back by %s", before - now)
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        before = now
