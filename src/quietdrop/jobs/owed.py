"""What a run is to record beside its assessments: mails, check-ins, and what the pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from quietdrop.config import Settings
from quietdrop.config.remembered import remembered
from quietdrop.delivery.policy import Decision, decide
from quietdrop.domain.book import BookRow
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import CheckIn
from quietdrop.domain.mail import Mail, MailKind
from quietdrop.domain.quarter import Quarter
from quietdrop.domain.weekly import WeeklyCounts
from quietdrop.jobs.history import weekly_left
from quietdrop.jobs.occasion import Occasion
from quietdrop.messages import mail as mail_messages
from quietdrop.messages.changes import with_changes
from quietdrop.messages.compose import Briefing, book_of, last_quarter
from quietdrop.messages.links import mail_links
from quietdrop.messages.practice_card import cards
from quietdrop.reporting.book import book
from quietdrop.store import Store
from quietdrop.store.runs import RunState


@dataclass(frozen=True)
class Owed:
    """What a run records in one transaction, whole or not at all.

    `faults` are the reasons for which the digests are held; `decisions` say why each liaison is
    written to or not; `liaisons` are all who look after practices, None where nobody asks; what is
    from before `prune_before` is given up.
    """

    faults: list[str]
    mails: list[Mail] = field(default_factory=list)
    checkins: list[CheckIn] = field(default_factory=list)
    decisions: Mapping[str, str] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    book: list[BookRow] = field(default_factory=list)
    quarter: Quarter | None = None
    weekly: WeeklyCounts | None = None
    keys: Mapping[str, str] = field(default_factory=dict)  # by spelled id: its practice's key
    liaisons: frozenset[str] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)  # as the managers are told of them
    to_others: bool = False  # what becomes of check-ins is sent to another system
    prune_before: date | None = None

    @property
    def state(self) -> RunState:
        """How the run ends."""
        return RunState.HELD if self.faults else RunState.DONE


def owed_by(
    settings: Settings, store: Store, briefing: Briefing, on: Occasion, faults: list[str]
) -> Owed:
    """Opening check-ins and telling of them agree: what no digest tells is not changed either."""
    if not on.live:
        return Owed(faults)
    weeks = settings.store.keep_weeks
    owed = Owed(
        faults,
        keys=briefing.intake.identity.keys,
        liaisons=_liaisons(settings, briefing),
        to_others=settings.webhook.url is not None,
        prune_before=on.as_of - timedelta(weeks=weeks) if weeks else None,
    )
    owed = _with_mails(owed, settings, store, briefing, on)
    if faults:
        return owed
    owed = replace(owed, weekly=weekly_left(settings, briefing, accepted=on.force))
    if any(mail.kind == MailKind.SUMMARY for mail in owed.mails):
        owed = replace(owed, settings=remembered(settings))
    return owed if on.links is None else _with_pages(owed, settings, briefing)


def _with_mails(
    owed: Owed, settings: Settings, store: Store, briefing: Briefing, on: Occasion
) -> Owed:
    """With the mails, and the check-ins that they tell."""
    plan = briefing.plan
    leads = mail_links(on.links, on.now, settings.web.link_days, store.links.generations())
    already_sent = {
        m.recipient for m in store.outbox.messages(on.as_of) if m.kind == MailKind.DIGEST
    }
    decisions = _decisions(briefing, already_sent, held=bool(owed.faults))
    reasons = {recipient: decision.reason for recipient, decision in decisions.items()}
    if owed.faults:
        mails = mail_messages.held(settings, on.as_of, owed.faults, on.now, leads)
        return replace(owed, mails=mails, decisions=reasons)
    sent_to = {recipient for recipient, decision in decisions.items() if decision.send}
    mails = [
        mail_messages.digest(settings, digest, reasons[digest.recipient], on.now, leads)
        for digest in briefing.digests
        if digest.recipient in sent_to
    ]
    managers_too = bool(sent_to) or not plan.between  # they have had the week's summary, too
    if managers_too:
        pages = briefing.summaries
        mails += [mail_messages.summary(settings, page, on.now, leads) for page in pages]
    checkins = [*plan.unannounced(), *(c for c in plan.announced() if c.liaison in sent_to)]
    if not already_sent:
        checkins += [*(plan.review if managers_too else ()), *plan.unlisted]
    return replace(owed, mails=mails, checkins=checkins, decisions=reasons)


def _decisions(briefing: Briefing, already_sent: set[str], *, held: bool) -> dict[str, Decision]:
    """Whether each liaison is written to, and why."""
    plan = briefing.plan
    return {
        digest.recipient: decide(
            plan.news(digest.recipient),
            sent=digest.recipient in already_sent,
            held=held,
            between=digest.recipient in plan.between,
        )
        for digest in briefing.digests
    }


def _with_pages(owed: Owed, settings: Settings, briefing: Briefing) -> Owed:
    """With what the pages show until the next run."""
    evaluation, table = briefing.evaluation, briefing.table
    good_news = briefing.good_news()
    shown = [
        replace(card, good_news=good_news.get(card.practice_id, ""))
        for card in cards(evaluation, table, book_of(settings), briefing.visits)
    ]
    return replace(
        owed,
        cards=with_changes(settings, evaluation, shown),
        book=book(evaluation, table),
        quarter=briefing.ended or last_quarter(settings, evaluation, table),
    )


def _liaisons(settings: Settings, briefing: Briefing) -> frozenset[str]:
    """Everybody who is a liaison on the date, away or not."""
    intake, liaison_of = briefing.intake, briefing.evaluation.liaison_of
    named = (practice.liaison for practice in intake.practices.values())
    everybody = {*intake.liaisons, *named, *liaison_of.values(), settings.digest.default_liaison}
    return frozenset(liaison for liaison in everybody if liaison)
