"""Workbooks: Excel's xlsx, xlsm, xls and xlsb, and ods, a grid a sheet."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grids import Grid, Line
from quietdrop.ingest.workbook_reader import PROTECTED

_READER = Path(__file__).with_name("workbook_reader.py")
Sheet = tuple[str, bool, list[tuple[int, int, int]], list[list[object]]]


def sheets(path: Path) -> Iterator[Grid]:
    """Yield a workbook's sheets; a merged cell's value stands in all its rows.

    Raises:
        SourceError: The workbook is encrypted or damaged, or takes too much memory.
    """
    is_1904 = _counts_from_1904(path)
    for name, is_hidden, merged, rows in _read(path):
        yield Grid(name, _rows(rows, merged), is_1904=is_1904, is_hidden=is_hidden)


def _read(path: Path) -> Iterator[Sheet]:
    """Yield the sheets as a process of its own reads them: see `workbook_reader`."""
    command = [sys.executable, "-I", str(_READER), str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as reader:
        assert reader.stdout is not None
        try:
            while (sheet := pickle.load(reader.stdout)) is not None:
                yield sheet
        except (EOFError, pickle.UnpicklingError):
            if reader.wait() == PROTECTED:
                raise SourceError(
                    f"{path}: is protected with a password; save a copy without one"
                ) from None
            raise SourceError(
                f"{path}: is damaged or not of its kind, or too large to be read"
            ) from None
        finally:
            reader.kill()


def _rows(rows: list[list[object]], ranges: list[tuple[int, int, int]]) -> Iterator[Line]:
    merged: dict[int, list[tuple[int, int]]] = {}  # first row -> its merged columns, last rows
    for first, column, last in ranges:
        merged.setdefault(first, []).append((column, last))
    held: dict[int, tuple[int, object]] = {}  # column -> the last row it counts for, its value
    for place, cells in enumerate(rows):
        for column, last in merged.get(place, ()):
            if column < len(cells):
                held[column] = (last, cells[column])
        if all(cell == "" for cell in cells):
            continue
        for column, (last, value) in held.items():
            if place <= last and cells[column] == "":
                cells[column] = value
        yield place + 1, cells


def _counts_from_1904(path: Path) -> bool:
    """Whether an xlsx says that its days count from 1904, as old Macs did."""
    try:
        with zipfile.ZipFile(path) as container, container.open("xl/workbook.xml") as part:
            start = part.read(64 * 1024)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError):
        return False
    return b'date1904="1"' in start or b'date1904="true"' in start
