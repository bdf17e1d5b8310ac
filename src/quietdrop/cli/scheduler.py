"""The process that runs the weekly job when it is due."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time as clocks
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler

from quietdrop.domain.errors import QuietdropError, RunBusy
from quietdrop.lib.cron import due_day, last_slot, next_slot
from quietdrop.lib.deadline import Overdue, within
from quietdrop.lib.pulse import Pulse
from quietdrop.lib.service_manager import ALIVE, READY, STOPPING, ServiceManager

if TYPE_CHECKING:
    from quietdrop.config import Settings

__all__ = ["Work", "due_day", "last_slot", "next_slot", "serve"]

_log = logging.getLogger(__name__)
RETRY_AFTER = timedelta(minutes=15)  # since a day was tried last, before it is tried again
STOP_WITHIN = 9.0  # seconds after SIGTERM; whoever stops us is promised ten
# Seconds that one step may take before its work counts as stalled. Sending: a mail session (120)
# and a database that restarts. The weekly job: all that follows the reading of its source.
SEND_STEP = 300.0
JUDGE_STEP = 900.0
TICK_LATE = 300.0  # seconds since the last heartbeat was due, of one a minute
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CLOCK_JITTER = timedelta(seconds=5)  # a smaller step back is a clock being adjusted


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Gives a list that each SIGTERM, SIGINT or SIGHUP fills.

    Once a stop signal has come, the process ends within STOP_WITHIN, whatever hangs. The handlers
    are put back at the end. Outside the main thread Python allows none.
    """
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    done = threading.Event()
    threading.Thread(target=_end_in_time, args=(received, done), daemon=True).start()
    names = [*STOPS, signal.SIGHUP] if hasattr(signal, "SIGHUP") else [*STOPS]
    before = [signal.signal(name, lambda number, _: received.append(number)) for name in names]
    try:
        yield received
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)
        if not _is_stop(received):
            done.set()


STOPS = (signal.SIGTERM, signal.SIGINT)


def _is_stop(received: list[int]) -> bool:
    return any(number in received for number in STOPS)


def _end_in_time(received: list[int], done: threading.Event) -> None:
    """Waits for a stop signal; ends the process where it is still there some seconds later."""
    while not _is_stop(received):
        if done.wait(0.2):
            return
    clocks.sleep(STOP_WITHIN)
    with suppress(Overdue):  # a blocked log must not hold it up either
        within(0.5, lambda: _log.error("work still hung when it was time to stop: cut off"), "log")
    os._exit(1)


@dataclass(frozen=True)
class Work:
    """What the scheduler does, and what it asks the store.

    Args:
        job: The weekly job, by its slot's local date.
        send: Sends what is owed.
        last_done: The date of the last finished run up to a day; None where there is none.
        in_force_since: Since when a schedule is in force; takes the schedule and the time.
        beat: Records the heartbeat.
        clock: An aware clock.
        reload: Reads the config again; called on SIGHUP.
    """

    job: Callable[[date], None]
    send: Callable[[], None]
    last_done: Callable[[date], date | None]
    in_force_since: Callable[[str, datetime], datetime]
    beat: Callable[[datetime], None]
    clock: Callable[[], datetime]
    reload: Callable[[], None] = lambda: None


def serve(
    settings: Callable[[], Settings],
    work: Work,
    *,
    stop: threading.Event | None = None,
    pulse: Pulse | None = None,
    manager: ServiceManager | None = None,
) -> None:
    """Calls the weekly job on its schedule, and the sender and the heartbeat every minute.

    Every minute it asks whether the latest slot of the schedule has been done, so a slot that was
    slept over, failed or belonged to a process that died is made up, once and by its own date; what
    fails is tried again after a quarter of an hour. A slot before its schedule came into force does
    not count. The heartbeat stays out while some work does not move.

    Args:
        settings: The settings as they are now.
        work: What is done.
        stop: Ends it, as SIGTERM and SIGINT do; the current run finishes if it is quick.
        pulse: Where the work tells that it moves.
        manager: The service manager to keep informed.
    """
    pulse = pulse or Pulse(clocks.monotonic)
    manager = manager or ServiceManager()
    tried: dict[date, datetime] = {}
    ticked = [clocks.monotonic()]

    def guarded(name: str, patience: Callable[[], float], step: Callable[[], None]) -> None:
        try:
            with pulse.work(name, patience()):
                step()
        except RunBusy as busy:
            _log.info("%s: %s", name, busy)
        except QuietdropError as error:
            _log.error("%s failed, and is tried again: %s", name, error)
        except Exception:
            _log.exception("%s failed; the scheduler goes on", name)

    def weekly() -> None:
        plan, now = settings().schedule, work.clock()
        done = work.last_done(now.astimezone(ZoneInfo(plan.timezone)).date())
        since = work.in_force_since(f"{plan.cron} {plan.timezone}", now)
        day = due_day(plan.cron, plan.timezone, now, done, since)
        if day is None or timedelta() <= now - tried.get(day, _LONG_AGO) < RETRY_AFTER:
            return
        tried[day] = now
        work.job(day)

    def heartbeat() -> None:
        ticked[0] = clocks.monotonic()
        if stalled := pulse.stalled():
            _log.error("no heartbeat: no progress in %s", ", ".join(stalled))
        else:
            work.beat(work.clock())

    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # a long run is not worth a warning every minute
    scheduler = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, patience, step in (
        ("the weekly job", lambda: settings().source.timeout_minutes * 60 + JUDGE_STEP, weekly),
        ("sending", lambda: SEND_STEP, work.send),
        ("the heartbeat", lambda: SEND_STEP, heartbeat),
    ):
        scheduler.add_job(
            guarded, "interval", [name, patience, step], minutes=1, next_run_time=datetime.now(UTC)
        )

    def is_alive() -> bool:
        return not pulse.stalled() and clocks.monotonic() - ticked[0] < TICK_LATE

    stopping = stop or threading.Event()
    with _signals() as received:
        begun = work.clock()
        scheduler.start()
        manager.notify(READY)
        signs = _Signs(manager, is_alive)

        def stopped() -> bool:
            if getattr(signal, "SIGHUP", None) in received:
                received.remove(signal.SIGHUP)
                # By the scheduler: this thread must be free to see the next signal.
                scheduler.add_job(
                    guarded, args=["reading the config", lambda: SEND_STEP, work.reload]
                )
            signs.give()
            return _is_stop(received) or stopping.wait(0.2)

        try:
            _keep_going(scheduler, begun, work.clock, stopped)
        finally:
            manager.notify(STOPPING)
            scheduler.shutdown(wait=True)


class _Signs:
    """The signs of life that the service manager waits for, twice as often as it must have them."""

    def __init__(self, manager: ServiceManager, is_alive: Callable[[], bool]) -> None:
        self._manager, self._is_alive, self._last = manager, is_alive, float("-inf")

    def give(self) -> None:
        """Gives one where it is due and all is alive."""
        every = self._manager.watchdog_seconds
        if every is None or clocks.monotonic() - self._last < every / 2 or not self._is_alive():
            return
        self._last = clocks.monotonic()
        self._manager.notify(ALIVE)


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
