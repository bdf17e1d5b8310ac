"""The file that lists the rows that could not be used."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from quietdrop.errors import SourceError
from quietdrop.model import Reject

HEADER = ("file", "line", "rows", "reason", "fields")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_rejects(path: str | Path, rejects: Iterable[Reject]) -> None:
    """In: where to write, the rejects. The CSV, replaced whole, is for its owner only.

    A cell that a spreadsheet would run as a formula gets a quote in front.
    Errors: SourceError where the file cannot be written.
    """
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for reject in rejects:
                fields = "; ".join(f"{name}={value}" for name, value in reject.fields)
                line = "" if reject.line is None else str(reject.line)
                cells = (reject.source, line, str(reject.rows), reject.reason, fields)
                writer.writerow([_inert(cell) for cell in cells])
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SourceError(f"{path}: the rejects cannot be written: {error}") from error


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
