"""Workbooks: Excel's xlsx, xlsm, xls and xlsb, and ods, a grid a sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import python_calamine as calamine

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grids import Grid, Line


def sheets(path: Path) -> Iterator[Grid]:
    """Yield a workbook's sheets; a merged cell's value stands in all its rows.

    Raises:
        SourceError: The workbook is encrypted, or holds no sheet.
    """
    try:
        book = calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        raise SourceError(
            f"{path}: is protected with a password; save a copy without one"
        ) from None
    is_1904 = _counts_from_1904(path)
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        is_hidden = meta.visible != calamine.SheetVisibleEnum.Visible
        yield Grid(meta.name, _rows(sheet), is_1904=is_1904, is_hidden=is_hidden)


def _rows(sheet: calamine.CalamineSheet) -> Iterator[Line]:
    merged: dict[int, list[tuple[int, int]]] = {}  # first row -> its merged columns, last rows
    with suppress(AttributeError, TypeError, calamine.CalamineError):
        for (first, column), (last, _) in sheet.merged_cell_ranges or ():
            if last > first:
                merged.setdefault(first, []).append((column, last))
    held: dict[int, tuple[int, object]] = {}  # column -> the last row it counts for, its value
    for place, read in enumerate(sheet.to_python(skip_empty_area=False)):
        cells: list[object] = list(read)
        if place in merged:
            for column, last in merged[place]:
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
