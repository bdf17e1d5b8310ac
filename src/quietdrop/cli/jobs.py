"""run, send, serve, preview, assess, explain."""

from __future__ import annotations

import logging
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from quietdrop import delivery
from quietdrop import run as job
from quietdrop.cli.frame import AsOf, Json, app, now, parse_day, recall, settings, show_json, tell
from quietdrop.cli.frame import today as today_in
from quietdrop.cli.tables import check_output, write_table
from quietdrop.config import Settings
from quietdrop.digest import picture, render
from quietdrop.errors import ConfigError, UsageError
from quietdrop.judge import judge
from quietdrop.lib import safe_files
from quietdrop.links import links_from
from quietdrop.logs import event
from quietdrop.mailer import YagmailMailer, password_from
from quietdrop.ping import ping
from quietdrop.sender import SendReport
from quietdrop.store import Store

_log = logging.getLogger(__name__)


def mailer(of: Settings) -> YagmailMailer:
    """The configured mail server. ConfigError where there is none."""
    if of.mail is None:
        raise ConfigError(
            f"{of.path}: [mail] is missing: give host and from, or use --dry-run or `preview`."
        )
    return YagmailMailer(
        host=of.mail.host,
        port=of.mail.port,
        security=of.mail.security,
        user=of.mail.user,
        sender=of.mail.from_,
        password=password_from(of.mail.user, os.environ),
    )


def weekly_job(of: Settings, as_of: date, *, live: bool, force: bool) -> job.Report:
    """One run; what is owed waits in the outbox."""
    store = Store.open(of.store.url)
    links = links_from(of.web.base_url, os.environ)
    today, begun = today_in(of), now()
    event(_log, "run begins", as_of=as_of, live=live)
    report = job.run(
        of, store, as_of, begun, today=today, live=live, force=force, links=links, tell=tell
    )
    seconds = round((now() - begun).total_seconds(), 1)
    event(
        _log,
        "run ends",
        run=report.run_id,
        as_of=as_of,
        state=report.state,
        owed=report.owed,
        held=len(report.held),
        seconds=seconds,
    )
    if live and report.state != "held":
        _ping(of)
    return report


def _ping(of: Settings) -> None:
    """Tells whoever waits for it that a run went well."""
    if of.health.ping_url and (why := ping(of.health.ping_url)):
        _log.warning("the ping after the run did not get through: %s", why)


def deliver(of: Settings) -> SendReport:
    """Sends what is owed and due; then tells the managers of what did not arrive, or late."""
    report = delivery.deliver(of, Store.open(of.store.url), mailer(of), now, tell)
    if report != SendReport():
        event(_log, "mail", **asdict(report))
    return report


@app.command()
def run(
    as_of: AsOf = None,
    send: Annotated[bool, typer.Option("--send", help="Send for a date in the past.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Record and send nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Send though the feed is held.")] = False,
    as_json: Json = False,
) -> None:
    """The weekly job, once. Cron calls this."""
    of = settings()
    day = parse_day(as_of, today_in(of))
    if day > today_in(of):
        raise UsageError(f"--as-of {day} lies in the future.")
    if dry_run:
        judged = judge(of, recall(of, day), day, today_in(of), tell)
        _say(_figures(judged.table, day, "dry run"), as_json)
        return
    live = send or as_of is None or day == today_in(of)
    if live:
        mailer(of)
    report = weekly_job(of, day, live=live, force=force)
    sent = deliver(of) if live else None
    assert report.judged is not None
    figures = _figures(report.judged.table, day, report.state)
    figures |= {
        "rows_read": report.judged.intake.rows_read,
        "rejected": report.judged.intake.reject_reasons(),
        "left_out": dict(report.judged.intake.notes),
    }
    if sent is not None:
        figures |= {"sent": sent.sent, "failed": sent.failed, "to_retry": sent.retry}
        figures |= {"unknown": sent.unknown}
    _say(figures, as_json)
    for fault in report.held:
        typer.echo(f"Held: {fault} Nothing was sent to liaisons; `run --force` sends.", err=True)
    if report.held:
        raise typer.Exit(3)
    if sent is not None and not sent.went_well:
        raise typer.Exit(1)


def _figures(table: pd.DataFrame, day: date, state: str) -> dict[str, Any]:
    counts = {str(k): int(v) for k, v in table["status"].value_counts().items()}
    return {"as_of": day, "state": state, "statuses": counts, "listed": int(table["listed"].sum())}


def _say(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(figures)
        return
    for key, value in figures.items():
        if isinstance(value, dict):
            value = ", ".join(f"{name} {number}" for name, number in value.items()) or "none"
        typer.echo(f"{key.replace('_', ' ')}: {value}")


@app.command()
def send() -> None:
    """Send what is owed and due; cron calls it every 15 minutes where no `serve` runs."""
    report = deliver(settings())
    typer.echo(
        f"sent {report.sent}, failed {report.failed}, to retry {report.retry}, "
        f"of unknown fate {report.unknown}"
    )
    if not report.went_well:
        raise typer.Exit(1)


@app.command()
def preview(
    liaison: Annotated[str | None, typer.Argument(help="Only this liaison's e-mail.")] = None,
    as_of: AsOf = None,
    output: Annotated[Path, typer.Option("-o", help="The folder to write to.")] = Path("preview"),
) -> None:
    """Digests as HTML and text files; nothing sent, nothing recorded."""
    safe_files.refuse_link(output, "-o")
    of = settings()
    day = parse_day(as_of, today_in(of))
    judged = judge(of, recall(of, day), day, today_in(of), tell)
    told = [d for d in judged.digests if liaison is None or d.recipient == liaison]
    if not told:
        known = ", ".join(d.recipient for d in judged.digests) or "nobody: set default_liaison"
        raise UsageError(f'No digest for "{liaison or "anyone"}"; there are digests for {known}.')
    try:
        safe_files.make_folder(output)
        for digest in told:
            _write(output, digest.recipient, render.render_digest(digest))
        if liaison is None:
            for page in judged.summaries:
                _write(output, f"summary-{page.recipient}", render.render_summary(page))
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None


def _write(folder: Path, name: str, rendered: render.Rendered) -> None:
    safe = "".join(c if c.isalnum() or c in "-." else "-" for c in name)[:80].strip(".-")
    page = folder / f"{safe}.html"
    safe_files.write_text(page, render.standalone_html(rendered))
    safe_files.write_text(folder / f"{safe}.txt", rendered.text)
    typer.echo(page)


@app.command()
def assess(
    output: Annotated[Path, typer.Option("-o", help="A .csv, .parquet or .json file.")],
    as_of: AsOf = None,
) -> None:
    """Every practice's assessment as a table."""
    check_output(output)
    of = settings()
    day = parse_day(as_of, today_in(of))
    judged = judge(of, recall(of, day), day, today_in(of), tell)
    write_table(judged.table, output)


@app.command()
def explain(
    practice: Annotated[str, typer.Argument(help="A practice's id or name.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Why a practice is listed or not: its cadence, baseline, evidence and decision."""
    of = settings()
    day = parse_day(as_of, today_in(of))
    judged = judge(of, recall(of, day), day, today_in(of), tell)
    table = judged.table
    asked = practice.casefold()
    hit = table[
        (table["practice_id"].str.casefold() == asked)
        | (table["practice_name"].str.casefold() == asked)
    ]
    if hit.empty:
        raise UsageError(f'No practice "{practice}" has referred before {day}.')
    figures = {str(k): None if pd.isna(v) else v for k, v in hit.iloc[0].to_dict().items()}
    inner = judged.assessed.figures(str(figures["practice_id"]))
    figures["dispersion"] = round(float(inner["dispersion"]), 2)
    if as_json:
        show_json(figures)
        return
    row = judged.assessed.row(str(figures["practice_id"]))
    weeks = judged.assessed.cadence.counts[row, -52:].tolist()
    ago = (day - figures["onset"]).days // 7 if figures["onset"] else None
    index = len(weeks) - ago if ago and ago <= len(weeks) else None
    typer.echo(f"{figures['practice_name']}: {figures['status']}")
    typer.echo(str(figures["reason"]))
    typer.echo(picture.blocks(tuple(weeks), index))
    for key in ("baseline_per_week", "expected", "drift_probability", "lost_per_week"):
        if figures[key] is not None:
            typer.echo(f"{key.replace('_', ' ')}: {figures[key]:.2f}")
    typer.echo(f"observed: {figures['observed']}")
    typer.echo(f"dispersion: {figures['dispersion']} (1 is chance alone, above 1 comes in bursts)")
    typer.echo(f"listed: {'yes' if figures['listed'] else 'no'}")
