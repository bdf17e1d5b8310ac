"""demo: a small simulated network, its Mondays, a local inbox and a way through them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from quietdrop.cli.app import now
from quietdrop.cli.bootstrap import mailer
from quietdrop.cli.browser import show
from quietdrop.cli.days import parse_day
from quietdrop.cli.in_demo import links
from quietdrop.cli.next_step import command
from quietdrop.cli.reports import write_quarter
from quietdrop.cli.screen import is_read, progress, show_table
from quietdrop.config import Settings, load
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.directory import MANAGER
from quietdrop.demo.files import write_network
from quietdrop.demo.folder import HOST, free_ports, make_demo_folder
from quietdrop.demo.guide import Digest, Tour, Week, write_index
from quietdrop.demo.inbox import Inbox, Kept
from quietdrop.demo.network import Network, make_network
from quietdrop.demo.score import score
from quietdrop.domain.errors import UsageError
from quietdrop.jobs import weekly as job
from quietdrop.lib import safe_files
from quietdrop.lib.progress import Progress, silent
from quietdrop.lib.reader import full_day
from quietdrop.messages.compose import Briefing, last_quarter
from quietdrop.store import Store
from quietdrop.web import open_url


def demo(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("demo"),
    until: Annotated[
        str | None, typer.Option(help="The demo's last Monday; this week's if left out.")
    ] = None,
    weeks: Annotated[int, typer.Option(help="How many Mondays to run.", min=1, max=60)] = 26,
    in_browser: Annotated[
        bool, typer.Option("--open", help="Open the demo's first page in the browser.")
    ] = False,
) -> None:
    """Make a small realistic network, run the weekly job on it, deliver to a local inbox."""
    safe_files.refuse_link(folder)
    if (folder / "quietdrop.db").exists():
        raise UsageError(f"{folder} already holds a demo; remove it or name another folder.")
    begun, here = now(), now().date()
    last = parse_day(until, here - timedelta(days=here.weekday()), "--until")
    mondays = [last - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    place = make_demo_folder(folder)
    web_port, mail_port = free_ports(folder)
    with progress() as tell, Inbox(place.inbox, mail_port, place.banner) as inbox:
        tell("Making a network")
        network = make_network(last)
        config = write_network(network, folder, smtp_port=mail_port, web=f"{HOST}:{web_port}")
        of = load(config.resolve(), os.environ)
        run = list(_mondays(of, inbox, network, mondays, tell))
    planted = score(network.planted, {week.monday: _listed(briefing) for week, briefing in run})
    quarter = _write_last_quarter(of, run[-1][1], folder)
    link = open_url(f"http://{HOST}:{web_port}", place.leave_token())
    index = write_index(folder, Tour([week for week, _ in run], planted, quarter, config, link))
    _say_planted(planted)
    seconds = round((now() - begun).total_seconds())
    mails = f"{weeks} Mondays and {len(inbox.kept)} mails in {seconds} s"
    typer.echo(f"\n{mails}. Nothing left this machine.")
    typer.echo(f"look:     {index}")
    typer.echo(f"pages:    {link}")
    typer.echo(f"          while this runs: {command(config, 'open')}")
    typer.echo(f"next:     {command(config, 'status')}")
    if in_browser:
        show(index)


def _say_planted(planted: pd.DataFrame) -> None:
    if is_read(sys.stdout):
        show_table([str(name) for name in planted.columns], planted.astype(str).to_numpy().tolist())
    else:
        typer.echo(planted.to_string(index=False))


def _mondays(
    of: Settings, inbox: Inbox, network: Network, mondays: list[date], tell: Progress
) -> Iterator[tuple[Week, Briefing]]:
    """Runs and mails each Monday; yields its entry in the index, and the briefing."""
    store, server = Store.open(of.store.url), mailer(of)
    for number, day in enumerate(mondays, 1):
        tell(f"Running the week of {full_day(day)}", number, len(mondays))
        before = len(inbox.kept)
        report = job.run(
            of, store, job.Occasion(day, now(), mondays[-1], live=True, links=links(of))
        )
        send_owed(store, server, now, silent)
        assert report.briefing is not None
        yield _week(day, network, report.briefing, inbox.kept[before:]), report.briefing


def _week(day: date, network: Network, briefing: Briefing, mails: list[Kept]) -> Week:
    onsets = {drift.practice_id: drift.onset for drift in network.planted}
    names = dict(zip(network.liaisons["liaison_email"], network.liaisons["name"], strict=True))
    checkins = {each.recipient: len(each.items) for each in briefing.digests}
    pages = {mail.recipient: f"inbox/{mail.page.name}" for mail in mails}
    listed = _listed(briefing)
    return Week(
        monday=day,
        digests=tuple(
            Digest(page, names[recipient], checkins[recipient])
            for recipient, page in pages.items()
            if recipient in names
        ),
        summary=pages.get(MANAGER),
        begun=sum(onset < day for onset in onsets.values()),
        listed=len(listed),
        planted=sum(onsets.get(each, date.max) < day for each in listed),
    )


def _listed(briefing: Briefing) -> list[str]:
    return [str(each) for each in briefing.table.query("listed")["practice_id"]]


def _write_last_quarter(of: Settings, briefing: Briefing, folder: Path) -> str | None:
    """Writes the last quarter's page; returns where it is from the demo's folder."""
    result = last_quarter(of, briefing.evaluation, briefing.table)
    if result is None:
        return None
    return str(write_quarter(result, folder / "quarter").relative_to(folder))
