"""The text of a first config file: what was recognized, and what was answered."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from quietdrop.ingest.proposal import Proposal
from quietdrop.lib.urls import NAME, secrets

PASSWORD = "QUIETDROP_DB_PASSWORD"
TEMPLATE = """\
# quietdrop: every other key is described in docs/configuration.md.
[source]
{source}
[source.columns]                # our name = your column's name
{columns}
[digest]
{digest}
{mail}"""
BARE_SOURCE = 'referrals = "referrals.csv"     # a file, folder, glob or database URL\n'
BARE_COLUMNS = '# referred_on = "Referral Date"\n# practice_name = "Referring Practice"\n'
LATER = """\
# [mail]                        # the password comes from QUIETDROP_MAIL_PASSWORD or the keyring
# host = "smtp.your-practice.example"
# from = "quietdrop@your-practice.example"
"""
MAIL = """\
[mail]                          # the password comes from QUIETDROP_MAIL_PASSWORD or the keyring
"""
PORTS = {465: "ssl", 25: "none"}  # else STARTTLS


@dataclass(frozen=True)
class MailServer:
    """How mail leaves; `host` may have a port behind it."""

    host: str
    sender: str
    user: str = ""


@dataclass(frozen=True)
class Answers:
    """What is not in the data: who reads the digest, and how it gets there."""

    liaison: str = ""
    manager: str = ""
    mail: MailServer | None = None
    dates: str = ""  # which comes first, where the data fit month and day
    header: tuple[str, ...] = ()  # the columns' names by position, where the file has none


def config_text(data: str | None, proposal: Proposal | None, path: Path, answers: Answers) -> str:
    """The file's text.

    Args:
        data: The source as it was given; None where none was.
        proposal: What was recognized of it.
        path: Where the file will be; paths in it are relative to its folder.
        answers: What was answered.
    """
    source = BARE_SOURCE
    if data is not None and proposal is not None:
        source = _source(data, proposal, path, answers)
    return TEMPLATE.format(
        source=source,
        columns=_columns(proposal) if proposal else BARE_COLUMNS,
        digest=_digest(answers),
        mail=_mail(answers.mail) if answers.mail else LATER,
    )


def without_password(text: str) -> str:
    """A URL with ${QUIETDROP_DB_PASSWORD} in the place of its password."""
    for secret in sorted(secrets(text), key=len, reverse=True) if "://" in text else ():
        if not NAME.fullmatch(secret):
            text = re.sub(rf"(?<=[:=]){re.escape(secret)}(?=[@&#]|$)", f"${{{PASSWORD}}}", text)
    return text


def _digest(answers: Answers) -> str:
    liaison, manager = answers.liaison, answers.manager
    lines = [
        f"default_liaison = {_toml(liaison)}"
        if liaison
        else '# default_liaison = "you@your-practice.example"',
        f"managers = [{_toml(manager)}]"
        if manager
        else '# managers = ["manager@your-practice.example"]',
    ]
    return "\n".join(lines) + "\n"


def _mail(server: MailServer) -> str:
    host, _, port = server.host.partition(":")
    lines = [f"host = {_toml(host)}", f"from = {_toml(server.sender)}"]
    if port:
        lines.append(f"port = {port}")
        lines += [f'security = "{PORTS[int(port)]}"'] if int(port) in PORTS else []
    if server.user:
        lines.append(f"user = {_toml(server.user)}")
    return MAIL + "\n".join(lines) + "\n"


def _source(data: str, proposal: Proposal, path: Path, answers: Answers) -> str:
    """The [source] section's lines. Paths are relative to the config's folder."""
    if "://" not in data:
        data = _relative(data, path)
    lines = [f"referrals = {json.dumps(without_password(data.partition('#')[0]))}"]
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
    if answers.header:
        lines.append(f"header = {json.dumps(list(answers.header), ensure_ascii=False)}")
    if answers.dates:
        lines.append(f'dates = "{answers.dates}"')
    elif proposal.ambiguous:
        lines.append('dates = "month-first"              # or "day-first": the data fit both')
    return "\n".join(lines) + "\n"


def _columns(proposal: Proposal) -> str:
    lines = [f"{ours} = {_toml(theirs)}" for ours, theirs in proposal.columns.items()]
    lines += [f'{ours} = ""' for ours in proposal.barred]
    if "referred_on" not in proposal.columns and proposal.has_day_column:
        lines.append('# referred_on = "Referral Date"')
    if not {"practice_id", "practice_name"} & set(proposal.columns):
        lines.append('# practice_name = "Referring Practice"')
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
