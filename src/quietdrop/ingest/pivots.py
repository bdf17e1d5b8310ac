"""Pivots: periods across, a count in each cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.dates import convention, day_part, month_number, parse
from quietdrop.ingest.grids import Line
from quietdrop.ingest.periods import month_of
from quietdrop.ingest.totals import is_total

LEAST_PERIODS = 2  # columns; one month beside a practice is a report of one period
_COUNT = re.compile(r"[\d.,<\s()-]*")
REFERRED_ON, REFERRALS = "referred_on", "referrals"


def period_columns(header: Sequence[str], below: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return which columns of a pivot's header are periods, with the text of each period.

    Args:
        header: A row.
        below: The rows below it that were looked at; a pivot has counts or blanks there.
    """
    names = [day_part(cell) for cell in header]
    months = {place: name for place, name in enumerate(names) if month_of(name)}
    try:
        order = convention([n for n in names if n not in months.values()], "auto", "")
    except SourceError:
        order = "month-first"
    days = {place: name for place, name in enumerate(names) if parse(name, order)}
    bare = {place: name for place, name in enumerate(names) if month_number(name)}
    if len(bare) >= LEAST_PERIODS and _year_column(header) is not None:
        columns = bare
    else:
        columns = months if len(months) >= len(days) else days
    if len(columns) < LEAST_PERIODS or len(set(columns.values())) < len(columns):
        return {}
    cells = [row[place] for row in below for place in columns if place < len(row)]
    filled = [cell for cell in cells if cell.strip()]
    is_counts = all(_COUNT.fullmatch(cell) and not _is_day(cell, order) for cell in filled)
    return columns if is_counts else {}


def _is_day(cell: str, order: str) -> bool:
    return parse(cell, order) is not None  # type: ignore[arg-type]


def _year_column(header: Sequence[str]) -> int | None:
    places = [i for i, name in enumerate(header) if name.strip().casefold() in ("year", "yr")]
    return places[0] if len(places) == 1 else None


def with_period(
    rows: Iterator[Line], header: list[str], day: date
) -> tuple[Iterator[Line], list[str]]:
    """Return a report's rows with a day of its period in a column more, and their header."""
    width = len(header)

    def dated() -> Iterator[Line]:
        for line, cells in rows:
            row = None if cells is None else [*cells, *[""] * (width - len(cells))][:width]
            yield line, None if row is None else [*row, day]

    return dated(), [*header, REFERRED_ON]


def as_rows(
    rows: Iterator[Line], header: list[str], columns: dict[int, str], remarks: list[str]
) -> tuple[Iterator[Line], list[str]]:
    """Return a pivot as rows of (the other columns, the period, the count), and their header.

    Rows of totals are left out; `remarks` says how many, once the rows are read.
    """
    rest = [place for place in range(len(header)) if place not in columns]
    year = _year_column(header) if all(month_number(name) for name in columns.values()) else None

    def unpivoted() -> Iterator[Line]:
        totals = 0
        for line, cells in rows:
            if cells is None:
                yield line, None
                continue
            row = [*cells, *[""] * (len(header) - len(cells))]
            of_row = [row[place] for place in rest]
            if any(isinstance(cell, str) and is_total(cell) for cell in of_row):
                totals += 1
                continue
            for place, name in columns.items():
                period = f"{name} {str(row[year]).partition('.')[0]}" if year is not None else name
                yield line, [*of_row, period, row[place]]
        if totals:
            remarks.append(f"rows of totals left out: {totals}")

    return unpivoted(), [*(header[place] for place in rest), REFERRED_ON, REFERRALS]
