"""assign, territory, liaison, cover, undo: who looks after what, and taking that back."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from quietdrop.cli.app import local_user, now, settings, today
from quietdrop.cli.completion import PracticeName
from quietdrop.cli.days import CountsFrom, parse_day
from quietdrop.cli.decisions import show
from quietdrop.cli.practices import asked_practice, known_practices, name_of, resolve
from quietdrop.config import Settings
from quietdrop.delivery.policy import NOT_ALLOWED, may_be_mailed
from quietdrop.domain.book import TerritoryLoad
from quietdrop.domain.decisions import Decision, DecisionKind
from quietdrop.domain.errors import UsageError
from quietdrop.domain.staffing import LONGEST_NAME, MOST_BUDGET, cover_value, liaison_value
from quietdrop.jobs import assign as job
from quietdrop.lib.mail_address import is_address
from quietdrop.lib.reader import full_day
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import count
from quietdrop.store import Store


def assign(
    practice: PracticeName,
    liaison: Annotated[str, typer.Argument(help="Her e-mail address.")],
    begin: CountsFrom = None,
) -> None:
    """Give a practice to a liaison; it wins over the directory and can be undone."""
    of = settings()
    day = today(of)
    from_on = parse_day(begin, day, "--from", of.source)
    store = Store.open(of.store.url)
    names = known_practices(of, store)
    key = asked_practice(store, names, practice)
    job.assign(store, key, _address(liaison, of), local_user(), (from_on, now()))
    typer.echo(f"{name_of(names, key)}: {liaison} looks after it. The next digests follow.")


def territory(
    name: Annotated[
        str | None, typer.Argument(help="The territory; list them all if left out.")
    ] = None,
    liaison: Annotated[str | None, typer.Argument(help="Her e-mail address.")] = None,
    begin: CountsFrom = None,
) -> None:
    """Give all practices of a territory to a liaison, but those given one by one."""
    of = settings()
    store = Store.open(of.store.url)
    loads = store.book.territory_loads()
    if name is None:
        _list_territories(loads)
        return
    if liaison is None:
        raise UsageError(f"Say to whom: quietdrop territory {shlex.quote(single_line(name))} EMAIL")
    from_on = parse_day(begin, today(of), "--from", of.source)
    names = {load.name: load.name for load in loads if load.name}
    if not names:
        raise UsageError("No territory is known yet; `quietdrop run` reads them.")
    which = resolve(name, names, "territory")
    heir = _address(liaison, of)
    moved = job.assign_territory(store, which, heir, local_user(), (from_on, now()))
    number = count(moved, "practice", "practices")
    typer.echo(f"{single_line(which)}: {heir} has {number} now. The next digests follow.")


def _list_territories(loads: list[TerritoryLoad]) -> None:
    for load in loads:
        each = ", ".join(f"{single_line(who) or 'nobody'} {n}" for who, n in load.by_liaison)
        typer.echo(f"{single_line(load.name) or 'no territory'}: {load.practices} ({each})")
    if not loads:
        typer.echo("No practice is known yet: `quietdrop run` reads them.")


def liaison(
    address: Annotated[str, typer.Argument(help="Her e-mail address.")],
    name: Annotated[str, typer.Option(help="Her name; the directory's if left out.")] = "",
    budget: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_BUDGET, help="Check-ins a week; else the directory's."),
    ] = None,
) -> None:
    """Set a liaison's name and how many check-ins a week she gets."""
    of = settings()
    email = _address(address, of)
    called = single_line(name, LONGEST_NAME)
    if not called and budget is None:
        raise UsageError("Say what is to change: --name or --budget.")
    value = liaison_value(budget, called)
    decision = Decision(DecisionKind.LIAISON, email, value, today(of), local_user(), now())
    Store.open(of.store.url).decisions.add([decision])
    number = "" if budget is None else f", {budget} check-ins a week"
    typer.echo(f"{email}: {called or 'the name as it is'}{number}, from the next run on.")


def cover(
    liaison: Annotated[str, typer.Argument(help="Who is away: an e-mail address.")],
    by: Annotated[str, typer.Argument(help="Who covers her list.")],
    begin: Annotated[str | None, typer.Option("--from", help="The first day; else today.")] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="The last day; until undone if left out.")
    ] = None,
) -> None:
    """Have a liaison's list covered by another one while she is away."""
    of = settings()
    day = today(of)
    first = parse_day(begin, day, "--from", of.source)
    last = parse_day(end, day, "--to", of.source) if end else None
    if last is not None and last < first:
        raise UsageError(f"--to {last} is before --from {first}.")
    if not is_address(liaison):
        raise UsageError(f"{single_line(liaison)!r} is not an e-mail address.")
    value = cover_value(_address(by, of), first, last)
    if liaison == by:
        raise UsageError("Nobody covers for herself: name two addresses.")
    who, moment = local_user(), now()
    store = Store.open(of.store.url)
    store.decisions.add([Decision(DecisionKind.COVER, liaison, value, first, who, moment)])
    until = f" to {full_day(last)}" if last else ", until it is undone"
    typer.echo(f"{by} covers for {liaison} from {full_day(first)}{until}.")


def undo(
    number: Annotated[
        int | None, typer.Argument(help="The decision's number; list them all if left out.")
    ] = None,
) -> None:
    """Take back a decision by its number; it stays on record. Without a number, list them."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    if number is None:
        show(one for one in store.decisions.all() if one.undone_at is None)
        return
    if not store.decisions.undo(number, local_user(), now()):
        raise UsageError(f"No decision {number} is in force; `quietdrop undo` lists them.")
    typer.echo(f"Undone: {number}. It counts from the next run on.")


def _address(text: str, of: Settings) -> str:
    """An address that may have digests. UsageError for any other."""
    if not is_address(text):
        raise UsageError(f"{single_line(text)!r} is not an e-mail address.")
    if not may_be_mailed(text, of.digest.allowed_domains):
        raise UsageError(f"{single_line(text)}: {NOT_ALLOWED}.")
    return text.lower()
