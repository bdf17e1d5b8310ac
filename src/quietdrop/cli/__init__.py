"""Words in, words out: the `quietdrop` command."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from pathlib import Path

from quietdrop.cli.app import app, fail, show_cause
from quietdrop.domain.errors import QuietdropError

__all__ = ["app", "main"]

# New objects between two searches for garbage; Python's own 700 cost a tenth of a command's time,
# since imports make many and leave none.
GARBAGE = 100_000


def main() -> None:
    """The console script. An error becomes one clear line and its exit code, with a traceback
    only where --debug asks for it; what is written is for its owner only."""
    prepare_process()
    try:
        app(prog_name="quietdrop")
    except QuietdropError as error:
        show_cause(error)
        sys.exit(fail(error))
    except Exception as error:
        show_cause(error)
        sys.exit(fail(unexpected(error)))


def prepare_process() -> None:
    """What every process of ours begins with."""
    os.umask(0o077)
    gc.set_threshold(GARBAGE, 10, 10)
    # Our arrays are small: BLAS and OpenMP wait longer for a second thread than it saves, on a busy
    # machine two thirds of an assessment's time. Read when they are first imported.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def unexpected(error: Exception) -> QuietdropError:
    """The message for a bug of ours: where it is, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    here = Path(__file__).parents[1]
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(here)]
    place = (
        f"{Path(ours[-1].filename).relative_to(here)}:{ours[-1].lineno}" if ours else "quietdrop"
    )
    return QuietdropError(
        f"an unexpected {type(error).__name__} at {place}. This is a fault of quietdrop's: please "
        "report this line; `quietdrop --debug` shows the details, which may name a patient."
    )
