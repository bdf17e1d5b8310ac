"""demo: a small simulated network, its Mondays and a local inbox."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from quietdrop.cli.app import now, parse_day, tell
from quietdrop.cli.bootstrap import mailer
from quietdrop.config import load
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import make_network
from quietdrop.demo.score import by_week, score
from quietdrop.domain.errors import UsageError
from quietdrop.jobs import weekly as job
from quietdrop.lib import safe_files
from quietdrop.messages.links import KEY_VARIABLE, links_from
from quietdrop.store import Store


def demo(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("demo"),
    until: Annotated[
        str | None, typer.Option(help="The demo's last Monday; this week's if left out.")
    ] = None,
    weeks: Annotated[int, typer.Option(help="How many Mondays to run.", min=1, max=60)] = 26,
) -> None:
    """Make a small realistic network, run the weekly job on it, deliver to a local inbox."""
    safe_files.refuse_link(folder)
    if (folder / "quietdrop.db").exists():
        raise UsageError(f"{folder} holds a demo already; remove it or name another folder.")
    here = now().date()
    last = parse_day(until, here - timedelta(days=here.weekday()), "--until")
    network = make_network(last)
    listings: dict[date, list[str]] = {}
    with Inbox(folder / "inbox") as inbox:
        config = write_network(network, folder, smtp_port=inbox.port)
        of = load(config.resolve(), os.environ)
        store = Store.open(of.store.url)
        server = mailer(of)
        links = links_from(of.web.base_url, os.environ)
        for back in range(weeks - 1, -1, -1):
            day = last - timedelta(weeks=back)
            tell(f"Week of {day}")
            report = job.run(of, store, day, now(), today=last, live=True, links=links)
            send_owed(store, server, now, lambda _: None)
            assert report.briefing is not None
            listed = report.briefing.table.query("listed")
            listings[day] = [str(practice) for practice in listed["practice_id"]]
    typer.echo(by_week(network.planted, listings))
    typer.echo(score(network.planted, listings).to_string(index=False))
    typer.echo(f"digests:  {folder / 'inbox'}")
    typer.echo(f"database: {folder / 'quietdrop.db'}")
    typer.echo(f"config:   {config}")
    typer.echo(f"next:     quietdrop --config {config} preview --as-of {last}")
    if links is None:
        typer.echo(f"links:    set {KEY_VARIABLE} and make it again: digests then lead to pages")
    else:
        typer.echo(f"pages:    quietdrop --config {config} serve")
