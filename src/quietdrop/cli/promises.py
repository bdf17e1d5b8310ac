"""promises: what was promised to practices; mark one as kept, or open it again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from quietdrop.cli.app import Json, local_user, now, settings, show_json, today
from quietdrop.cli.practices import known_practices, name_of
from quietdrop.domain.audit import Actor
from quietdrop.domain.errors import UsageError
from quietdrop.domain.promise import Promise
from quietdrop.jobs.record_promise import mark_promise
from quietdrop.lib.reader import full_day
from quietdrop.lib.text import single_line
from quietdrop.store import Store


class Action(StrEnum):
    """What is to be done with promises."""

    list = "list"
    keep = "keep"
    reopen = "reopen"


def promises(
    action: Annotated[
        Action, typer.Argument(help="What to do; list the open ones if left out.")
    ] = Action.list,
    number: Annotated[int | None, typer.Argument(help="A promise's number.")] = None,
    owner: Annotated[str, typer.Option(help="Only those of this owner.")] = "",
    all_of_them: Annotated[bool, typer.Option("--all", help="Kept ones, too.")] = False,
    as_json: Json = False,
) -> None:
    """What was promised to practices: list it, mark it as kept, or open it again."""
    of = settings()
    store = Store.open(of.store.url, create=False)
    names = known_practices(of, store)
    if action is not Action.list:
        _mark(store, action, number, today(of))
        return
    listed = [
        promise
        for promise in (store.promises.all() if all_of_them else store.promises.open())
        if not owner or promise.owner.casefold() == owner.casefold()
    ]
    day = today(of)
    if as_json:
        show_json([_row(promise, names, day) for promise in listed])
        return
    for promise in listed:
        late = promise.days_late(day)
        how = (
            f"kept {full_day(promise.kept_on)}"
            if promise.kept_on
            else f"by {full_day(promise.due_on)}"
        )
        how += f", {late} days late" if late else ""
        what, who = single_line(promise.what, 200), single_line(promise.owner)
        typer.echo(f"{promise.id}  {name_of(names, promise.practice_id)}: {what}, {how}, {who}")
    if not listed:
        typer.echo("Nothing is promised.")


def _row(promise: Promise, names: dict[str, str], day: date) -> dict[str, object]:
    named = {"practice_name": names.get(promise.practice_id) or promise.practice_id}
    return asdict(promise) | named | {"days_late": promise.days_late(day)}


def _mark(store: Store, action: Action, number: int | None, day: date) -> None:
    if number is None:
        raise UsageError(f"Say which: quietdrop promises {action.value} NUMBER.")
    promise = store.promises.get(number)
    if promise is None:
        raise UsageError(f"There is no promise {number}; `quietdrop promises` lists them.")
    with store.begin() as conn:
        kept_on = day if action is Action.keep else None
        changed = mark_promise(store, conn, promise, kept_on, Actor(local_user(), now()))
    is_now = "kept" if action is Action.keep else "open"
    already = "" if changed else " already"
    typer.echo(f"{single_line(promise.what, 200)}: {is_now}{already}.")
