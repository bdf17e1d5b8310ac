"""The file that lists the rows that could not be used."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from quietdrop.domain.errors import SourceError
from quietdrop.domain.intake import Reject
from quietdrop.lib import safe_files
from quietdrop.lib.foreign import in_our_words
from quietdrop.lib.spreadsheets import harmless

HEADER = ("file", "line", "rows", "reason", "fields")
MOST_LISTED = 10_000


def bounded(rejects: Iterable[Reject]) -> list[Reject]:
    """Returns the first rejects of each file and reason, as many as a person can look at, and how
    many more there are."""
    kept: list[Reject] = []
    seen: Counter[tuple[str, str]] = Counter()
    more: Counter[tuple[str, str]] = Counter()
    for reject in rejects:
        of = (reject.source, reject.reason)
        seen[of] += 1
        if seen[of] <= MOST_LISTED:
            kept.append(reject)
        else:
            more[of] += reject.rows
    rest = [Reject(source, None, reason, (), rows) for (source, reason), rows in more.items()]
    return kept + rest


def write_rejects(path: str | Path, rejects: Iterable[Reject]) -> None:
    """Writes the rejects. The CSV is replaced as a whole and readable only by its owner.

    A cell that a spreadsheet would run as a formula gets a quote in front. Raises SourceError where
    the file cannot be written, UnsafePath where it must not be.
    """
    path = Path(path)
    try:
        with safe_files.replacing_text(path) as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for reject in rejects:
                fields = "; ".join(f"{name}={value}" for name, value in reject.fields)
                line = "" if reject.line is None else str(reject.line)
                cells = (reject.source, line, str(reject.rows), reject.reason, fields)
                writer.writerow([harmless(cell) for cell in cells])
    except OSError as error:
        raise SourceError(f"{path}: the rejects cannot be written: {in_our_words(error)}") from None
