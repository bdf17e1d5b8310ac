"""tune: settings proposed from the own past."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from quietdrop.cli.app import Json, chosen_config, local_user, now
from quietdrop.cli.past import read_past
from quietdrop.cli.screen import progress
from quietdrop.config import load
from quietdrop.config.toml_lines import write_values
from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.errors import UsageError
from quietdrop.jobs.past import last_run_day, two_years
from quietdrop.jobs.replay import Replay
from quietdrop.jobs.tune import tune as tuned_for
from quietdrop.messages.tuning import as_text
from quietdrop.reporting.tuned import to_json
from quietdrop.store import Store

MOST_BUDGET = 1000  # a typing error; also what is not a number


def tune(
    budget: Annotated[
        float, typer.Option("--budget", help="The most check-ins a liaison and week.", min=0.1)
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Change the config file; it is backed up first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose settings that catch most of what was lost, chosen and tested on your own past."""
    if not budget <= MOST_BUDGET:
        raise UsageError(f"--budget {budget:g}: give a number of check-ins, at most {MOST_BUDGET}.")
    config = chosen_config()
    of = load(config, os.environ)
    last = last_run_day(of, now())
    past = read_past(of, last, last)
    dates = two_years(past.replay.intake, last)
    what = Replay(past.replay.intake, dates, past.replay.register)
    with progress() as tell:
        result, values = tuned_for(of, budget, what, past.touches, tell)
    typer.echo(to_json(result) if as_json else as_text(result))
    if write and values:
        try:
            backup = write_values(config, values)
        except OSError as error:
            raise UsageError(f"{config}: cannot be written: {error.strerror}.") from None
        detail = ", ".join(f"{key} = {value}" for key, value in values.items())
        entry = Actor(local_user(), now()).did(AuditAction.CHANGED, "", detail)
        Store.open(of.store.url).audit.note(entry)
        typer.echo(f"{config} is changed; {backup} is the file as it was.", err=as_json)
