"""check: config, source, store, mail and pages, one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli import next_step
from quietdrop.cli.app import now, recall, settings, show_cause
from quietdrop.cli.app import today as today_in
from quietdrop.cli.bootstrap import mailer
from quietdrop.cli.check_outside import check_oidc, check_webhook
from quietdrop.cli.identity import who_is_who
from quietdrop.cli.in_demo import links
from quietdrop.cli.learned import learned_lines
from quietdrop.cli.screen import progress, show_marked
from quietdrop.config import Settings
from quietdrop.delivery.policy import NOT_ALLOWED, may_be_mailed
from quietdrop.domain.columns import UNREAD_OF_REFERRALS
from quietdrop.domain.decisions import Register
from quietdrop.domain.errors import QuietdropError, StoreError
from quietdrop.domain.feed import Rhythm
from quietdrop.domain.intake import Intake
from quietdrop.domain.patient_guard import FEW_VALUES, MIN_ROWS, is_npi
from quietdrop.evaluation import feed_health, feed_rhythm
from quietdrop.evaluation.assignments import assignments, without_a_liaison
from quietdrop.evaluation.feed_faults import feed_faults, overdue
from quietdrop.evaluation.overrides import unknown_names
from quietdrop.evaluation.vanished_rows import losses
from quietdrop.findings import rekeyed
from quietdrop.ingest.statuses import DOUBTFUL
from quietdrop.lib.loopback import may_keep_a_cookie
from quietdrop.lib.reader import decimal, full_day
from quietdrop.messages.links import KEY_VARIABLE
from quietdrop.messages.wording import uncounted
from quietdrop.store import Store

INSTEAD = "the practices table has a column of that name"
SET_LIAISON = "to mail one, set [digest] default_liaison"


def check(
    send_test: Annotated[
        str | None, typer.Option("--send-test", help="Mail a test message to this address.")
    ] = None,
) -> None:
    """Config, columns, freshness, database, mail: one line each, with what to do."""
    of = settings()
    show_marked(f"config   ok  {of.path}")
    for name in UNREAD_OF_REFERRALS:
        if of.source.columns.get(name):
            show_marked(f"config   --  [source.columns] {name} is accepted and not read: {INSTEAD}")
    day = today_in(of)
    wrong, newest = False, None
    addresses = set(of.digest.managers)
    try:
        register = _register(of, day)
        with progress() as tell:
            intake = ingest.read(of.source, day, day, register, tell)
        pairs, active = rekeyed.rekeyed(intake.counts, intake.practices, day)
        memory = recall(of, day)
        rhythm = feed_rhythm.rhythm_of(intake, memory, day)
        due = feed_rhythm.due_of(of.feed, intake, rhythm, day)
        faults = [
            *overdue(of.feed, intake, day, due),
            *feed_faults(of, intake, memory.acknowledged_on, day),
            *feed_health.vanished(losses(memory.weekly, intake.counts, day), day),
            *rekeyed.faults(pairs, active, None),
        ]
        for line in [*_source_lines(intake), *_of_the_data(of, intake)]:
            show_marked(line)
        for remark in intake.remarks:
            show_marked(f"read     --  {remark}")
        for line in _rhythm_lines(of, intake, rhythm, due) if due >= day else ():
            show_marked(line)
        for fault in faults:
            show_marked(f"feed     !!  {fault}")
        for remark in unknown_names(of, intake, day):
            show_marked(f"config   --  {remark}")
        for line in who_is_who(intake, register):
            show_marked(line)
        wrong = bool(faults)
        for line in learned_lines(of, intake, day):
            show_marked(line)
            wrong = wrong or "!!" in line[:14]
        recipients = {e for e in assignments(of, intake, ()).values() if e}
        addresses |= recipients
        for email, number in without_a_liaison(of, intake, day):
            show_marked(f"people   --  {email}: not in the liaisons table; practices: {number}")
        if not (recipients or of.digest.default_liaison or of.digest.managers):
            what = "nobody to mail yet: `preview` shows a digest for you"
            show_marked(f"people   {'--' if of.mail is None else '!!'}  {what}; {SET_LIAISON}")
            wrong = wrong or of.mail is not None
        newest = intake.newest
    except QuietdropError as error:
        show_cause(error)
        show_marked(f"source   !!  {error}")
        wrong = True
    wrong = not _check_store_and_mail(of, addresses, send_test) or wrong
    wrong = not _check_pages(of) or wrong
    wrong = not check_webhook(of) or wrong
    wrong = not check_oidc(of) or wrong
    if of.mail is None and newest is not None:
        show_marked(f"next     --  {next_step.first_digest(of, newest, day)}")
    if wrong:
        raise typer.Exit(1)


def _source_lines(intake: Intake) -> Iterator[str]:
    """What was read, and whether it hardly can be practices."""
    practices = intake.counts["practice_id"].nunique() if len(intake.counts) else 0
    referrals = int(intake.counts["referrals"].sum()) if len(intake.counts) else 0
    newest = full_day(intake.newest) if intake.newest else "none"
    if not intake.rows_read:
        yield "source   !!  no row below the header: the export is empty, or its filter is wrong"
        return
    listed = "; `quietdrop rejects` lists them" if intake.rejects else ""
    yield (
        f"source   ok  {_number(practices, 'practice')}, {_number(referrals, 'referral')} of "
        f"{_number(intake.rows_read, 'row')}, newest {newest}, "
        f"rejected: {intake.rejected()}{listed}"
    )
    if (wrong := _wrong_npis(intake)) is not None:
        yield f"source   --  {wrong} providers' numbers fail the check digit of an NPI"
    if 0 < practices < FEW_VALUES and intake.rows_read >= MIN_ROWS:
        yield (
            f"source   --  only {_number(practices, 'practice')} in all these rows: is the right "
            "column mapped as the practice?"
        )


def _rhythm_lines(of: Settings, intake: Intake, rhythm: Rhythm, due: date) -> Iterator[str]:
    """How often the feed is added to, and when more is due; nothing where it brought nothing."""
    if intake.newest is None:
        return
    if of.feed.max_age_days is not None:
        why = f"[feed] max_age_days = {of.feed.max_age_days}"
    elif intake.period is not None:
        why = f"a {intake.period} at a time"
    elif rhythm.month_end:
        why = "it ends with a month, as monthly exports do"
    elif rhythm.days > feed_rhythm.WEEKLY:
        why = f"its newest referral is usually up to {rhythm.days} days old before more comes"
    else:
        why = "it is added to every few days"
    yield f"feed     ok  {why}; more is due by {full_day(due)}"


def _wrong_npis(intake: Intake) -> str | None:
    """How many of the providers that are numbers are no NPIs; None where all are."""
    if not len(intake.counts):
        return None
    numbers = [one for one in intake.counts["provider"].unique().tolist() if one.isdecimal()]
    wrong = sum(not is_npi(one) for one in numbers)
    return f"{wrong} of {len(numbers)}" if wrong else None


def _number(count: int, what: str) -> str:
    return f"{decimal(count)} {what}" if count == 1 else f"{decimal(count)} {what}s"


def _of_the_data(of: Settings, intake: Intake) -> list[str]:
    """What was left aside, what was counted once, and what may be no referral: a line each."""
    reading = intake.reading
    lines = [f"files    --  {uncounted.not_read(*each)}" for each in reading.not_read]
    lines += [f"files    --  {uncounted.overlapping(names)}" for names in reading.overlapping]
    statuses = [*of.source.not_referrals, *reading.statuses]
    line = f"[source] not_referrals = {json.dumps(statuses)}"
    for status, rows in reading.statuses.items():
        share = rows / max(intake.rows_read, 1)
        lines.append(
            f"status   --  {decimal(rows)} rows ({share:.1%}) say "
            f'"{status}" ({DOUBTFUL[status]}) and '
            f"count; if they are not referrals: {line}"
        )
    return lines


def _register(of: Settings, day: date) -> Register:
    """What the store knows; nothing where it cannot be read, which has a line of its own."""
    try:
        return recall(of, day).register
    except StoreError:
        return Register()


def _check_store_and_mail(of: Settings, addresses: set[str], send_test: str | None) -> bool:
    try:
        Store.open(of.store.url)
        show_marked("store    ok")
        if of.mail is None:
            show_marked("mail     --  no [mail] section: `run` cannot send, `preview` works")
            return send_test is None
        server = mailer(of)
        outcome = server.check_login()
        if outcome.kind != "accepted":
            why = " ".join(filter(None, [str(outcome.code or ""), outcome.detail]))
            show_marked(f"mail     !!  {of.mail.host}:{of.mail.port}: {why}")
            return False
        allowed = of.digest.allowed_domains
        outside = sorted(a for a in addresses if not may_be_mailed(a, allowed))
        faults = dict.fromkeys(outside, NOT_ALLOWED)
        faults |= server.unmailable(sorted({of.mail.from_, *addresses}))
        for address, why in faults.items():
            show_marked(f"mail     !!  {address}: {why}; use another address or another server")
        if faults:
            return False
        show_marked(f"mail     ok  {of.mail.host}:{of.mail.port}")
        if send_test:
            from quietdrop.messages import render
            from quietdrop.messages.mime import Envelope, to_mime

            rendered = render.render_held(send_test, today_in(of), ["This is only a test."])
            mime = to_mime(
                rendered,
                Envelope(
                    sender=of.mail.from_,
                    recipient=send_test,
                    reply_to=of.mail.reply_to,
                    message_id=f"<test-{now().timestamp()}@quietdrop>",
                    date=now(),
                ),
            )
            show_marked(f"test     {server.send(send_test, mime).kind}")
    except QuietdropError as error:
        show_cause(error)
        show_marked(f"store or mail  !!  {error}")
        return False
    return True


def _check_pages(of: Settings) -> bool:
    try:
        are_there = links(of) is not None
    except QuietdropError as error:
        show_marked(f"pages    !!  {error}")
        return False
    if not are_there:
        missing = KEY_VARIABLE if of.web.base_url else "[web] base_url"
        show_marked(f"pages    --  no {missing}: digests have no links; `checkin` records answers")
    else:
        show_marked(f"pages    ok  {of.web.base_url}, served by `serve` on {of.web.bind}")
        if not may_keep_a_cookie(str(of.web.base_url)):
            show_marked(
                "pages    --  [web] base_url begins with http://, so managers cannot sign in; "
                "put TLS in front, and https:// here"
            )
    return True
