"""Words in, words out: the `quietdrop` command."""

from __future__ import annotations

import os
import sys

from quietdrop.cli import (  # noqa: F401  (each adds its commands to the app)
    aliases,
    begin,
    care,
    jobs,
    oversee,
    replay,
    serving,
    setup,
    standing,
)
from quietdrop.cli.frame import app, fail
from quietdrop.errors import QuietdropError

__all__ = ["app", "main"]


def main() -> None:
    """The console script. A known error becomes one clear line and its exit code; what is
    written is for its owner only."""
    os.umask(0o077)
    try:
        app()
    except QuietdropError as error:
        if "--debug" in sys.argv:
            raise
        sys.exit(fail(error))
