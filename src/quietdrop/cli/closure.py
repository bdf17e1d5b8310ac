"""closure: days on which we were closed, as somebody says or as the referrals look."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli.app import Json, local_user, now, recall, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.days import parse_day
from quietdrop.cli.screen import progress
from quietdrop.config import Settings
from quietdrop.domain.closures import as_value, closure_of
from quietdrop.domain.decisions import Decision, DecisionKind, Register
from quietdrop.domain.directory import Closure
from quietdrop.domain.errors import UsageError
from quietdrop.lib.text import single_line
from quietdrop.store import Store

KINDS = {"add": DecisionKind.CLOSURE, "refuse": DecisionKind.REFUSED_CLOSURE}


class Action(StrEnum):
    """What is to be done with closures."""

    list = "list"
    add = "add"
    refuse = "refuse"
    undo = "undo"


def closure(
    action: Annotated[
        Action, typer.Argument(help="What to do; list what it looks like if left out.")
    ] = Action.list,
    number: Annotated[int | None, typer.Argument(help="For undo: the decision's number.")] = None,
    begin: Annotated[str | None, typer.Option("--from", help="The first day closed.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The last day closed.")] = None,
    location: Annotated[
        str, typer.Option("--location", help="Which of our places; all if left out.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Days on which we were closed: list what it looks like; add, refuse or undo."""
    of = settings()
    if action is Action.list:
        _list(of, as_json)
    elif action is Action.undo:
        _undo(Store.open(of.store.url, create=False), number)
    else:
        if begin is None or end is None:
            raise UsageError(f"Say when: quietdrop closure {action} --from DAY --to DAY.")
        today = today_in(of)
        first = parse_day(begin, today, "--from", of.source)
        last = parse_day(end, today, "--to", of.source)
        if last < first:
            raise UsageError(f"--to {last} is before --from {first}.")
        what = (KINDS[action.value], location, as_value(Closure(first, last, location)))
        register = recall(of, today).register
        new = register.not_yet([Decision(*what, today, local_user(), now())])
        Store.open(of.store.url).decisions.add(new)
        for decision in new:
            typer.echo(_sentence(decision))
        typer.echo(f"Recorded: {len(new)}. It counts from the next run on; `closure` lists it.")


def _undo(store: Store, number: int | None) -> None:
    if number is None:
        raise UsageError("Say which by its number: quietdrop closure undo 3; `closure` lists them.")
    numbers = {one.id for one in store.decisions.all() if one.kind in KINDS.values()}
    if number not in numbers or not store.decisions.undo(number, local_user(), now()):
        raise UsageError(f"No decision {number} is in force; `quietdrop closure` lists them.")
    typer.echo(f"Undone: {number}. It counts from the next run on.")


def _list(of: Settings, as_json: bool) -> None:
    """Prints what looks like a closure, what was decided, and what the closures table says."""
    from quietdrop.evaluation.weigh import prepare, weigh

    today = today_in(of)
    history = recall(of, today)
    with progress() as tell:
        tell("Reading referrals")
        intake = ingest.read(of.source, today, today, history.register)
        asked: Iterable[Closure] = ()
        if len(intake.counts):
            asked = weigh(of, intake, prepare(intake.counts), history, today).asked_closures
    decisions = _decisions(history.register)
    if as_json:
        show_json(
            {
                "asked": [asdict(each) for each in asked],
                "decided": [asdict(each) for each in decisions],
            }
        )
        return
    for each in asked:
        span = f"--from {each.closed_from} --to {each.closed_to}"
        place = shlex.quote(single_line(each.location))
        typer.echo(f"looks closed: {_days(each)}")
        typer.echo(f"  quietdrop closure add {span} --location {place}, or closure refuse …")
    typer.echo(f"decided: {len(decisions)}")
    for decision in decisions:
        typer.echo(f"  {decision.id}. {_sentence(decision)}")


def _decisions(register: Register) -> list[Decision]:
    return [each for each in register.decisions if each.kind in KINDS.values()]


def _sentence(decision: Decision) -> str:
    days = _days(closure_of(decision.subject, decision.value))
    verb = "closed" if decision.kind is DecisionKind.CLOSURE else "not closed"
    who = f" by {single_line(decision.decided_by)}" if decision.decided_by else ""
    return f"{verb}: {days} (decided {decision.decided_at:%Y-%m-%d}{who})"


def _days(closure: Closure) -> str:
    place = single_line(closure.location) or "everywhere"
    return f"{closure.closed_from} to {closure.closed_to}, {place}"
