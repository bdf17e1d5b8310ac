"""How things stand, and what somebody should look at: for `status`, /healthz and a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from quietdrop.domain.event import EventState
from quietdrop.domain.feed import Rhythm, due_by
from quietdrop.domain.mail import MailKind, MessageState
from quietdrop.lib.periods import Period
from quietdrop.lib.reader import day_and_month, full_day
from quietdrop.store import MessageRow, RunRow, Store
from quietdrop.store.events import EventRow
from quietdrop.store.run_lock import LIVE_RUN, is_held
from quietdrop.store.run_summary import RunSummary
from quietdrop.store.runs import RunState

NO_REASON = "no reason is recorded"
NO_RUN_FOR = timedelta(days=8)  # a week and a day
WAITING_FOR = timedelta(days=1)
TO_MANAGERS = (MailKind.SUMMARY, MailKind.HELD, MailKind.NOTICE)
RECENT = timedelta(days=14)  # older failures have been told of
SERVE_SILENT_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Problem:
    """Something that a person should look at. `feed`: it lies with the data that comes in.
    `unreached`: managers cannot be mailed, so that nobody else hears of anything; `is_new`:
    nothing is broken, the installation only waits for its first run."""

    words: str
    feed: bool = False
    unreached: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Health:
    """The last run that could send, the outbox by state, the feed, `serve`, and what is wrong."""

    last_run: date | None
    last_state: str | None  # running | done | held | failed
    next_run: datetime | None
    outbox: dict[str, int]
    newest_referral: date | None
    feed_age_days: int | None
    open_checkins: int
    serve_seen: datetime | None
    problems: tuple[Problem, ...]
    events: dict[str, int] = field(default_factory=dict)  # to other systems: what waits or failed
    sent_again: int = 0  # messages sent once more, since nobody can know whether the first arrived

    @property
    def exit_code(self) -> int:
        """0 where nothing is wrong, 3 where the feed is and the managers know, else 1."""
        if any(problem.unreached for problem in self.problems):
            return 1
        if any(problem.feed for problem in self.problems):
            return 3
        return 1 if self.problems else 0


@dataclass(frozen=True)
class Freshness:
    """What the config says of the feed's age.

    `max_age_days` is how old the newest referral may be; None: as the last run learned it.
    `period` is what one row of the source counts, where it counts.
    """

    max_age_days: int | None = None
    period: Period | None = None


def health(
    store: Store, fresh: Freshness, today: date, now: datetime, next_run: datetime | None
) -> Health:
    """How things stand.

    Args:
        store: What the runs recorded.
        fresh: How old the feed may be.
        today: The local date.
        now: The time.
        next_run: When the schedule is due next.

    Raises:
        StoreError: The store cannot be asked.
    """
    last = store.runs.last(live=True)
    alive = is_held(store, LIVE_RUN, now)
    messages = store.outbox.messages()
    events = store.events.unsent(now - RECENT)
    summary = last.summary if last else RunSummary()
    newest = summary.newest
    seen = store.heartbeats.last("serve")
    problems = [
        *_of_managers(messages, now),
        *_of_run(last, alive, now),
        *_of_feed(newest, _due(summary, fresh), today),
        *_of_outbox(messages, now),
        *_of_events(events),
        *_of_serve(seen, now),
    ]
    return Health(
        last_run=last.as_of if last else None,
        last_state=last.state if last else None,
        next_run=next_run,
        outbox=dict(sorted(Counter(message.state for message in messages).items())),
        newest_referral=newest,
        feed_age_days=(today - newest).days if newest else None,
        open_checkins=len(store.checkins.open()),
        serve_seen=seen,
        problems=tuple(problems),
        events=dict(sorted(Counter(str(one.state) for one in events).items())),
        sent_again=sum(m.state is MessageState.SENT and m.doubts > 0 for m in messages),
    )


def _of_run(last: RunRow | None, alive: bool, now: datetime) -> Iterable[Problem]:
    if last is None:
        yield Problem("No run yet: `quietdrop run` does the first.", is_new=True)
        return
    if last.state is RunState.HELD:
        yield Problem(
            f"The digests of {full_day(last.as_of)} are held back: the feed looked broken. "
            "`quietdrop run --force` sends them.",
            feed=True,
        )
    elif last.state is RunState.FAILED:
        why = last.summary.error or NO_REASON
        yield Problem(f"The run of {full_day(last.as_of)} failed: {why}")
    elif last.state is RunState.RUNNING and not alive:
        yield Problem(
            f"The run of {full_day(last.as_of)} died before its end; the next one repeats it."
        )
    if now - last.started_at > NO_RUN_FOR:
        days = (now - last.started_at).days
        yield Problem(f"No run for {days} days: is cron, or `quietdrop serve`, still at work?")


def _due(summary: RunSummary, fresh: Freshness) -> date | None:
    """By when the feed should bring more, as the last run learned it unless it is set."""
    if summary.newest is None:
        return None
    if fresh.max_age_days is None and summary.due_by:
        return summary.due_by
    return due_by(summary.newest, Rhythm(), max_age_days=fresh.max_age_days, period=fresh.period)


def _of_feed(newest: date | None, due: date | None, today: date) -> Iterable[Problem]:
    if newest is not None and due is not None and today > due:
        yield Problem(
            f"The newest referral is of {full_day(newest)}, {(today - newest).days} days ago; more "
            f"was due by {full_day(due)}.",
            feed=True,
        )


def unreached_managers(messages: Iterable[MessageRow], now: datetime) -> list[MessageRow]:
    """For each manager whose newest message was refused, lately, that message."""
    newest: dict[str, MessageRow] = {}
    for message in messages:
        settled = message.state is MessageState.SENT or (
            message.attempts > 0 and message.state is not MessageState.SENDING
        )
        if message.kind in TO_MANAGERS and settled and now - message.created_at <= RECENT:
            newest[message.recipient] = message
    return [
        message
        for message in newest.values()
        if message.state in (MessageState.PENDING, MessageState.FAILED)
    ]


def _of_managers(messages: Iterable[MessageRow], now: datetime) -> Iterable[Problem]:
    for message in unreached_managers(messages, now):
        yield Problem(
            f"Manager {message.recipient} cannot be mailed: {message.error}. Nobody hears of what "
            "goes wrong until that is mended.",
            unreached=True,
        )


def _of_outbox(messages: Sequence[MessageRow], now: datetime) -> Iterable[Problem]:
    refused = Counter(
        m.error
        for m in messages
        if m.state is MessageState.PENDING and m.attempts and now - m.created_at <= WAITING_FOR
    )
    for why, number in refused.items():
        these = "1 message" if number == 1 else f"{number} messages"
        yield Problem(f"{these} could not be sent yet, and will be tried again: {why}")
    for message in messages:
        waiting = (
            message.state in (MessageState.PENDING, MessageState.SENDING)
            and now - message.created_at > WAITING_FOR
        )
        recent = now - message.created_at <= RECENT
        of = f"The {message.kind} of {full_day(message.period)} to {message.recipient}"
        if waiting:
            yield Problem(
                f"{of} has waited since {day_and_month(message.created_at)}: "
                f"{message.error or NO_REASON}"
            )
        elif message.state is MessageState.FAILED and recent:
            yield Problem(f"{of} could not be delivered: {message.error or NO_REASON}")
        elif message.state is MessageState.UNKNOWN and recent:
            yield Problem(f"Nobody can know whether {of[0].lower()}{of[1:]} arrived.")


def _of_events(events: Sequence[EventRow]) -> Iterable[Problem]:
    failed = [one for one in events if one.state is EventState.FAILED]
    refused = [one for one in events if one.state is EventState.PENDING and one.attempts]
    if refused:
        waiting = sum(one.state is not EventState.FAILED for one in events)
        these = "1 event waits" if waiting == 1 else f"{waiting} events wait"
        yield Problem(f"{these} for [webhook] url: {refused[0].error}")
    for why, number in Counter(one.error for one in failed).items():
        these = "1 event" if number == 1 else f"{number} events"
        yield Problem(f"{these} could not be delivered to [webhook] url: {why}")


def _of_serve(seen: datetime | None, now: datetime) -> Iterable[Problem]:
    if seen is not None and SERVE_SILENT_FOR < now - seen < RECENT:
        minutes = int((now - seen) / timedelta(minutes=1))
        yield Problem(f"`quietdrop serve` was last alive {minutes} minutes ago.")
