"""Reads a workbook in a process of its own; run as a script, it imports nothing of quietdrop.

A hostile workbook can make its reader take all memory, panic or abort. Here that ends only this
process. To the output go, pickled: a sheet's name, whether it is hidden, its merged ranges (first
row, column, last row) and its rows, for each sheet; then None.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any

import python_calamine as calamine

PROTECTED, DAMAGED = 3, 4  # exit codes
MOST_MEMORY = 4 * 1024**3  # bytes; a sheet of a million rows and ten columns takes a third of it
MOST_SECONDS = 900  # of processor time


def main() -> int:
    """Write the sheets of the workbook that the command line names."""
    _limit()
    try:
        book = calamine.CalamineWorkbook.from_path(sys.argv[1])
        for meta in book.sheets_metadata:
            if meta.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                is_hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                rows = sheet.to_python(skip_empty_area=False)
                _write((meta.name, is_hidden, _merged(sheet), rows))
        _write(None)
    except calamine.PasswordError:
        return PROTECTED
    except BaseException:  # a panic is no Exception; what it says may quote a cell
        return DAMAGED
    return 0


def _merged(sheet: Any) -> list[tuple[int, int, int]]:
    """Return the ranges of several rows; [] of a kind of workbook in which they are not known."""
    try:
        ranges = sheet.merged_cell_ranges or ()
    except (AttributeError, TypeError, calamine.CalamineError):
        return []
    return [(first, column, last) for (first, column), (last, _) in ranges if last > first]


def _write(value: object) -> None:
    pickle.dump(value, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no such limits on this system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


if __name__ == "__main__":
    sys.exit(main())
