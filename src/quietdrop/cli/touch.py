"""touch: what was done at a practice, what was promised there, and what was brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import typer

from quietdrop.cli.app import local_user, now, settings, today
from quietdrop.cli.completion import PracticeName
from quietdrop.cli.days import parse_day
from quietdrop.cli.practices import asked_practice, done_on, known_practices, name_of
from quietdrop.config import Settings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.errors import UsageError
from quietdrop.domain.promise import LONGEST_PROMISE, LONGEST_WAIT, Promise
from quietdrop.ingest.directory import read_directory
from quietdrop.jobs.record_answer import Occasion
from quietdrop.jobs.record_visit import Visit, gift_check, record_visit
from quietdrop.lib.amounts import cents_of
from quietdrop.lib.reader import full_day
from quietdrop.lib.text import single_line
from quietdrop.messages.wording import gifts
from quietdrop.store import Store

KINDS = ("visit", "call", "lunch", "note", "thank_you", "complaint")
LONGEST_NAME = 120  # characters of whom a gift was for


@dataclass(frozen=True)
class _NextStep:
    """The next step as the options give it."""

    what: str
    by: str | None
    owner: str


def touch(
    practice: PracticeName,
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")] = "visit",
    whom: Annotated[str, typer.Option(help="Whom you met.")] = "",
    liaison: Annotated[str, typer.Option(help="The liaison's e-mail.")] = "",
    note: Annotated[str, typer.Option(help="Never name a patient here.")] = "",
    on: Annotated[
        str | None, typer.Option("--on", help="The day, as 2026-07-06; today if left out.")
    ] = None,
    next_step: Annotated[
        str, typer.Option("--next", help="What is promised; never name a patient here.")
    ] = "",
    by: Annotated[str | None, typer.Option("--by", help="The day by which it is done.")] = None,
    owner: Annotated[
        str, typer.Option(help="Who does it; the practice's liaison if left out.")
    ] = "",
    cost: Annotated[str, typer.Option(help="What was brought cost so much, such as 84.50.")] = "",
    recipient: Annotated[
        str, typer.Option(help="For whom it was; the whole team if left out.")
    ] = "",
    over_limit: Annotated[
        bool, typer.Option("--over-limit", help="Record a gift although it passes the limit.")
    ] = False,
) -> None:
    """Record a visit, call, lunch or note. A complaint opens a check-in the same day."""
    if kind not in KINDS:
        raise UsageError(f'--kind "{kind}" is not one of: {", ".join(KINDS)}.')
    of = settings()
    day = done_on(on, of)
    cents = _cents(cost, recipient)
    store = Store.open(of.store.url)
    names = known_practices(of, store)
    asked = asked_practice(store, names, practice)
    given_to = single_line(recipient, LONGEST_NAME)
    contact = Touch(day, asked, liaison, kind, whom, cost_cents=cents, recipient=given_to)
    step = _promise(of, store, contact, _NextStep(next_step, by, owner))
    remark = _checked(of, store, contact, over_limit=over_limit)
    with store.begin() as conn:
        occasion = Occasion(local_user(), now(), f"{kind.replace('_', '-')}, {full_day(day)}")
        record_visit(store, conn, Visit(contact, note, step), occasion)
    typer.echo(f"{name_of(names, asked)}: {kind} on {full_day(day)} recorded.")
    if step is not None:
        typer.echo(f"Promised: {step.what}, by {full_day(step.due_on)}, {step.owner}.")
    if remark:
        typer.echo(remark)


def _cents(cost: str, recipient: str) -> int | None:
    if not cost:
        if recipient:
            raise UsageError("--recipient says who a gift was for; add --cost to say what it cost.")
        return None
    cents = cents_of(cost)
    if cents is None:
        raise UsageError(f'--cost "{single_line(cost)}" is not an amount; write it as 84.50.')
    return cents


def _promise(of: Settings, store: Store, contact: Touch, step: _NextStep) -> Promise | None:
    """The next step. UsageError where it has no day or nobody does it."""
    if not step.what:
        if step.by or step.owner:
            raise UsageError("Add --next to say what is promised.")
        return None
    if step.by is None:
        raise UsageError("A promise needs the day by which it is kept: --by 2026-07-13.")
    due = parse_day(step.by, contact.touched_on, "--by", of.source)
    _refuse_day(due, contact.touched_on, today(of))
    what = " ".join(step.what.split())
    if len(what) > LONGEST_PROMISE:
        raise UsageError(f"--next is {len(what)} characters long; keep it to {LONGEST_PROMISE}.")
    card = store.cards.get(contact.practice_id)
    who = single_line(step.owner, LONGEST_NAME) or contact.liaison or (card.liaison if card else "")
    if not who:
        raise UsageError("Add --owner to say who does it: an e-mail address or a department.")
    who = who.lower() if "@" in who else who
    return Promise(contact.practice_id, what, contact.touched_on, due, who, contact.liaison)


def _refuse_day(due: date, promised_on: date, today: date) -> None:
    if due < promised_on:
        raise UsageError(f"--by {due} is before the day on which it was promised, {promised_on}.")
    if due > today + LONGEST_WAIT:
        raise UsageError(f"--by {due} is more than {LONGEST_WAIT // timedelta(days=1)} days away.")


def _checked(of: Settings, store: Store, contact: Touch, *, over_limit: bool) -> str:
    """Checks a gift before it is recorded.

    Returns: a remark to print once it is recorded; empty where there is nothing to remark.
    Raises: UsageError where it passes the limit and `over_limit` is False.
    """
    check = gift_check(of, store, contact, read_directory(of.source).touches)
    if check is None:
        return ""
    if check.passes_limit and not over_limit:
        raise UsageError(
            f"{gifts.warning(check)} Nothing was recorded. If it has been given already, record "
            "it with --over-limit."
        )
    if check.limit is None and check.recipient:
        return gifts.without_limit(check.year)
    if not check.recipient:
        return ""
    return gifts.so_far(check.recipient, check.after, check.year, check.limit)
