"""What every command shares: the app, the settings, the clock, progress and errors."""

from __future__ import annotations

import getpass
import json
import os
import traceback
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from quietdrop import __version__
from quietdrop.cli.group import LazyGroup
from quietdrop.cli.screen import progress
from quietdrop.cli.screen import tell as tell
from quietdrop.domain.errors import QuietdropError
from quietdrop.lib import logs

if TYPE_CHECKING:
    from quietdrop.checkins.history import History
    from quietdrop.config import Settings
    from quietdrop.messages.compose import Briefing

# What is large is imported in the functions that need it: `--help` and a typo need none of it.
app = typer.Typer(
    cls=LazyGroup,
    help="Early warning for referral relationships.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class LogFormat(StrEnum):
    """How events are written."""

    text = "text"
    json = "json"


chosen: dict[str, str | None] = {"config": None, "debug": None}

AsOf = Annotated[
    str | None, typer.Option("--as-of", help="The morning to judge from, as 2026-07-06.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"quietdrop {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[str | None, typer.Option(help="The config file.")] = None,
    debug: Annotated[bool, typer.Option(help="Show the traceback of an error.")] = False,
    log_format: Annotated[
        LogFormat | None, typer.Option(help="One line an event on the terminal's errors.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Early warning for referral relationships: who is quietly drifting away."""
    del version
    chosen["config"] = config
    chosen["debug"] = "yes" if debug else None
    if log_format is not None:
        logs.begin(log_format.value)


def settings() -> Settings:
    """The settings of the chosen config file. ConfigError where they cannot be used."""
    from quietdrop.config import load
    from quietdrop.lib.reader import write_for

    of = load(chosen_config(), os.environ)
    write_for(of.calendar.country)
    return of


def chosen_config() -> Path:
    """The config file to read. ConfigError where there is none."""
    from quietdrop.config import find_config

    return find_config(chosen["config"], os.environ, Path.cwd())


def now() -> datetime:
    return datetime.now(UTC)


def this_user() -> str:
    """The user of this machine, who decides on the command line."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def local_user() -> str:
    """The same as the audit names whoever acts on this machine."""
    return f"local: {this_user()}"


def today(of: Settings) -> date:
    """Today's date in the practice's timezone."""
    return now().astimezone(ZoneInfo(of.schedule.timezone)).date()


def show_cause(error: BaseException) -> None:
    """Prints the traceback, with all that led to the error, where --debug asks for it.

    It quotes drivers, parsers and servers, so it goes only to the terminal, without secrets from
    the environment.
    """
    if not chosen["debug"]:
        return
    from quietdrop.config.values import SECRET
    from quietdrop.lib.urls import secrets

    link: BaseException | None = error
    while link is not None:
        link.__suppress_context__ = False
        link = link.__cause__ or link.__context__
    text = "".join(traceback.format_exception(error))
    for name, value in os.environ.items():
        for secret in secrets(value) if "://" in value else {value} if SECRET.search(name) else ():
            text = text.replace(secret, "***") if len(secret) > 3 else text
    typer.echo(text, err=True)


def fail(error: QuietdropError) -> int:
    """Prints the error; returns its exit code."""
    typer.echo(f"quietdrop: {error}", err=True)
    return error.exit_code


def show_json(value: Any) -> None:
    typer.echo(json.dumps(value, default=str, indent=2, ensure_ascii=False))


def recall(of: Settings, as_of: date) -> History:
    """What the store remembers; empty if there is no store yet. None is created."""
    from quietdrop.checkins.history import History
    from quietdrop.jobs.history import remember
    from quietdrop.store import Store

    if of.store.url.startswith("sqlite") and not Store.exists(of.store.url):
        return History()
    return remember(Store.open(of.store.url), of, as_of)


def judged(of: Settings, day: date) -> Briefing:
    """That day's digests and all behind them, recording nothing; a bar shows how far it has come.

    Raises:
        SourceError: where nothing usable was read.
    """
    from quietdrop.jobs.pipeline import brief

    with progress() as tell:
        return brief(of, recall(of, day), day, today(of), tell)
