"""init: the first config, with the columns proposed from the data itself."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli.app import now
from quietdrop.cli.identity import who_is_who
from quietdrop.config import load
from quietdrop.domain.decisions import Register
from quietdrop.domain.errors import QuietdropError, UsageError
from quietdrop.ingest.proposal import Proposal
from quietdrop.ingest.propose import propose
from quietdrop.lib import safe_files
from quietdrop.lib.urls import NAME, secrets

PASSWORD = "QUIETDROP_DB_PASSWORD"
TEMPLATE = """\
# quietdrop: every other key is described in docs/configuration.md.
[source]
{source}
[source.columns]                # our name = your column's name
{columns}
[digest]
# default_liaison = "you@your-practice.example"
# managers = ["manager@your-practice.example"]

# [mail]                        # the password comes from QUIETDROP_MAIL_PASSWORD or the keyring
# host = "smtp.your-practice.example"
# from = "quietdrop@your-practice.example"
"""
BARE_SOURCE = 'referrals = "referrals.csv"     # a file, folder, glob or database URL\n'
BARE_COLUMNS = '# referred_on = "Referral Date"\n# practice_name = "Referring Practice"\n'


def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("quietdrop.toml"),
    data: Annotated[
        str | None,
        typer.Option("--from", help="A file, folder or database URL to propose the columns from."),
    ] = None,
) -> None:
    """Write a commented config file; with --from, propose the column mapping from the data."""
    safe_files.refuse_link(path)
    if path.exists():
        raise UsageError(f"{path} exists already; remove it first or name another file.")
    source, columns = BARE_SOURCE, BARE_COLUMNS
    if data is not None:
        proposal = propose(data)
        for line in _said(proposal):
            typer.echo(line)
        source, columns = _source(data, proposal, path), _columns(proposal)
    try:
        safe_files.create(path, TEMPLATE.format(source=source, columns=columns).encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from None
    if data is not None and _hidden(data) != data:
        typer.echo(f"The password is not written down: set {PASSWORD} in the environment.")
    if data is not None and proposal.is_enough:
        for line in _who_is_who(path):
            typer.echo(line)
    typer.echo(f"Wrote {path}. Look it over, then run: quietdrop --config {path} check")


def _who_is_who(path: Path) -> list[str]:
    """What the data says of who is who; nothing where it cannot be read yet: `check` says why."""
    today = now().date()
    try:
        intake = ingest.read(load(path.absolute(), os.environ).source, today, today)
    except QuietdropError:
        return []
    return who_is_who(intake, Register())


def _said(proposal: Proposal) -> list[str]:
    """What was found, a line each, for whoever reads along."""
    lines = [f"table: {proposal.table}"] if proposal.table else []
    lines += [f"{ours:<14} {_shown(theirs)}" for ours, theirs in proposal.columns.items()]
    if proposal.first and proposal.last:
        lines.append(
            f"{proposal.days} of the first {proposal.rows} rows have a day, "
            f"from {proposal.first} to {proposal.last}."
        )
    if proposal.unread:
        lines.append(proposal.unread)
    lines += list(proposal.remarks)
    if proposal.fill_down:
        lines.append(
            f"most cells of {', '.join(proposal.fill_down)} are blank; each is taken for the last "
            "one above it (fill_down): remove that line from the file if it is wrong"
        )
    lines += [f"not proposed: {why}" for why in proposal.refused]
    if not proposal.named:
        lines.append("The first line is not known to name columns, so the rest of it is not shown.")
        return lines + _lacking(proposal)
    if proposal.patients:
        names = ", ".join(map(_shown, proposal.patients))
        lines.append(f"never read, since they speak of patients: {names}")
    if proposal.unused:
        lines.append(f"not used: {', '.join(map(_shown, proposal.unused))}")
    return lines + _lacking(proposal)


def _lacking(found: Proposal) -> list[str]:
    if found.is_enough or found.query:
        return []
    return ["A day and a practice are needed: name those columns in the file by hand."]


def _shown(name: str) -> str:
    """A column's name on a terminal, harmless."""
    return json.dumps(name, ensure_ascii=not name.isprintable())


def _source(data: str, proposal: Proposal, path: Path) -> str:
    """The [source] section's lines. Paths are relative to the config's folder."""
    if "://" not in data:
        data = _relative(data, path)
    lines = [f"referrals = {json.dumps(_hidden(data.partition('#')[0]))}"]
    if proposal.table is not None:
        lines.append(f"table = {json.dumps(proposal.table)}")
    if proposal.query:
        lines.append(f"query = {_toml(proposal.query)}")
    if proposal.period:
        lines.append(f'period = "{proposal.period}"')
    if proposal.fill_down:
        lines.append(f"fill_down = {json.dumps(list(proposal.fill_down))}")
    if proposal.only:
        values = ", ".join(
            f"{_toml(name)} = {_toml(value)}" for name, value in proposal.only.items()
        )
        lines.append(f"only = {{ {values} }}")
    if proposal.ambiguous:
        lines.append('dates = "month-first"              # or "day-first": the data fit both')
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A text as TOML; one of several lines stands between three quotes."""
    if "\n" in text and "'''" not in text:
        return f"'''\n{text}'''"
    return json.dumps(text)


def _relative(data: str, path: Path) -> str:
    here = path.resolve().parent
    whole = Path(data).absolute()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def _hidden(text: str) -> str:
    """A URL with ${QUIETDROP_DB_PASSWORD} in the place of its password."""
    for secret in sorted(secrets(text), key=len, reverse=True) if "://" in text else ():
        if not NAME.fullmatch(secret):
            text = re.sub(rf"(?<=[:=]){re.escape(secret)}(?=[@&#]|$)", f"${{{PASSWORD}}}", text)
    return text


def _columns(proposal: Proposal) -> str:
    lines = [f"{ours} = {_toml(theirs)}" for ours, theirs in proposal.columns.items()]
    if "referred_on" not in proposal.columns and not proposal.is_pivot:
        lines.append('# referred_on = "Referral Date"')
    if not {"practice_id", "practice_name"} & set(proposal.columns):
        lines.append('# practice_name = "Referring Practice"')
    return "\n".join(lines) + "\n"
