"""HTML tables and Excel's XML of 2003, which systems save under the name .xls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.grids import Grid, Line

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
MOST_COLUMNS = 2000  # wider than any report; a longer span is a mistake or an attack
MOST_SPAN = 100_000  # rows


def html_tables(path: Path) -> Iterator[Grid]:
    """Yield the tables of an HTML file that hold no other table."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding=_encoding(path))
    with path.open("rb") as file:
        root = etree.parse(file, parser).getroot()
    tables = [] if root is None else [t for t in root.iter("table") if t.find(".//table") is None]
    if not tables:
        raise SourceError(f"{path}: is an HTML page without a table")
    for number, table in enumerate(tables, 1):
        yield Grid(f"table {number}" if len(tables) > 1 else "", _html_rows(table))


def _encoding(path: Path) -> str | None:
    """Return UTF-8 where the file is that and nothing in it says so; None: what it says."""
    with path.open("rb") as file:
        start = file.read(64 * 1024)
    if b"charset" in start[:4096].lower() or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        start[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _html_rows(table: Any) -> Iterator[Line]:
    held: dict[int, tuple[int, str]] = {}  # column -> rows that a cell still counts for, its text
    for line, row in enumerate(table.iter("tr"), 1):
        cells: list[object] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _take_held(cells, held)
            text = " ".join("".join(cell.itertext()).split())
            down, across = _span(cell.get("rowspan")), _span(cell.get("colspan"))
            if down > 1:
                held[len(cells)] = (down - 1, text)
            cells += [text, *[""] * min(across - 1, MOST_COLUMNS)]
        _take_held(cells, held)
        if any(cells):
            yield line, cells[:MOST_COLUMNS]


def _take_held(cells: list[object], held: dict[int, tuple[int, str]]) -> None:
    """Append to a row the cells of earlier rows that count for it."""
    while len(cells) in held:
        left, text = held.pop(len(cells))
        if left > 1:
            held[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(text: str | None) -> int:
    is_number = text is not None and text.isascii() and text.isdecimal()
    return min(int(str(text)[:9]), MOST_SPAN) if is_number else 1


def xml_sheets(path: Path) -> Iterator[Grid]:
    """Yield the sheets of an XML spreadsheet of 2003; no entity or network address is followed."""
    with path.open("rb") as file:
        events = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in events:
            if event == "start" and element.tag == f"{_SS}Worksheet":
                yield Grid(element.get(f"{_SS}Name", ""), _xml_rows(events))


def _xml_rows(events: Iterator[tuple[str, Any]]) -> Iterator[Line]:
    line = 0
    held: dict[int, tuple[int, object]] = {}
    for event, element in events:
        if event == "end" and element.tag == f"{_SS}Worksheet":
            return
        if event != "end" or element.tag != f"{_SS}Row":
            continue
        line = max(line + 1, _span(element.get(f"{_SS}Index")))
        cells: list[object] = []
        for cell in element.iterchildren(f"{_SS}Cell"):
            place = min(_span(cell.get(f"{_SS}Index")), MOST_COLUMNS) - 1
            cells += [""] * (place - len(cells))
            data = cell.find(f"{_SS}Data")
            value = "" if data is None else "".join(data.itertext()).strip()
            across, down = (_span(cell.get(f"{_SS}Merge{way}")) for way in ("Across", "Down"))
            if cell.get(f"{_SS}MergeDown"):
                held[len(cells)] = (line + down, value)
            cells += [value, *[""] * (across if cell.get(f"{_SS}MergeAcross") else 0)]
            del cells[MOST_COLUMNS:]
        element.clear()
        for column, (last, text) in held.items():
            if line <= last:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or text
        if any(cells):
            yield line, cells
