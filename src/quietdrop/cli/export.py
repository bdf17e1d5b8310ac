"""Tables for other programs: CSV, Parquet or JSON by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO

import pandas as pd
import typer

from quietdrop.domain.errors import UsageError
from quietdrop.lib import safe_files
from quietdrop.lib.spreadsheets import harmless


def check_output(output: Path) -> None:
    """Refuses a file that cannot be written as asked, before any work is done for it.

    Raises:
        UsageError: where the ending names no kind of table.
        UnsafePath: where the file is a link.
    """
    safe_files.refuse_link(output, "-o")
    if output.suffix not in _WRITERS:
        raise UsageError(f"-o {output}: the ending must be one of {', '.join(_WRITERS)}.")


def write_table(table: pd.DataFrame, output: Path) -> None:
    """Writes an assessment's table, dates as ISO text. UsageError where it cannot be written."""
    check_output(output)
    table = table.copy()
    for column in ("as_of", "onset", "onset_low", "onset_high"):
        table[column] = [value.isoformat() if value else None for value in table[column]]
    try:
        with safe_files.replacing(output) as file:
            _WRITERS[output.suffix](table, file)
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None


def check_csv(output: Path) -> None:
    """Refuses a file that is a link, or not called a CSV, before any work is done for it."""
    safe_files.refuse_link(output, "-o")
    if output.suffix != ".csv":
        raise UsageError(f"-o {output}: the ending must be .csv.")


def write_csv(output: Path, text: str) -> None:
    """Writes a CSV file's text. UsageError where it cannot be written, or is called otherwise."""
    check_csv(output)
    try:
        with safe_files.replacing(output) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None


def say_wrote(output: Path, *, aside: bool = False) -> None:
    """Say where the output is; aside from what a program reads, where it reads."""
    typer.echo(f"Wrote {output}.", err=aside)


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Cells that a spreadsheet would take for a formula get an apostrophe in front."""
    safe = table.copy()
    for column in ("practice_id", "practice_name", "liaison", "reason"):
        safe[column] = [harmless(v) if isinstance(v, str) else v for v in safe[column]]
    return safe


def _to_json(table: pd.DataFrame, file: IO[bytes]) -> None:
    text = table.astype(object).to_json(orient="records", indent=1, default_handler=str)
    file.write(text.encode("utf-8"))


_WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes]], None]] = {
    ".csv": lambda table, file: _harmless(table).to_csv(file, index=False, mode="wb"),
    ".parquet": lambda table, file: table.to_parquet(file, index=False),
    ".json": _to_json,
}
