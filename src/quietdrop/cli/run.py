"""run, send, serve, preview, assess, explain."""

from __future__ import annotations

import logging
import os
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from quietdrop.checkins.unlisted import WhyNot
from quietdrop.cli.app import AsOf, Json, app, now, parse_day, recall, settings, show_json, tell
from quietdrop.cli.app import today as today_in
from quietdrop.cli.export import check_output, write_table
from quietdrop.cli.practices import practices_of, resolve
from quietdrop.config import Settings
from quietdrop.delivery import deliver as delivery
from quietdrop.delivery.mailer import YagmailMailer, password_from
from quietdrop.delivery.sender import SendReport
from quietdrop.domain.errors import ConfigError, UsageError
from quietdrop.jobs import weekly as job
from quietdrop.jobs.health import unreached_managers
from quietdrop.jobs.pipeline import Judged, Progress, judge
from quietdrop.lib import safe_files
from quietdrop.lib.folding import folded
from quietdrop.lib.logs import event
from quietdrop.lib.ping import failure_url, ping
from quietdrop.messages import chart, render
from quietdrop.messages.digest import not_listed, why_not_listed, with_why_not
from quietdrop.messages.links import links_from
from quietdrop.messages.wording import uncounted
from quietdrop.messages.wording.sentences import clean
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


def weekly_job(
    of: Settings,
    as_of: date,
    *,
    live: bool,
    force: bool,
    store: Store | None = None,
    tell: Progress = tell,
) -> job.Report:
    """One run; what is owed waits in the outbox. Without `store` the config's is opened."""
    store = store or Store.open(of.store.url)
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
    return report


def deliver(
    of: Settings,
    run: job.Report | None = None,
    *,
    store: Store | None = None,
    tell: Progress = tell,
) -> SendReport:
    """Sends what is owed and due; then tells the managers of what did not arrive, or late.

    Whoever listens at `[health] ping_url` is told of a good live `run` that came before, and of
    managers who cannot be mailed: nobody else would notice.
    """
    store = store or Store.open(of.store.url)
    before = bool(unreached_managers(store.messages(), now()))
    links = links_from(of.web.base_url, os.environ)
    report = delivery.deliver(of, store, mailer(of), now, tell, links)
    after = unreached_managers(store.messages(), now())
    if report != SendReport():
        event(_log, "mail", **(asdict(report) | {"why": "; ".join(report.why)}))
    if after and (run or report != SendReport()):
        _log.error("%d managers cannot be mailed", len(after))
        _ping(of, went_well=False)
    elif not after and (before or (run is not None and run.state != "held")):
        _ping(of, went_well=True)
    return replace(report, managers_reached=not after)


def _ping(of: Settings, *, went_well: bool) -> None:
    """Tells whoever waits for it how a run went."""
    url = of.health.ping_url
    if url and (why := ping(url if went_well else failure_url(url))):
        _log.warning("the ping after the run did not get through: %s", why)


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
        _say(_figures(judged.table, day, "dry run") | _read(judged), as_json)
        if not force:
            _would_hold(judged)
        return
    live = send or as_of is None or day == today_in(of)
    if live:
        mailer(of)
    report = weekly_job(of, day, live=live, force=force)
    sent = deliver(of, report) if live else None
    assert report.judged is not None
    figures = _figures(report.judged.table, day, report.state)
    figures |= _read(report.judged)
    if sent is not None:
        figures |= {"sent": sent.sent, "failed": sent.failed, "to_retry": sent.retry}
        figures |= {"unknown": sent.unknown}
        if as_json:
            figures |= {"why_not_sent": list(sent.why)}
    _say(figures, as_json)
    if sent is not None:
        _say_why(sent)
    for fault in report.held:
        typer.echo(f"Held: {fault} Nothing was sent to liaisons; `run --force` sends.", err=True)
    if report.held and (sent is None or sent.managers_reached):
        raise typer.Exit(3)
    if sent is not None and not sent.went_well:
        raise typer.Exit(1)


def _say_why(sent: SendReport) -> None:
    """Why mail did not leave, a line a reason."""
    again = "; `quietdrop send`, or `serve`, tries again" if sent.retry else ""
    for why in sent.why:
        typer.echo(f"Mail not sent: {why}{again}.", err=True)


def _figures(table: pd.DataFrame, day: date, state: str) -> dict[str, Any]:
    counts = {str(k): int(v) for k, v in table["status"].value_counts().items()}
    return {"as_of": day, "state": state, "statuses": counts, "listed": int(table["listed"].sum())}


def _read(judged: Judged) -> dict[str, Any]:
    """What was read, and what was not used."""
    intake = judged.intake
    return {
        "rows_read": intake.rows_read,
        "rejected": intake.reject_reasons(),
        "left_out": dict(intake.notes),
    }


def _would_hold(judged: Judged) -> None:
    """Says why a run would hold the digests, and exits as it would."""
    for fault in judged.decided.faults:
        typer.echo(
            f"Held: {fault} `run` would send nothing to liaisons; `run --force` would.", err=True
        )
    if judged.decided.faults:
        raise typer.Exit(3)


def _doubt(judged: Judged) -> None:
    """Warns that a run would hold the digests; what was asked for is given all the same."""
    for fault in judged.decided.faults:
        typer.echo(f"The feed looks broken: {fault} `run` would hold the digests.", err=True)


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
    _say_why(report)
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
    if not judged.digests:
        raise UsageError("There is no digest, for nobody: set [digest] default_liaison.")
    names = {d.recipient: d.recipient_name for d in judged.digests}
    only = resolve(liaison, names, "liaison") if liaison is not None else None
    told = [d for d in judged.digests if only is None or d.recipient == only]
    try:
        safe_files.make_folder(output)
        for digest in told:
            _write(output, digest.recipient, render.render_digest(digest))
        if liaison is None:
            for page in judged.summaries:
                _write(output, f"summary-{page.recipient}", render.render_summary(page))
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None
    _would_hold(judged)


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
    write_table(with_why_not(judged.decided, judged.table), output)
    _doubt(judged)


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
    _refuse_lost(judged, practice, day)
    names = practices_of(judged.intake, judged.table["practice_id"])
    asked = resolve(practice, names)
    figures = _explained(judged, asked)
    if as_json:
        show_json(figures)
        return
    typer.echo(f"{clean(str(figures['practice_name']))}: {figures['status']}")
    typer.echo(str(figures["reason"]))
    if asked in judged.assessed.frame.index:
        _show_figures(judged, asked, figures)
    typer.echo(f"listed: {'yes' if figures['listed'] else 'no'}")
    if figures["not_listed_because"]:
        typer.echo(str(figures["not_listed_because"]))
    for fault in judged.decided.faults:
        typer.echo(f"The feed looks broken, so a run of this day is held back: {fault}")


def _explained(judged: Judged, practice_id: str) -> dict[str, Any]:
    """The practice's row of the assessment, with why it is not listed where it is not."""
    decided, table = judged.decided, judged.table
    why = why_not_listed(decided, practice_id)
    said = {
        "not_listed": why and str(why.why),
        "not_listed_until": why.day if why and why.why is WhyNot.snoozed else None,
        "not_listed_because": not_listed(decided, practice_id),
    }
    hit = table[table["practice_id"] == practice_id]
    if hit.empty:
        return {
            **dict.fromkeys(table.columns),
            "as_of": decided.assessed.cadence.as_of,
            "practice_id": practice_id,
            "practice_name": judged.intake.practice(practice_id).name,
            "liaison": decided.liaison_of.get(practice_id, ""),
            "status": "closed" if practice_id in decided.plan.closed else "new",
            "listed": why is None,
            "reason": "No referral of theirs has been read.",
            **said,
        }
    figures = {str(k): None if pd.isna(v) else v for k, v in hit.iloc[0].to_dict().items()}
    inner = judged.assessed.figures(practice_id)
    return figures | {"dispersion": round(float(inner["dispersion"]), 2)} | said


def _show_figures(judged: Judged, practice_id: str, figures: dict[str, Any]) -> None:
    as_of = judged.assessed.cadence.as_of
    weeks = judged.assessed.cadence.counts[judged.assessed.row(practice_id), -52:].tolist()
    ago = (as_of - figures["onset"]).days // 7 if figures["onset"] else None
    index = len(weeks) - ago if ago and ago <= len(weeks) else None
    typer.echo(chart.blocks(tuple(weeks), index))
    for key in ("baseline_per_week", "expected", "drift_probability", "lost_per_week"):
        if figures[key] is not None:
            typer.echo(f"{key.replace('_', ' ')}: {figures[key]:.2f}")
    typer.echo(f"observed: {figures['observed']}")
    typer.echo(f"dispersion: {figures['dispersion']} (1 is chance alone, above 1 comes in bursts)")
    _doubt(judged)


def _refuse_lost(judged: Judged, practice: str, day: date) -> None:
    """Raise UsageError where the source no longer has any row of the practice."""
    present = set(judged.table["practice_id"])
    for loss in judged.decided.losses.by_practice.values():
        is_meant = folded(practice) in (folded(loss.practice_id), folded(loss.name))
        if is_meant and loss.practice_id not in present:
            said = uncounted.lost(loss.referrals, loss.seen_on, day, whole=True)
            raise UsageError(f"{loss.name}: {said}")
