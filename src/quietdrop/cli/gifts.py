"""gifts: what was brought in a year, by person, against the limit."""

from __future__ import annotations

from typing import Annotated

import typer

from quietdrop.checkins.gifts import GiftTotal, totals
from quietdrop.cli.app import Json, settings, show_json, today
from quietdrop.cli.practices import known_practices, name_of
from quietdrop.ingest.directory import read_directory
from quietdrop.lib.reader import money
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.gifts import without_limit
from quietdrop.store import Store


def gifts(
    year: Annotated[
        int | None, typer.Option(min=2000, max=2099, help="The year; this one if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What was brought to whom in a year, against the limit of [gifts]."""
    of = settings()
    year = year or today(of).year
    store = Store.open(of.store.url, create=False)
    names = known_practices(of, store)
    given = totals([*store.touches.gifts(year), *read_directory(of.source).touches], year)
    limit = of.gifts.limit_cents(year)
    if as_json:
        rows = [_row(total, names, limit) for total in given]
        show_json({"year": year, "limit": limit and limit / 100, "totals": rows})
        return
    for total in given:
        typer.echo(_line(total, names, limit))
    if not given:
        typer.echo(f"Nothing that cost money was brought in {year}.")
    if limit is None:
        typer.echo(without_limit(year))


def _line(total: GiftTotal, names: dict[str, str], limit: int | None) -> str:
    where = ", ".join(name_of(names, practice_id) for practice_id in total.practice_ids)
    if not total.recipient:
        return f"    {money(total.cents)}  the team of {where}"
    over = limit is not None and total.cents > limit
    of_limit = f" of {money(limit)}" if limit is not None else ""
    mark = "!!" if over else "  "
    return f"{mark}  {money(total.cents)}{of_limit}  {single_line(total.recipient)}, {where}"


def _row(total: GiftTotal, names: dict[str, str], limit: int | None) -> dict[str, object]:
    return {
        "recipient": total.recipient,
        "practices": [names.get(key) or key for key in total.practice_ids],
        "practice_ids": total.practice_ids,
        "gifts": total.gifts,
        "total": total.cents / 100,
        "over_limit": bool(total.recipient) and limit is not None and total.cents > limit,
    }
