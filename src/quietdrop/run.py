"""The weekly job, top to bottom: read, judge, decide, record, owe. Sending comes after."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd

from quietdrop import ingest, telling
from quietdrop.assess import Assessed, assess
from quietdrop.cadence import events, weekly
from quietdrop.checkins import Memory, Plan, as_of_memory, plan
from quietdrop.config import Settings, fingerprint
from quietdrop.digest import render, words
from quietdrop.errors import RunBusy, SourceError
from quietdrop.ingest.rejects import write_rejects
from quietdrop.model import Digest, Intake, Mail, Summary
from quietdrop.store import Store

Progress = Callable[[str], None]
LEASE = timedelta(minutes=30)


@dataclass(frozen=True)
class Judged:
    """One as-of date, judged and decided, with nothing recorded yet."""

    intake: Intake
    assessed: Assessed
    plan: Plan
    table: pd.DataFrame
    digests: list[Digest]
    summaries: list[Summary]


@dataclass(frozen=True)
class Report:
    """What one run did. `held` gives the reasons for which the digests were held back."""

    as_of: date
    state: str  # done | held | unchanged
    judged: Judged | None
    owed: int = 0
    held: list[str] = field(default_factory=list)


def judge(settings: Settings, memory: Memory, as_of: date, today: date, tell: Progress) -> Judged:
    """Everything up to the digests, recording nothing.

    `memory` is what was told before; `today` says which dates lie in the future.
    """
    tell("Reading referrals")
    intake = ingest.read(settings.source, as_of, today)
    if intake.counts.empty:
        raise SourceError(
            f"{settings.source.referrals}: no usable referral before {as_of}; "
            f"{intake.rows_read} rows read, rejected: {intake.reject_reasons() or 'none'}"
        )
    tell("Judging every practice")
    assessed = assess(weekly(events(intake.counts), as_of), settings.drift)
    memory = as_of_memory(
        Memory(
            memory.checkins,
            memory.snoozes,
            (*memory.touches, *intake.touches),
            memory.first_run,
        ),
        as_of,
    )
    liaison_of = assignments(settings, intake, assessed.cadence.ids)
    decided = plan(
        assessed,
        intake.practices,
        memory,
        alert_probability=settings.drift.alert_probability,
        budgets={
            email: liaison.budget
            for email, liaison in intake.liaisons.items()
            if liaison.budget is not None
        },
        default_budget=settings.digest.budget,
        liaison_of=liaison_of,
    )
    still = [c for c in memory.checkins if c.state == "open"]
    frame = telling.table(assessed, decided, intake, still, liaison_of, words.reason)
    tell("Writing digests")
    recipients = {email for email in liaison_of.values() if email}
    reasons = dict(zip(frame["practice_id"], frame["reason"], strict=True))
    watching = frame[frame["status"] == "watching"].groupby("liaison")["practice_name"].apply(list)
    digests = telling.digests(
        assessed,
        decided,
        intake,
        recipients,
        memory.touches,
        {str(k): str(v) for k, v in reasons.items()},
        {str(k): v for k, v in watching.items()},
        words.reason,
        words.day,
    )
    summaries = [
        telling.summary(assessed, decided, intake, frame, manager, recipients)
        for manager in settings.digest.managers
    ]
    return Judged(intake, assessed, decided, frame, digests, summaries)


def assignments(settings: Settings, intake: Intake, ids: Iterable[str]) -> dict[str, str]:
    """Each practice's liaison: the directory's, else the default, else the first manager."""
    fallback = settings.digest.default_liaison or next(iter(settings.digest.managers), "")
    return {
        practice_id: telling.practice(intake, practice_id).liaison or fallback
        for practice_id in {*ids, *intake.practices}
    }


def feed_faults(settings: Settings, intake: Intake, as_of: date) -> list[str]:
    """Why the feed looks broken; empty where it does not."""
    faults = []
    age = (as_of - intake.newest).days if intake.newest else None
    if age is None or age > settings.feed.max_age_days:
        faults.append(
            f"The newest referral is of {intake.newest}, {age} days before {as_of}; "
            f"[feed] max_age_days allows {settings.feed.max_age_days}."
        )
    if intake.reject_share > settings.feed.max_reject_share:
        faults.append(
            f"{intake.rejected_rows} of {intake.rows_read} rows could not be used "
            f"({intake.reject_reasons()}); [feed] max_reject_share allows "
            f"{settings.feed.max_reject_share:.0%}."
        )
    return faults


def remember(store: Store, as_of: date) -> Memory:
    """What the store knows that bears on `as_of`."""
    return Memory(
        checkins=tuple(store.checkins()),
        snoozes=tuple(store.snoozes()),
        touches=tuple(store.touches()),
        first_run=not store.live_run_before(as_of),
    )


def run(
    settings: Settings,
    store: Store,
    as_of: date,
    now: datetime,
    *,
    today: date,
    live: bool,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> Report:
    """The weekly job, once. With `live` check-ins open and mail is owed; else only recorded.

    The same as-of date again sends nothing twice: where nothing changed nothing happens, else
    a new revision of the assessments is recorded. RunBusy where another process is at it.
    """
    name, owner = f"run {as_of}", uuid.uuid4().hex
    if not store.claim(name, owner, now, LEASE):
        raise RunBusy(
            f"Another run for {as_of} is under way; if it died, its claim ends in 30 minutes."
        )
    try:
        return _run(settings, store, as_of, now, today=today, live=live, force=force, tell=tell)
    finally:
        store.release(name, owner)


def _run(
    settings: Settings,
    store: Store,
    as_of: date,
    now: datetime,
    *,
    today: date,
    live: bool,
    force: bool,
    tell: Progress,
) -> Report:
    judged = judge(settings, remember(store, as_of), as_of, today, tell)
    write_rejects(settings.source.rejects, judged.intake.rejects)
    faults = [] if force else feed_faults(settings, judged.intake, as_of)
    mark = _fingerprint(settings, judged, live)
    if store.done_run(as_of, mark) is not None and not faults:
        return Report(as_of, "unchanged", judged)
    run_id = store.begin_run(as_of, live, mark, now)
    told_before = any(m.kind == "digest" for m in store.messages(as_of))
    mails = []
    if live and faults:
        mails = [
            _held(settings, manager, as_of, faults, now) for manager in settings.digest.managers
        ]
    elif live:
        mails = [_mail(settings, told, now) for told in judged.digests]
        mails += [_mail(settings, told, now) for told in judged.summaries]
    owed = 0
    with store.begin() as conn:
        store.record_assessments(conn, run_id, judged.table)
        if live and not faults and not told_before:
            for checkin in judged.plan.changed():
                store.save_checkin(conn, checkin)
        for mail in mails:
            owed += store.owe(conn, run_id, mail, now)
    state = "held" if faults else "done"
    store.finish_run(run_id, state, _figures(judged, faults), now)
    return Report(as_of, state, judged, owed, faults)


def _fingerprint(settings: Settings, judged: Judged, live: bool) -> str:
    """Changes when the data up to the as-of date or the config do."""
    rows = pd.util.hash_pandas_object(judged.intake.counts, index=False).to_numpy()
    text = f"{fingerprint(settings)}{live}{len(rows)}"
    return hashlib.sha256(text.encode() + rows.tobytes()).hexdigest()


def _figures(judged: Judged, faults: list[str]) -> dict[str, object]:
    intake = judged.intake
    return {
        "rows_read": intake.rows_read,
        "rejected": intake.reject_reasons(),
        "notes": dict(intake.notes),
        "newest": intake.newest.isoformat() if intake.newest else None,
        "statuses": {str(k): int(v) for k, v in judged.table["status"].value_counts().items()},
        "listed": int(judged.table["listed"].sum()),
        "faults": faults,
    }


def _mail(settings: Settings, told: Digest | Summary, now: datetime) -> Mail:
    if isinstance(told, Digest):
        kind, rendered = "digest", render.render_digest(told)
        reason = "check-ins" if told.items else "nothing to report"
    else:
        kind, rendered, reason = "summary", render.render_summary(told), "weekly summary"
    return _sealed(settings, told.recipient, told.as_of, kind, reason, rendered, now)


def _held(settings: Settings, manager: str, as_of: date, faults: list[str], now: datetime) -> Mail:
    rendered = render.render_held(manager, as_of, faults)
    return _sealed(settings, manager, as_of, "held", "feed looks broken", rendered, now)


def _sealed(
    settings: Settings,
    recipient: str,
    as_of: date,
    kind: str,
    reason: str,
    rendered: render.Rendered,
    now: datetime,
) -> Mail:
    """The finished message; its Message-ID is the same however often it is made."""
    sender = settings.mail.from_ if settings.mail else "quietdrop@localhost"
    name = hashlib.sha256(f"{recipient}|{as_of}|{kind}".encode()).hexdigest()[:32]
    message_id = f"<{name}@{sender.rsplit('@', 1)[-1].rstrip('>')}>"
    mime = render.to_mime(
        rendered,
        sender=sender,
        recipient=recipient,
        reply_to=settings.mail.reply_to if settings.mail else None,
        message_id=message_id,
        date_header=now,
    )
    return Mail(recipient, as_of, kind, reason, rendered.subject, message_id, mime)
