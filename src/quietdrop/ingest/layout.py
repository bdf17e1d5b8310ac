"""From a table with its header to rows of our columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from quietdrop.domain.errors import SourceError
from quietdrop.domain.joined import JOIN, parts_of
from quietdrop.ingest.asides import without_asides
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.cells import as_texts, day_of_serial
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.grids import Line, Piece, Ragged, texts
from quietdrop.ingest.heading import Table
from quietdrop.ingest.pivots import as_rows, period_columns, with_period
from quietdrop.ingest.swapped import Watch
from quietdrop.ingest.totals import is_total
from quietdrop.lib.folding import folded
from quietdrop.lib.text import as_text

DAYS = ("referred_on", "recorded_on", "scheduled_on", "seen_on", "note_sent_on")
_EPOCH, _MAC_EPOCH = date(1899, 12, 30), date(1904, 1, 1)  # day 0 as Excel counts


def laid_out(table: Table, wanted: Wanted) -> Iterator[Record | Block]:
    """Return a table's rows as the wanted columns' text, None for a broken row.

    Raises:
        SourceError: A column is missing; or, while the rows are read, the spreadsheet swapped
            days and months.
    """
    lacking = _Lacking(wanted, len(table.header))
    rows = without_asides(table.rows, table.printed, table.remarks)
    mended = lacking.mended(rows)
    rows, header = _reshaped(cast(Iterator[Line], mended), table, wanted)
    table.is_reshaped = rows is not mended
    places = wanted.locate(header, table.where)
    lacking.places = _in_the_file(places, header, table.header)
    table.is_counted = "referrals" in places
    table.columns = frozenset(places)
    return _picked(rows, table, wanted, places)


def _in_the_file(
    places: Mapping[str, int], header: Sequence[str], theirs: Sequence[str]
) -> dict[str, int]:
    """Return where our columns are in the file itself: one that is joined, at its last part."""
    positions = {}
    for our, place in places.items():
        parts = [header[place]] if header[place] in theirs else parts_of(header[place])
        if all(part in theirs for part in parts):
            positions[our] = max(list(theirs).index(part) for part in parts)
    return positions


class _Lacking:
    """Fills up rows that lack only trailing fields; a broken row is reported to the caller.

    `places` says where our columns are; it is set before the first row is read.
    """

    def __init__(self, wanted: Wanted, width: int) -> None:
        self.places: dict[str, int] = {}
        self._wanted, self._width = wanted, width

    def mended(self, rows: Iterator[Piece]) -> Iterator[Line | Block]:
        for piece in rows:
            if isinstance(piece, Block):
                yield piece
                continue
            line, cells = piece
            if not isinstance(cells, Ragged):
                yield line, cells
            elif cells.is_short and len(cells.cells) >= self._wanted.reach(self.places):
                yield line, [*cells.cells, *[""] * (self._width - len(cells.cells))]
            else:
                surplus = max(len(cells.cells) - self._width, 0)
                self._wanted.tear(self.places, cells.cells, surplus, cells.separator)
                yield line, None


def _picked(
    rows: Iterator[Line | Block], table: Table, wanted: Wanted, places: Mapping[str, int]
) -> Iterator[Record | Block]:
    watch = Watch(table.where)
    day_places = {our: places[our] for our in DAYS if our in places}
    watched = places.get("referred_on")
    epoch = _MAC_EPOCH if table.is_1904 or wanted.shape.is_1904 else _EPOCH
    width = max(places.values(), default=-1) + 1
    order = [places.get(our) for our in wanted.columns]
    for piece in rows:
        if isinstance(piece, Block):
            block = piece.picked(order)
            columns = [
                cells if cells is None else as_texts(cells, epoch if our in DAYS else None)
                for our, cells in zip(wanted.columns, block.columns, strict=True)
            ]
            yield Block(block.line, tuple(columns), block.size)
            continue
        line, cells = piece
        if cells is None:
            yield line, None
            continue
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        cells = _with_days(cells, day_places.values(), epoch)
        if watched is not None and not isinstance(cells[watched], str):
            watch.saw_date(cells[watched])
        elif watched is not None and watch.is_on:
            watch.saw_text(str(cells[watched]))
        picked = [
            ""
            if place is None
            else cell
            if isinstance(cell := cells[place], str)
            else as_text(cell)
            for place in order
        ]
        yield line, tuple(picked)
    watch.judge()


def _with_days(cells: Sequence[object], places: Iterable[int], epoch: date) -> Sequence[object]:
    """Return a row with days in the place of the bare numbers by which a workbook counts them."""
    for place in places:
        value = cells[place]
        day = day_of_serial(value, epoch)
        if day is not value:
            cells = [*cells[:place], day, *cells[place + 1 :]]
    return cells


def _reshaped(
    rows: Iterator[Line], table: Table, wanted: Wanted
) -> tuple[Iterator[Line], list[str]]:
    """Return a table's rows and header, reshaped as the settings say."""
    header, shape = table.header, wanted.shape
    for name in wanted.mapping.values():
        if JOIN in name and name not in header:
            rows, header = _joined(rows, header, parts_of(name), name, table.where)
    if wanted.table == "referrals" and shape.period:
        rows, header = _pivoted(rows, header, table, wanted)
    if shape.fill_down and wanted.table == "referrals":
        names = [wanted.mapping.get(our, our) for our in shape.fill_down]
        places = [_column(header, name, table.where, "fill_down") for name in names]
        rows = _filled(rows, places, table.remarks)
    if shape.only and wanted.table == "referrals":
        values = {
            _column(header, name, table.where, "only"): folded(value)
            for name, value in shape.only.items()
        }
        rows = ((line, cells) for line, cells in rows if cells is None or _is_meant(cells, values))
    return rows, header


def _pivoted(
    rows: Iterator[Line], header: list[str], table: Table, wanted: Wanted
) -> tuple[Iterator[Line], list[str]]:
    names = {name.casefold() for name in header}
    day = wanted.mapping.get("referred_on", "referred_on")
    if day.casefold() in names:
        return rows, header
    columns = period_columns(header, [])
    if not columns:
        counts = wanted.mapping.get("referrals", "referrals")
        is_report = table.stated is not None and table.stated[0] == wanted.shape.period
        if table.stated is None or not is_report or counts.casefold() not in names:
            return rows, header
        table.remarks.append(f"its {table.stated[0]} stands in {table.stated[2]}")
        return with_period(rows, header, table.stated[1])
    totals = [name for name in header if is_total(name)]
    remark = f"{len(columns)} columns are periods"
    table.remarks.append(remark + (f"; left out: {', '.join(totals)}" if totals else ""))
    return as_rows(rows, header, columns, table.remarks)


def _column(header: Sequence[str], name: str, where: str, key: str) -> int:
    places = [i for i, theirs in enumerate(header) if theirs.casefold() == name.casefold()]
    if len(places) != 1:
        raise SourceError(f'{where}: [source] {key} names "{name}", which heads no single column')
    return places[0]


def _joined(
    rows: Iterator[Line], header: list[str], parts: list[str], name: str, where: str
) -> tuple[Iterator[Line], list[str]]:
    """Return the rows with an additional column that joins several, with a comma between names."""
    places = [_column(header, part, where, "columns") for part in parts]
    is_period = any(re.search(r"\b(year|month|yr|mon)\b", folded(part)) for part in parts)
    between = " " if is_period else ", "

    def joined() -> Iterator[Line]:
        for line, cells in rows:
            if cells is None:
                yield line, None
                continue
            picked = texts([cells[p] if p < len(cells) else "" for p in places])
            filled = [*cells, *[""] * (len(header) - len(cells))]
            yield line, [*filled, between.join(text.strip() for text in picked if text.strip())]

    return joined(), [*header, name]


def _filled(rows: Iterator[Line], places: list[int], remarks: list[str]) -> Iterator[Line]:
    """Yield the rows with the last text above in the place of a blank cell.

    A line with nothing else is a heading of the rows below it, not a row.
    """
    last: dict[int, object] = {}
    headings = 0
    for line, cells in rows:
        if cells is None:
            yield line, None
            continue
        row = list(cells)
        is_blank = [cell in ("", None) for cell in row]
        last |= {p: row[p] for p in places if p < len(row) and not is_blank[p]}
        if sum(is_blank) + sum(p < len(row) and not is_blank[p] for p in places) == len(row):
            headings += 1
            continue
        for place in places:
            if place < len(row):
                row[place] = last.get(place, "")
        yield line, row
    if headings:
        remarks.append(f"lines that only head a group left out: {headings}")


def _is_meant(cells: Sequence[object], values: dict[int, str]) -> bool:
    return all(
        place < len(cells) and folded(texts([cells[place]])[0]) == value
        for place, value in values.items()
    )
