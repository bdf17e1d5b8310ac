"""run, send: the weekly job and the outbox, once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quietdrop.cli.app import AsOf, Json, judged, local_user, now, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.bootstrap import RunRequest, deliver, mailer, receiver, weekly_job
from quietdrop.cli.days import parse_day
from quietdrop.cli.learned import promised
from quietdrop.cli.screen import progress
from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.errors import UsageError
from quietdrop.lib.reader import decimal, full_day

if TYPE_CHECKING:
    import pandas as pd

    from quietdrop.config import Settings
    from quietdrop.delivery.sender import SendReport
    from quietdrop.messages.compose import Briefing


def run(
    as_of: AsOf = None,
    send: Annotated[bool, typer.Option("--send", help="Send for a date in the past.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Record and send nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Send though the feed is held.")] = False,
    send_to: Annotated[
        str | None,
        typer.Option("--send-to", help="A pilot: mail everything to one address; record nothing."),
    ] = None,
    as_json: Json = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="With --dry-run: write the digests to a folder."),
    ] = None,
    in_browser: Annotated[
        bool, typer.Option("--open", help="With --dry-run: open the fullest digest in the browser.")
    ] = False,
) -> None:
    """The weekly job, once. Cron calls this."""
    from quietdrop.cli.digest_files import with_a_reader, write_pages

    of = settings()
    if (output or in_browser) and not dry_run:
        raise UsageError("-o and --open go with --dry-run.")
    day = parse_day(as_of, today_in(of), source=of.source)
    if day > today_in(of):
        raise UsageError(f"--as-of {day} is in the future.")
    if send_to is not None:
        if send or dry_run:
            raise UsageError("--send-to goes without --send and --dry-run: it records nothing.")
        _pilot(of, send_to, day, as_json=as_json, force=force)
        return
    if dry_run:
        briefing = judged(with_a_reader(of), day)
        figures = _figures(briefing.table, day, "dry run") | promised(briefing, of)
        figures |= _read(briefing)
        if output or in_browser:
            pages = write_pages(briefing, output or Path("preview"), in_browser=in_browser)
            figures["pages"] = [str(page) for page in pages]
        _say(figures, as_json)
        if not force:
            _would_hold(briefing)
        return
    live = send or as_of is None or day == today_in(of)
    if live:
        mailer(of)
        receiver(of)
    with progress() as tell:
        report = weekly_job(of, RunRequest(day, live=live, force=force), tell=tell)
        sent = deliver(of, report, tell=tell) if live else None
    assert report.briefing is not None
    if live and force and report.briefing.evaluation.faults:
        _note_release(of, day)
    figures = _figures(report.briefing.table, day, report.state)
    figures |= promised(report.briefing, of) | _read(report.briefing)
    if report.briefing.intake.rejects:
        figures["rejects_in"] = str(of.source.rejects)
    if sent is not None:
        figures |= {"sent": sent.sent, "failed": sent.failed, "to_retry": sent.retry}
        figures |= {"unknown": sent.unknown}
        if as_json:
            figures |= {"why_not_sent": list(sent.why)}
    _say(figures, as_json)
    if sent is not None:
        _say_why(of, sent)
    for fault in report.held:
        typer.echo(f"Held: {fault} Nothing was sent to liaisons; `run --force` sends.", err=True)
    if report.held and (sent is None or sent.managers_reached):
        raise typer.Exit(3)
    if sent is not None and not sent.went_well:
        raise typer.Exit(1)


def _note_release(of: Settings, day: date) -> None:
    """Writes into the audit who sent what would have been held."""
    from quietdrop.store import Store

    entry = Actor(local_user(), now()).did(AuditAction.RELEASED, "", f"run of {day}")
    Store.open(of.store.url).audit.note(entry)


def _pilot(of: Settings, address: str, day: date, *, as_json: bool, force: bool) -> None:
    """Mails what a run would send to one address, and records nothing, as a dry run."""
    from quietdrop.cli.digest_files import with_a_reader
    from quietdrop.cli.pilot import check_address, send_all_to

    check_address(of, address)
    briefing = judged(with_a_reader(of), day)
    faults = [] if force else briefing.evaluation.faults
    with progress() as tell:
        became = send_all_to(of, briefing, address, faults, tell)
    failed = [why for whys in became.values() for why in whys if why]
    sent = sum(map(len, became.values())) - len(failed)
    figures = _figures(briefing.table, day, "pilot") | _read(briefing)
    _say(figures | {"sent_to": address, "mail_of": list(became), "sent": sent}, as_json)
    for why in dict.fromkeys(failed):
        typer.echo(f"Mail not sent{_by(of)}: {why}; a pilot does not try again.", err=True)
    if failed:
        raise typer.Exit(1)
    if not force:
        _would_hold(briefing)


def _by(of: Settings) -> str:
    """ " by mail.clinic.example:587"."""
    return f" by {of.mail.host}:{of.mail.port}" if of.mail else ""


def _say_why(of: Settings, sent: SendReport) -> None:
    """Why mail did not leave, and by which server, a line a reason."""
    again = "; `quietdrop send`, or `serve`, tries again" if sent.retry else ""
    for why in sent.why:
        typer.echo(f"Mail not sent{_by(of)}: {why}{again}.", err=True)


def _figures(table: pd.DataFrame, day: date, state: str) -> dict[str, Any]:
    counts = {str(k): int(v) for k, v in table["status"].value_counts().items()}
    return {"as_of": day, "state": state, "statuses": counts, "listed": int(table["listed"].sum())}


def _read(briefing: Briefing) -> dict[str, Any]:
    """What was read, and what was not used."""
    intake = briefing.intake
    return {
        "rows_read": intake.rows_read,
        "rejected": intake.reject_reasons(),
        "left_out": dict(intake.notes),
    }


def _would_hold(briefing: Briefing) -> None:
    """Says why a run would hold the digests, and exits as it would."""
    for fault in briefing.evaluation.faults:
        typer.echo(
            f"Held: {fault} `run` would send nothing to liaisons; `run --force` would.", err=True
        )
    if briefing.evaluation.faults:
        raise typer.Exit(3)


def _doubt(briefing: Briefing) -> None:
    """Warns that a run would hold the digests; what was asked for is given all the same."""
    for fault in briefing.evaluation.faults:
        typer.echo(f"The feed looks broken: {fault} `run` would hold the digests.", err=True)


def _say(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(figures)
        return
    for key, value in figures.items():
        if isinstance(value, dict):
            each = (f"{name} {decimal(number)}" for name, number in value.items())
            value = ", ".join(each) or "none"
        elif isinstance(value, list):
            value = ", ".join(value)
        elif isinstance(value, date):
            value = full_day(value)
        elif isinstance(value, int):
            value = decimal(value)
        typer.echo(f"{key.replace('_', ' ')}: {value}")


def send() -> None:
    """Send what is owed and due; cron calls it every 15 minutes where no `serve` runs."""
    of = settings()
    with progress() as tell:
        report = deliver(of, tell=tell)
    typer.echo(
        f"sent {report.sent}, failed {report.failed}, to retry {report.retry}, "
        f"of unknown fate {report.unknown}"
    )
    _say_why(of, report)
    if not report.went_well:
        raise typer.Exit(1)
