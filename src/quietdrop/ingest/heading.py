"""Finding a table's header among its first rows, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from quietdrop.domain.errors import SourceError
from quietdrop.ingest import header as headers
from quietdrop.ingest.blocks import Block
from quietdrop.ingest.columns import no_header
from quietdrop.ingest.dates import form_of, month_number
from quietdrop.ingest.grids import Grid, Piece
from quietdrop.ingest.pivots import period_columns
from quietdrop.ingest.report_periods import Stated
from quietdrop.ingest.totals import is_total

SURE = 2  # columns that are meant; a row that names so many is a header, whatever it looks like
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0)?", re.ASCII)

# How well a row does as the header: how many columns that are meant it names; 0: it is none.
Scorer = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Heading:
    """The header's place among the first rows, its cells, and the names that they mean.

    The names are the cells, with the groups or years of the row above where it has those.
    """

    place: int
    cells: list[str]
    names: list[str]


@dataclass
class Table:
    """A grid whose header was found.

    `line` is where the header stands, 0 where the settings give it; `printed` is it as it stands
    there, `above` are the title rows; `stated` is the report's period. `name` is the sheet's, ""
    where the table is the whole file. `columns` are those of ours that it has, once it is laid out.
    `is_reshaped`: the settings make its rows over, one by one.
    """

    where: str
    header: list[str]
    rows: Iterator[Piece]
    line: int = 0
    name: str = ""
    printed: list[str] = field(default_factory=list)
    above: list[list[str]] = field(default_factory=list)
    is_1904: bool = False
    is_counted: bool = False
    is_reshaped: bool = False
    columns: frozenset[str] = frozenset()
    stated: Stated | None = None
    remarks: list[str] = field(default_factory=list)


def headed(grid: Grid, where: str, given: Sequence[str], score: Scorer) -> Table | None:
    """Return a grid with its header; None where it holds no cell.

    Args:
        grid: The cells.
        where: Its name for messages.
        given: The header that the settings give; then the file has none.
        score: How well a row does as the header.

    Raises:
        SourceError: No row names the columns.
    """
    first = grid.first()
    if not first:
        return None
    rows = [cells for _, cells in first]
    remarks = list(grid.remarks)
    if given and not grid.is_named:
        width = max(len(cells) for cells in rows)
        if len(given) > width:
            raise SourceError(
                f"{where}: [source] header names {len(given)} columns, the file has {width}"
            )
        header = [*given, *[""] * (width - len(given))]
        return Table(where, header, grid.rows, is_1904=grid.is_1904, remarks=remarks)
    is_first = grid.is_named or grid.is_headed
    best = Heading(0, rows[0], grid.names or rows[0]) if is_first else heading(rows, score)
    line, names = first[best.place][0], [name.strip() for name in best.names]
    if not grid.is_named and score(names) < SURE and _is_data(names, rows[best.place + 1 :]):
        raise no_header(where)
    if line > 1:
        remarks.append(f"header in row {line}")
    return Table(
        where,
        names,
        _after(grid.rows, line),
        line,
        grid.name,
        [cell.strip() for cell in best.cells],
        grid.above or rows[: best.place],
        grid.is_1904,
        remarks=remarks,
    )


def heading(first: list[list[str]], score: Scorer) -> Heading:
    """Return the header of a file's first rows: the first of the best."""
    best, most = Heading(0, first[0], first[0]), 0
    for place, cells in enumerate(first):
        banded = _banded(first[place - 1], cells) if place else None
        for names in filter(None, (banded, cells)):
            if score(names) > most and not _is_data(names, first[place + 1 :]):
                best, most = Heading(place, cells, names), score(names)
    return best


def _after(rows: Iterator[Piece], line: int) -> Iterator[Piece]:
    for piece in rows:
        if isinstance(piece, Block) or piece[0] > line:
            yield piece


def _banded(above: Sequence[str], cells: list[str]) -> list[str] | None:
    """Return a header's names with what stands above them; None where that is no part of it.

    "2025" above "Jan" is "Jan 2025", "Referring" above "Practice" is "Referring Practice": each
    counts for the blank cells to its right too.
    """
    above = [cell.strip() for cell in above[: len(cells)]]
    above += [""] * (len(cells) - len(above))
    if not any(above):
        return None
    if _are_years(above, cells) or _are_years(cells, above):
        is_year_above = _are_years(above, cells)
        return [
            _month(band, cell, is_year_above) if _is_month_of_year(band, cell) else cell or top
            for top, band, cell in zip(above, _spread(above), cells, strict=True)
        ]
    filled = [cell for cell in above if cell]
    is_wide = any(a and not b for a, b in zip(above, [*above[1:], ""], strict=True))
    are_groups = all(headers.is_name(cell) and not cell.endswith(":") for cell in filled)
    if not (are_groups and is_wide and 2 <= len(filled) < sum(bool(c.strip()) for c in cells)):
        return None
    return [
        f"{band} {cell}".strip() if cell.strip() else top
        for top, band, cell in zip(above, _spread(above), cells, strict=True)
    ]


def _are_years(years: Sequence[str], months: Sequence[str]) -> bool:
    """Whether one row has years, and totals at most beside them, and the other months."""
    filled = [cell for cell in years if cell]
    is_year = [_YEAR.fullmatch(cell) is not None for cell in filled]
    others = [cell for cell, one in zip(filled, is_year, strict=True) if not one]
    named = sum(month_number(cell) is not None for cell in months)
    return any(is_year) and named >= 2 and sum(is_year) >= len(others)


def _spread(above: Sequence[str]) -> list[str]:
    """Return a row with the last cell to the left in the place of a blank one."""
    spread: list[str] = []
    for cell in above:
        spread.append(cell or (spread[-1] if spread else ""))
    return spread


def _is_month_of_year(band: str, cell: str) -> bool:
    return not is_total(band) and any(
        _YEAR.fullmatch(year.strip()) and month_number(month)
        for year, month in ((band, cell), (cell, band))
    )


def _month(band: str, cell: str, is_year_above: bool) -> str:
    month, year = (cell, band) if is_year_above else (band, cell)
    return f"{month.strip()} {year.strip().removesuffix('.0')}"


def _is_data(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row is one of the data and does not name columns.

    It holds a value, or a cell with digits in the form that stands below it too. Periods across a
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
