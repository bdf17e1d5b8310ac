"""From a grid of cells to rows of ours: where the header stands, and what the rows below mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from quietdrop.domain.errors import SourceError
from quietdrop.domain.joined import JOIN, parts_of
from quietdrop.ingest import header as headers
from quietdrop.ingest.columns import Record, Wanted, no_header
from quietdrop.ingest.dates import form_of
from quietdrop.ingest.grids import Grid, Line, Ragged, TextLine, texts
from quietdrop.ingest.pivots import as_rows, period_columns
from quietdrop.ingest.swapped import Watch
from quietdrop.ingest.totals import is_total
from quietdrop.lib.folding import folded
from quietdrop.lib.text import as_text

DAYS = ("referred_on", "recorded_on", "scheduled_on", "seen_on", "note_sent_on")
SURE = 2  # columns that are meant; a row that names so many is a header, whatever it looks like
_MAC_EPOCH = timedelta(days=1462)  # from 1904-01-01 to 1899-12-30, as Excel counts

Scorer = Callable[[Sequence[str]], int]


@dataclass
class Table:
    """A grid whose header was found: `line` is where it stands, 0 where the settings give it."""

    where: str
    header: list[str]
    rows: Iterator[TextLine]
    line: int
    is_1904: bool = False
    is_counted: bool = False
    remarks: list[str] = field(default_factory=list)


def headed(grid: Grid, where: str, given: Sequence[str], score: Scorer) -> Table | None:
    """Return a grid with its header; None where it holds no cell.

    Args:
        grid: The cells.
        where: Its name for messages.
        given: The header that the settings give; then the file has none.
        score: How well a row does as the header; 0: it is none.

    Raises:
        SourceError: No row names the columns.
    """
    if given and not grid.is_named:
        first = grid.first()
        if not first:
            return None
        width = max(len(cells) for _, cells in first)
        if len(given) > width:
            raise SourceError(
                f"{where}: [source] header names {len(given)} columns, the file has {width}"
            )
        header = [*given, *[""] * (width - len(given))]
        return Table(where, header, grid.rows, 0, grid.is_1904, False, list(grid.remarks))
    first = grid.first()
    if not first:
        return None
    rows = [cells for _, cells in first]
    place = 0 if grid.is_named or grid.is_headed else header_place(rows, score)
    line, header = first[place][0], [cell.strip() for cell in first[place][1]]
    if not grid.is_named and score(header) < SURE and _is_data(rows[place], rows[place + 1 :]):
        raise no_header(where)
    remarks = list(grid.remarks)
    if line > 1:
        remarks.append(f"header in row {line}")
    return Table(where, header, _after(grid.rows, line), line, grid.is_1904, False, remarks)


def header_place(first: list[list[str]], score: Scorer) -> int:
    """Return which of a file's first rows is the header: the first of the best."""
    may_be = [not _is_data(cells, first[place + 1 :]) for place, cells in enumerate(first)]
    scores = [
        score(cells) if possible else 0 for cells, possible in zip(first, may_be, strict=True)
    ]
    return scores.index(max(scores))


def _after(rows: Iterator[TextLine], line: int) -> Iterator[TextLine]:
    for number, cells in rows:
        if number > line:
            yield number, cells


def _is_data(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row is one of the data and does not name columns.

    It holds a value, or a cell with digits in the form that stands below it too. Months across a
    pivot's header are days too, with counts below.
    """
    if period_columns(cells, below):
        return False
    if headers.is_data(cells):
        return True
    for place, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        under = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
        if not under:
            continue
        form = form_of(text)
        has_digits = sum(c.isdigit() for c in text) >= 2
        if has_digits and sum(form_of(u) == form for u in under) * 2 > len(under):
            return True
    return False


def laid_out(table: Table, wanted: Wanted) -> Iterator[Record]:
    """Return a table's rows as the wanted columns' text, None for a broken row.

    Raises:
        SourceError: A column is missing; or, while the rows are read, the spreadsheet swapped
            days and months.
    """
    lacking = _Lacking(wanted, len(table.header))
    rows, header = _reshaped(lacking.mended(table.rows), table, wanted)
    places = wanted.locate(header, table.where)
    lacking.places = _in_the_file(places, header, table.header)
    table.is_counted = "referrals" in places
    return _picked(rows, table, wanted, places)


def _in_the_file(
    places: Mapping[str, int], header: Sequence[str], theirs: Sequence[str]
) -> dict[str, int]:
    """Return where our columns are in the file itself: one that is joined, at its last part."""
    found = {}
    for our, place in places.items():
        parts = [header[place]] if header[place] in theirs else parts_of(header[place])
        if all(part in theirs for part in parts):
            found[our] = max(list(theirs).index(part) for part in parts)
    return found


class _Lacking:
    """Fills up rows that lack only trailing fields; a broken one is reported to who wants it.

    `places` says where our columns are; it is set before the first row is read.
    """

    def __init__(self, wanted: Wanted, width: int) -> None:
        self.places: dict[str, int] = {}
        self._wanted, self._width = wanted, width

    def mended(self, rows: Iterator[TextLine]) -> Iterator[Line]:
        for line, cells in rows:
            if not isinstance(cells, Ragged):
                yield line, cells
            elif cells.is_short and len(cells.cells) >= self._wanted.reach(self.places):
                yield line, [*cells.cells, *[""] * (self._width - len(cells.cells))]
            else:
                surplus = max(len(cells.cells) - self._width, 0)
                self._wanted.tear(self.places, cells.cells, surplus, cells.separator)
                yield line, None


def _picked(
    rows: Iterator[Line], table: Table, wanted: Wanted, places: Mapping[str, int]
) -> Iterator[Record]:
    watch = Watch(table.where)
    day_places = {our: places[our] for our in DAYS if our in places}
    watched = places.get("referred_on")
    width = max(places.values(), default=-1) + 1
    for line, cells in rows:
        if cells is None:
            yield line, None
            continue
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        if watched is not None and not isinstance(cells[watched], str):
            watch.saw_date(cells[watched])
        elif watched is not None and watch.is_on:
            watch.saw_text(str(cells[watched]))
        if table.is_1904:
            cells = _from_1904(list(cells), day_places.values())
        yield (
            line,
            tuple(
                ""
                if our not in places
                else cell
                if isinstance(cell := cells[places[our]], str)
                else as_text(cell)
                for our in wanted.columns
            ),
        )
    watch.judge()


def _from_1904(cells: list[object], places: Iterable[int]) -> list[object]:
    """Return a row whose bare numbers of days count from 1899-12-30."""
    for place in places:
        value = cells[place]
        if isinstance(value, (int, float)) and 10_000 < value < 80_000:
            cells[place] = value + _MAC_EPOCH.days
    return cells


def _reshaped(
    rows: Iterator[Line], table: Table, wanted: Wanted
) -> tuple[Iterator[Line], list[str]]:
    """Return a table's rows and header after what the settings say of their shape."""
    header, shape = table.header, wanted.shape
    for name in wanted.mapping.values():
        if JOIN in name and name not in header:
            rows, header = _joined(rows, header, parts_of(name), name, table.where)
    if wanted.table == "referrals" and shape.period:
        rows, header = _pivoted(rows, header, table, wanted)
    if shape.fill_down and wanted.table == "referrals":
        names = [wanted.mapping.get(our, our) for our in shape.fill_down]
        rows = _filled(rows, [_column(header, name, table.where, "fill_down") for name in names])
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
    columns = period_columns(header, [])
    if day.casefold() in names or not columns:
        return rows, header
    totals = [name for name in header if is_total(name)]
    said = f"{len(columns)} columns are periods"
    table.remarks.append(said + (f"; left out: {', '.join(totals)}" if totals else ""))
    return as_rows(rows, header, columns, table.remarks)


def _column(header: Sequence[str], name: str, where: str, key: str) -> int:
    places = [i for i, theirs in enumerate(header) if theirs.casefold() == name.casefold()]
    if len(places) != 1:
        raise SourceError(f'{where}: [source] {key} names "{name}", which heads no single column')
    return places[0]


def _joined(
    rows: Iterator[Line], header: list[str], parts: list[str], name: str, where: str
) -> tuple[Iterator[Line], list[str]]:
    """Return the rows with one column more: the texts of several, a comma between names."""
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


def _filled(rows: Iterator[Line], places: list[int]) -> Iterator[Line]:
    """Yield the rows with the last text above in the place of a blank cell."""
    last: dict[int, object] = {}
    for line, cells in rows:
        if cells is None:
            yield line, None
            continue
        row = list(cells)
        for place in places:
            if place < len(row) and row[place] not in ("", None):
                last[place] = row[place]
            elif place < len(row):
                row[place] = last.get(place, "")
        yield line, row


def _is_meant(cells: Sequence[object], values: dict[int, str]) -> bool:
    return all(
        place < len(cells) and folded(texts([cells[place]])[0]) == value
        for place, value in values.items()
    )
