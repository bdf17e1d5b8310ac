"""The weekly job, top to bottom: judge, record, owe. Sending comes after."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from quietdrop.arrivals import MATURE_DAYS
from quietdrop.cadence import EPOCH
from quietdrop.chances import SeenBefore
from quietdrop.checkins import Memory
from quietdrop.config import Settings, fingerprint
from quietdrop.digest import render
from quietdrop.errors import RunBusy
from quietdrop.ingest.rejects import write_rejects
from quietdrop.judge import Judged, Progress, judge
from quietdrop.model import Digest, Mail, Summary
from quietdrop.store import RunRow, Store

LEASE = timedelta(minutes=30)
REMEMBERED_RUNS = 120  # two years of Mondays: late rows are learned from the runs of a year


@dataclass(frozen=True)
class Report:
    """What one run did. `held` gives the reasons for which the digests were held back."""

    as_of: date
    state: str  # done | held | unchanged
    judged: Judged | None
    owed: int = 0
    held: list[str] = field(default_factory=list)


def remember(store: Store, as_of: date) -> Memory:
    """What the store knows that bears on `as_of`."""
    before = [r for r in store.runs(REMEMBERED_RUNS) if r.live and r.as_of < as_of and r.summary]
    return Memory(
        checkins=tuple(store.checkins()),
        snoozes=tuple(store.snoozes()),
        touches=tuple(store.touches()),
        first_run=not store.live_run_before(as_of),
        seen=tuple(row for run in before for row in _seen(run)),
        acknowledged_on=max(
            (r.as_of for r in before if r.state == "done" and (r.summary or {}).get("faults")),
            default=None,
        ),
    )


def _seen(run: RunRow) -> list[SeenBefore]:
    """What a run had of each of its last days; `daily` counts back from the day before it."""
    daily = (run.summary or {}).get("daily", [])
    return [(run.as_of, run.as_of - timedelta(days=back), n) for back, n in enumerate(daily, 1)]


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
    faults = [] if force else judged.decided.faults
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
    store.finish_run(run_id, state, _figures(judged), now)
    return Report(as_of, state, judged, owed, faults)


def _fingerprint(settings: Settings, judged: Judged, live: bool) -> str:
    """Changes when the data up to the as-of date or the config do."""
    rows = pd.util.hash_pandas_object(judged.intake.counts, index=False).to_numpy()
    text = f"{fingerprint(settings)}{live}{len(rows)}"
    return hashlib.sha256(text.encode() + rows.tobytes()).hexdigest()


def _figures(judged: Judged) -> dict[str, object]:
    intake = judged.intake
    return {
        "rows_read": intake.rows_read,
        "rejected": intake.reject_reasons(),
        "notes": dict(intake.notes),
        "newest": intake.newest.isoformat() if intake.newest else None,
        "statuses": {str(k): int(v) for k, v in judged.table["status"].value_counts().items()},
        "listed": int(judged.table["listed"].sum()),
        "faults": judged.decided.faults,
        "daily": _daily(judged),
    }


def _daily(judged: Judged) -> list[int]:
    """Referrals of each of the last days, the newest first: what later runs call late."""
    counts = judged.intake.counts
    age = (judged.assessed.cadence.as_of - EPOCH).days - counts["day"].to_numpy()
    recent = age <= MATURE_DAYS
    weights = counts["referrals"].to_numpy()[recent]
    number = np.bincount(age[recent], weights=weights, minlength=MATURE_DAYS + 1)
    return [int(n) for n in number[1:]]


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
