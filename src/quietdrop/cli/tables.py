"""Tables for other programs: CSV, Parquet or JSON by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from quietdrop.errors import UsageError
from quietdrop.spreadsheets import harmless


def check_ending(output: Path) -> None:
    """UsageError where the ending names no kind of table that is known."""
    if output.suffix not in _WRITERS:
        raise UsageError(f"-o {output}: the ending must be one of {', '.join(_WRITERS)}.")


def write_table(table: pd.DataFrame, output: Path) -> None:
    """Writes an assessment's table, dates as ISO text. UsageError where it cannot be written."""
    check_ending(output)
    table = table.copy()
    for column in ("as_of", "onset", "onset_low", "onset_high"):
        table[column] = [value.isoformat() if value else None for value in table[column]]
    try:
        _WRITERS[output.suffix](table, output)
    except OSError as error:
        raise UsageError(f"-o {output}: cannot be written: {error.strerror}.") from None


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Cells that a spreadsheet would take for a formula get an apostrophe in front."""
    safe = table.copy()
    for column in ("practice_id", "practice_name", "liaison", "reason"):
        safe[column] = [harmless(v) if isinstance(v, str) else v for v in safe[column]]
    return safe


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".csv": lambda table, path: _harmless(table).to_csv(path, index=False),
    ".parquet": lambda table, path: table.to_parquet(path, index=False),
    ".json": lambda table, path: table.astype(object).to_json(
        path, orient="records", indent=1, default_handler=str
    ),
}
