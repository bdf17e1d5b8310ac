"""Workbooks in Excel's binary form (xlsb), written record by record."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    "</Types>"
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/>'
    "</Relationships>"
)
# Records of [MS-XLSB] 2.3: a sheet's entry, its size, rows, cells of text and of numbers.
_BUNDLE, _END_BUNDLES, _END_BOOK = 156, 144, 132
_DIMENSION, _BEGIN_DATA, _END_DATA = 148, 145, 146
_ROW, _REAL, _TEXT = 0, 5, 6


def write_xlsb(path: Path, rows: Sequence[Sequence[str | float]], sheet: str = "Sheet1") -> Path:
    """Write one sheet of texts and numbers."""
    data = _record(_DIMENSION, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1))
    data += _record(_BEGIN_DATA)
    for place, row in enumerate(rows):
        data += _record(_ROW, struct.pack("<I", place) + bytes(21))
        for column, cell in enumerate(row):
            where = struct.pack("<2I", column, 0)
            if isinstance(cell, str):
                data += _record(_TEXT, where + _wide(cell))
            else:
                data += _record(_REAL, where + struct.pack("<d", cell))
    book = _record(_BUNDLE, struct.pack("<2I", 0, 1) + _wide("rId1") + _wide(sheet))
    book += _record(_END_BUNDLES) + _record(_END_BOOK)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", _TYPES)
        container.writestr("xl/_rels/workbook.bin.rels", _LINKS)
        container.writestr("xl/workbook.bin", book)
        container.writestr("xl/worksheets/sheet1.bin", data + _record(_END_DATA))
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    return _number(kind) + _number(len(content)) + content


def _number(value: int) -> bytes:
    """Return a number in groups of seven bits, the last without the high bit."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(rest) if rest else bytes([low])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
