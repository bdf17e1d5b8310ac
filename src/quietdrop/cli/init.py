"""init: the first config, proposed from the data and completed by a few questions."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli import questions
from quietdrop.cli.app import now
from quietdrop.cli.first_config import PASSWORD, Answers, MailServer, config_text, without_password
from quietdrop.cli.identity import who_is_who
from quietdrop.cli.next_step import command
from quietdrop.cli.recognized import HEADINGS, columns_of, lines_of, remarks_of, shown
from quietdrop.cli.screen import is_read, show_table
from quietdrop.config import load
from quietdrop.domain.columns import REFERRALS
from quietdrop.domain.decisions import Register
from quietdrop.domain.errors import QuietdropError, UsageError
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest.matching import by_names
from quietdrop.ingest.proposal import Proposal
from quietdrop.ingest.propose import propose
from quietdrop.lib import safe_files


class Mail(StrEnum):
    """When mail is set up."""

    later = "later"
    now = "now"


class Dates(StrEnum):
    """Which comes first in the days of the source."""

    month_first = "month-first"
    day_first = "day-first"


def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("quietdrop.toml"),
    data: Annotated[
        str | None,
        typer.Option("--from", help="A file, folder or database URL to propose the columns from."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="A column that is not recognized, as OURS=YOURS; may be repeated."),
    ] = None,
    header: Annotated[
        str,
        typer.Option(
            help="For a file without a header line: its columns' names by position, such as "
            "referred_on,,practice_name; empty for one that is not to be read."
        ),
    ] = "",
    dates: Annotated[
        Dates | None, typer.Option(help="Which comes first, where the days fit both.")
    ] = None,
    liaison: Annotated[
        str, typer.Option(help="Whose list it is: the e-mail address of the liaison.")
    ] = "",
    manager: Annotated[
        str, typer.Option(help="Who gets the weekly summary: the manager's e-mail address.")
    ] = "",
    mail: Annotated[Mail | None, typer.Option(help="Set up mail now or later.")] = None,
    mail_host: Annotated[
        str, typer.Option(help="With --mail now: the mail server, its port behind it.")
    ] = "",
    mail_from: Annotated[
        str, typer.Option(help="With --mail now: the address that digests come from.")
    ] = "",
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing, also on a terminal.")
    ] = False,
) -> None:
    """Write a first config file; with --from, propose the column mapping from the data."""
    safe_files.refuse_link(path)
    if path.exists():
        raise UsageError(f"{path} already exists; remove it first or name another file.")
    asks = questions.is_answered() and not no_input
    for address in filter(None, (liaison, manager, mail_from)):
        questions.check_address(address)
    server = _server(mail, mail_host, mail_from, asks)
    if data is None and asks:
        data = questions.ask_source(Path.cwd())
    names = tuple(name.strip() for name in header.split(",")) if header else ()
    proposal = _recognized(data, names, column or [], asks) if data is not None else None
    answers = Answers(liaison, manager, server, dates or "", names)
    if asks:
        answers = questions.ask(answers, proposal is not None and proposal.ambiguous)
        if mail is None or (mail is Mail.now and server is None):
            answers = replace(answers, mail=questions.ask_mail(is_wanted=mail is Mail.now))
    try:
        safe_files.create(path, config_text(data, proposal, path, answers).encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from None
    _say_what_next(path, data, proposal, answers)


def _server(mail: Mail | None, host: str, sender: str, asks: bool) -> MailServer | None:
    """The mail server of the options; None where mail comes later or is asked for."""
    if mail is not Mail.now:
        if host or sender:
            raise UsageError("--mail-host and --mail-from go with --mail now.")
        return None
    if host and sender:
        questions.check_host(host)
        return MailServer(host, sender)
    if asks:
        return None
    raise UsageError(
        "--mail now needs --mail-host and --mail-from where there is no terminal to ask on."
    )


def _recognized(data: str, header: tuple[str, ...], named: list[str], asks: bool) -> Proposal:
    """What is recognized of the source, and said, with the columns that somebody named."""
    proposal = by_names(header, None) if header else propose(data)
    for text in named:
        ours, _, theirs = (part.strip() for part in text.partition("="))
        if ours not in REFERRALS or not theirs:
            raise UsageError(f"--column {shown(text)}: write it as practice_name=YOUR COLUMN.")
        if speaks_of_patient(theirs):
            raise UsageError(f"--column {shown(text)}: that column speaks of patients.")
        proposal = questions.with_column(proposal, ours, theirs)
    if is_read(sys.stdout):
        if rows := columns_of(proposal):
            show_table(HEADINGS, rows)
        typer.echo("\n".join(remarks_of(proposal)))
    else:
        typer.echo("\n".join(lines_of(proposal)))
    if asks and not proposal.query and not proposal.is_enough:
        proposal = questions.ask_columns(proposal)
    return proposal


def _say_what_next(
    path: Path, data: str | None, proposal: Proposal | None, answers: Answers
) -> None:
    if data is not None and without_password(data) != data:
        typer.echo(f"The password is not written down: set {PASSWORD} in the environment.")
    if answers.mail is not None and answers.mail.user:
        typer.echo(
            "The mail password is never written down: set QUIETDROP_MAIL_PASSWORD, or put it into "
            f"the keyring: keyring set yagmail {answers.mail.user}"
        )
    if proposal is not None and proposal.is_enough:
        for line in _who_is_who(path):
            typer.echo(line)
    typer.echo(f"Wrote {path}. Next: {command(path, 'check')}")


def _who_is_who(path: Path) -> list[str]:
    """What the data says of who is who; nothing where it cannot be read yet: `check` says why."""
    today = now().date()
    try:
        intake = ingest.read(load(path.absolute(), os.environ).source, today, today)
    except QuietdropError:
        return []
    return who_is_who(intake, Register())
