"""What `init` asks on a terminal; scripts give the same as options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import typer
from pydantic import ValidationError

from quietdrop.cli.first_config import Answers, MailServer
from quietdrop.cli.recognized import MEANS, shown
from quietdrop.config.settings import MailSettings
from quietdrop.domain.errors import UsageError
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest.proposal import PRACTICE, Proposal
from quietdrop.lib.file_settings import ENDINGS

MOST_OFFERED = 9  # files or columns in one question


def is_answered() -> bool:
    """Whether somebody sits at a terminal who can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_source(folder: Path) -> str | None:
    """Which file or database has the referrals; None where that is left for later."""
    files = sorted(each.name for each in folder.iterdir() if each.name.lower().endswith(ENDINGS))
    for number, name in enumerate(files[:MOST_OFFERED], 1):
        typer.echo(f"  {number}  {shown(name)}")
    question = "Where are the referrals? A file, a folder or a database URL"
    text = _asked(question + (", or a number above" if files else ""), files[0] if files else "")
    return _chosen(text, files[:MOST_OFFERED]) or None


def ask_columns(proposal: Proposal) -> Proposal:
    """The proposal with the day and the practice, where they were not recognized."""
    wanted = []
    if "referred_on" not in proposal.columns and proposal.has_day_column:
        wanted.append("referred_on")
    if not set(PRACTICE) & set(proposal.columns):
        wanted.append("practice_name")
    for ours in wanted:
        if not proposal.named:
            proposal = _typed_column(proposal, ours)
            continue
        if not proposal.unused:
            break
        offered = proposal.unused[:MOST_OFFERED]
        for number, name in enumerate(offered, 1):
            typer.echo(f"  {number}  {shown(name)}")
        text = _asked(f"Which column is {MEANS[ours]}? A number above, or empty for none", "")
        if theirs := _chosen(text, offered):
            proposal = with_column(proposal, ours, theirs)
    return proposal


def _typed_column(proposal: Proposal, ours: str) -> Proposal:
    """The proposal with a column typed by its name: names are shown only of what is known to be a
    header."""
    question = (
        f"Which column is {MEANS[ours]}? Its name as it stands in the file, or empty for none"
    )
    theirs = _asked(question, "")
    if theirs and speaks_of_patient(theirs):
        typer.echo(f"{shown(theirs)} speaks of patients and is not read.")
        return proposal
    return with_column(proposal, ours, theirs) if theirs else proposal


def with_column(proposal: Proposal, ours: str, theirs: str) -> Proposal:
    """The proposal with one more column that somebody named."""
    return replace(
        proposal,
        columns=proposal.columns | {ours: theirs},
        unused=tuple(name for name in proposal.unused if name != theirs),
    )


def ask(answers: Answers, is_ambiguous: bool) -> Answers:
    """Asks for what the options did not say; an empty answer leaves it for later."""
    if is_ambiguous and not answers.dates:
        typer.echo("The days fit both orders.")
        day_first = _asked(
            "Is 03/04 March 4 (month first) or April 3 (day first)? month/day", "month"
        )
        answers = replace(answers, dates="day-first" if day_first[:1] == "d" else "month-first")
    if not answers.liaison:
        question = "Whose list is it? Her e-mail address, or empty for later"
        answers = replace(answers, liaison=_valid(question, check_address))
    if not answers.manager:
        question = "Which manager gets the weekly summary? An e-mail address, or empty for later"
        answers = replace(answers, manager=_valid(question, check_address))
    return answers


def ask_mail(*, is_wanted: bool) -> MailServer | None:
    """How mail leaves; None where that is left for later."""
    if not is_wanted and _asked("Set up mail now or later? now/later", "later")[:1] != "n":
        return None
    host = _valid("The mail server, with its port if it is not 587", check_host)
    if not host:
        return None
    sender = _valid("The address that digests come from", check_address)
    if not sender:
        return None
    return MailServer(host, sender, _asked("The login name, or empty for none", ""))


def check_address(text: str) -> None:
    """UsageError unless it is an e-mail address."""
    try:
        MailSettings.model_validate({"host": "localhost", "from": text})
    except ValidationError:
        raise UsageError(f"{shown(text)} is not an e-mail address.") from None


def check_host(text: str) -> None:
    """UsageError unless it is a mail server's name, a port behind it or not."""
    name, _, port = text.partition(":")
    is_port = not port or (port.isdecimal() and 0 < int(port) < 65536)
    if not name or not is_port or any(sign.isspace() for sign in name):
        raise UsageError(f"{shown(text)} is not a mail server, such as smtp.example.org:587.")


def _asked(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()


def _valid(question: str, check: Callable[[str], None]) -> str:
    """An answer that passes the check; asked again until it does. Empty is taken."""
    while text := _asked(question, ""):
        try:
            check(text)
        except UsageError as error:
            typer.echo(str(error))
        else:
            break
    return text


def _chosen(text: str, offered: Sequence[str]) -> str:
    """What was typed, or what the number stands for."""
    if text.isdecimal() and 0 < int(text) <= len(offered):
        return offered[int(text) - 1]
    return text
