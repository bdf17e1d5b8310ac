"""A table as an Excel workbook, in which no text is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date

from quietdrop.lib.spreadsheets import harmless
from quietdrop.lib.text import single_line

LONGEST_CELL = 32_000  # characters; Excel refuses a cell of more than 32,767


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet whose first row stays in view. Texts are harmless here, and stay so
    if the sheet is saved as CSV later."""
    import xlsxwriter  # a quarter of a second that only a download needs

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(place, column, value, day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(place, column, value)
                elif value is not None:
                    text = harmless(single_line(str(value), LONGEST_CELL))
                    sheet.write_string(place, column, text)
        sheet.autofilter(0, 0, max(len(header) - 1, 0), len(header) - 1)
    return out.getvalue()
