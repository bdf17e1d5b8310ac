"""The weekly job, top to bottom: judge, record, owe. Sending comes after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.engine import Connection

from quietdrop.config import Settings
from quietdrop.config.remembered import remembered
from quietdrop.delivery.policy import decide
from quietdrop.delivery.sender import give_up_stale
from quietdrop.domain.book import BookRow
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.errors import QuietdropError, StoreError
from quietdrop.domain.mail import Mail
from quietdrop.domain.quarter import Quarter
from quietdrop.domain.weekly import WeeklyCounts
from quietdrop.ingest.rejects import write_rejects
from quietdrop.jobs.history import remember, weekly_left
from quietdrop.jobs.pipeline import brief
from quietdrop.jobs.run_summary import figures, mark_of
from quietdrop.lib.progress import Progress, silent
from quietdrop.messages import mail as mail_messages
from quietdrop.messages.changes import with_changes
from quietdrop.messages.compose import Briefing, book_of, last_quarter
from quietdrop.messages.links import Links, mail_links
from quietdrop.messages.practice_card import cards
from quietdrop.reporting.book import book
from quietdrop.store import RunRow, Store, run_lock
from quietdrop.store.retry import with_retries
from quietdrop.store.runs import FINISHED, RunEnd, RunState


@dataclass(frozen=True)
class Report:
    """What one run did. `held` gives the reasons for which the digests were held back."""

    as_of: date
    state: str  # done | held | unchanged
    briefing: Briefing | None
    owed: int = 0
    held: list[str] = field(default_factory=list)
    run_id: int | None = None


def run(
    settings: Settings,
    store: Store,
    as_of: date,
    now: datetime,
    *,
    today: date,
    live: bool,
    force: bool = False,
    links: Links | None = None,
    tell: Progress = silent,
) -> Report:
    """The weekly job, once. With `live` check-ins open and mail is owed; else only recorded.

    The same as-of date again sends nothing twice: where nothing changed nothing happens, else
    a new revision of the assessments is recorded. With `links` mails lead to the pages. RunBusy
    where another process is at it.
    """
    with run_lock.held(store, run_lock.LIVE_RUN if live else f"run for {as_of}", now) as claim:
        run_id = store.runs.begin(as_of, live, now)
        try:
            give_up_stale(store, now)
            briefing = brief(settings, remember(store, settings, as_of), as_of, today, tell)
            write_rejects(settings.source.rejects, briefing.intake.rejects)
            faults = [] if force else briefing.evaluation.faults
            mark = mark_of(settings, briefing, live)
            if store.runs.done(as_of, mark) is not None and not faults:
                store.runs.withdraw(run_id)
                return Report(as_of, "unchanged", briefing, run_id=run_id)
            owes = _owes(settings, store, briefing, live, faults, links, now)
            if live and not faults:
                weekly = weekly_left(settings, briefing, accepted=force)
                owes = replace(owes, weekly=weekly)
            if live:
                owes = replace(
                    owes,
                    keys=briefing.intake.identity.keys,
                    liaisons=_liaisons(settings, briefing),
                    to_others=settings.webhook.url is not None,
                )
            if any(mail.kind == "summary" for mail in owes.mails):
                owes = replace(owes, settings=remembered(settings))
            weeks = settings.store.keep_weeks if live else 0
            before = as_of - timedelta(weeks=weeks) if weeks else None
            owed = with_retries(
                lambda: _commit(store, claim, run_id, mark, briefing, owes, before, now)
            )
        except Exception as error:
            is_expected = isinstance(error, QuietdropError)
            with suppress(StoreError):
                store.runs.fail(run_id, str(error) if is_expected else type(error).__name__, now)
            raise
    return Report(as_of, owes.state, briefing, owed, faults, run_id)


@dataclass(frozen=True)
class _Owes:
    """What a run is to record beside its assessments, whole or not at all."""

    state: RunState
    mails: list[Mail]
    checkins: list[CheckIn]
    decisions: dict[str, str]  # why each liaison is written to or not
    cards: list[Card] = field(default_factory=list)
    book: list[BookRow] = field(default_factory=list)
    quarter: Quarter | None = None
    weekly: WeeklyCounts | None = None
    keys: Mapping[str, str] = field(default_factory=dict)  # by spelled id: its practice's key
    liaisons: frozenset[str] | None = None  # who looks after practices; None where nobody asks
    settings: Mapping[str, str] = field(default_factory=dict)  # as the managers are told of them
    to_others: bool = False  # what becomes of check-ins is sent to another system


def _liaisons(settings: Settings, briefing: Briefing) -> frozenset[str]:
    """Everybody who is a liaison on the date, away or not."""
    intake, liaison_of = briefing.intake, briefing.evaluation.liaison_of
    named = (practice.liaison for practice in intake.practices.values())
    everybody = {*intake.liaisons, *named, *liaison_of.values(), settings.digest.default_liaison}
    return frozenset(liaison for liaison in everybody if liaison)


def _owes(
    settings: Settings,
    store: Store,
    briefing: Briefing,
    live: bool,
    faults: list[str],
    links: Links | None,
    now: datetime,
) -> _Owes:
    """Opening check-ins and telling of them agree: what no digest tells is not changed either."""
    as_of, plan, state = (
        briefing.assessed.cadence.as_of,
        briefing.plan,
        RunState.HELD if faults else RunState.DONE,
    )
    if not live:
        return _Owes(state, [], [], {})
    leads = mail_links(links, now, settings.web.link_days, store.links.generations())
    already_sent = {m.recipient for m in store.outbox.messages(as_of) if m.kind == "digest"}
    decisions = {
        digest.recipient: decide(
            plan.news(digest.recipient),
            sent=digest.recipient in already_sent,
            held=bool(faults),
            between=digest.recipient in plan.between,
        )
        for digest in briefing.digests
    }
    reasons = {recipient: decision.reason for recipient, decision in decisions.items()}
    if faults:
        return _Owes(state, mail_messages.held(settings, as_of, faults, now, leads), [], reasons)
    sent_to = {recipient for recipient, decision in decisions.items() if decision.send}
    mails = [
        mail_messages.digest(settings, digest, reasons[digest.recipient], now, leads)
        for digest in briefing.digests
        if digest.recipient in sent_to
    ]
    managers_too = bool(sent_to) or not plan.between  # they have had the week's summary, too
    if managers_too:
        mails += [mail_messages.summary(settings, page, now, leads) for page in briefing.summaries]
    checkins = [*plan.unannounced(), *(c for c in plan.announced() if c.liaison in sent_to)]
    if not already_sent:
        checkins += [*(plan.review if managers_too else ()), *plan.unlisted]
    if links is None:
        return _Owes(state, mails, checkins, reasons)
    good_news = briefing.good_news()
    shown = [
        replace(card, good_news=good_news.get(card.practice_id, ""))
        for card in cards(briefing.evaluation, briefing.table, book_of(settings), briefing.visits)
    ]
    ended = briefing.ended or last_quarter(settings, briefing.evaluation, briefing.table)
    shown = with_changes(settings, briefing.evaluation, shown)
    rows = book(briefing.evaluation, briefing.table)
    return _Owes(state, mails, checkins, reasons, shown, rows, ended)


def _commit(
    store: Store,
    claim: run_lock.RunLock,
    run_id: int,
    mark: str,
    briefing: Briefing,
    owes: _Owes,
    before: date | None,
    now: datetime,
) -> int:
    """Records a run in one transaction, and lets go of what is from `before`. Out: how many
    messages it owes. RunBusy where the claim was lost."""
    if store.runs.state_of(run_id) in FINISHED:  # only our word that it had worked was lost
        return sum(message.run_id == run_id for message in store.outbox.messages())
    last = store.runs.last_finished(briefing.assessed.cadence.as_of - timedelta(days=1))
    with store.begin() as conn:
        claim.end(conn)
        store.spellings.join(conn, owes.keys, briefing.assessed.cadence.as_of)
        store.runs.record_assessments(conn, run_id, briefing.table)
        owed = sum(store.outbox.owe(conn, run_id, mail, now) for mail in owes.mails)
        for checkin in owes.checkins:
            store.checkins.keep(conn, checkin)
        if owes.liaisons is not None:
            store.promises.save_new(conn, briefing.intake.promises)
            store.calendar_feeds.end_others(conn, owes.liaisons)
            _note_events(store, conn, briefing, owes, last, now)
        if owes.cards:
            store.cards.save(conn, owes.cards)
            store.book.save(conn, owes.book)
            store.touches.save_listed_gifts(conn, briefing.intake.touches)
        if owes.quarter is not None:
            store.quarters.save(conn, owes.quarter)
        if owes.weekly is not None:
            store.weekly_counts.save(conn, owes.weekly, before or date.min)
        summary = figures(briefing) | {"decisions": dict(Counter(owes.decisions.values()))}
        summary |= {"headlines": asdict(briefing.headlines)}
        summary |= {"settings": owes.settings} if owes.settings else {}
        store.runs.finish(conn, run_id, RunEnd(owes.state, mark, summary), now)
        if before is not None:
            store.retention.prune(conn, before)
    return owed


def _note_events(
    store: Store,
    conn: Connection,
    briefing: Briefing,
    owes: _Owes,
    last: RunRow | None,
    now: datetime,
) -> None:
    """Records what became of check-ins: what this run tells, and what ended since the last one."""
    as_of, told = briefing.assessed.cadence.as_of, set(owes.checkins)
    opened = [checkin for checkin in briefing.plan.opened if checkin in told]
    worse = [checkin for checkin in briefing.plan.worse if checkin in told]
    store.events.note_opened(conn, opened, as_of, now, owed=owes.to_others)
    store.events.note_worsened(conn, worse, as_of, now, owed=owes.to_others)
    store.events.note_closed(conn, last.as_of if last else as_of, now, owed=owes.to_others)
