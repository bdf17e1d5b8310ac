"""The next command, as somebody can type it."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from pathlib import Path

from quietdrop.config import Settings
from quietdrop.domain.feed import Rhythm, due_by

DEFAULT = Path("quietdrop.toml")


def command(config: Path, *words: str) -> str:
    """The command line for a config file, as short as it can be from here."""
    here = Path.cwd()
    path = config.absolute()
    if path == here / DEFAULT:
        named = []
    else:
        named = ["--config", str(path.relative_to(here) if path.is_relative_to(here) else path)]
    return shlex.join(["quietdrop", *named, *words])


def first_digest(of: Settings, newest: date, today: date) -> str:
    """The command that shows a first digest.

    Data that ended long ago are assessed as of the Monday after their newest day: as of today
    everybody would seem quiet.
    """
    words = ["preview", "--open"]
    due = due_by(newest, Rhythm(), max_age_days=of.feed.max_age_days, period=of.source.period)
    if today > due:
        words += ["--as-of", str(newest + timedelta(days=7 - newest.weekday()))]
    return command(of.path or DEFAULT, *words)
